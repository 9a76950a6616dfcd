// Reads structs.json: which structures hold pointers, what each field is, where it lies. Writes no text.

export interface Field {
  readonly name: string | null;
  /** The C type; 'struct' or 'union' with `fields` for an inline one. */
  readonly type: string;
  readonly x64: { readonly offset: number; readonly size: number };
  readonly fields?: readonly Field[];
  readonly bits?: number;
  readonly bitOffset?: number;
  readonly flexible?: boolean;
}

export interface Structure {
  readonly name: string;
  readonly kind: 'struct' | 'union';
  readonly header: string;
  readonly aliases?: readonly string[];
  readonly x64: { readonly size: number };
  readonly fields: readonly Field[];
}

/** How a number is kept: the DataView method, `word` for an address-sized integer, bigint for Big*. */
export type Scalar = 'Uint8' | 'Int8' | 'Uint16' | 'Int16' | 'Uint32' | 'Int32' | 'BigUint64' | 'BigInt64' | 'word';

const scalars: Readonly<Record<Scalar, readonly string[]>> = {
  Uint8: ['UCHAR', 'BYTE', 'BOOLEAN', 'u_char', 'UINT8', 'unsigned char'],
  Int8: ['CHAR', 'char'],
  Uint16: ['USHORT', 'WORD', 'u_short', 'ADDRESS_FAMILY', 'UINT16', 'unsigned short'],
  Int16: ['SHORT', 'short'],
  Uint32: ['ULONG', 'DWORD', 'u_long', 'u_int', 'UINT', 'UINT32', 'unsigned int', 'unsigned long', 'GROUP', 'SERVICETYPE'],
  Int32: ['INT', 'int', 'LONG', 'long', 'BOOL'],
  BigUint64: ['ULONGLONG', 'UINT64', 'ULONG64', 'BTH_ADDR', 'unsigned long long'],
  BigInt64: ['LARGE_INTEGER', 'long long'],
  word: ['SIZE_T', 'size_t', 'ULONG_PTR', 'DWORD_PTR', 'WPARAM', 'LPARAM', 'RIO_BUFFERID', 'HANDLE', 'SOCKET', 'HWND'],
};

// Character arrays that hold text; the other CHAR arrays are bytes.
const texts = new Set([
  'szProtocol', 'szDescription', 'irdaServiceName', 'irdaDeviceName', 'irdaClassName', 'irdaAttribName', 'sun_path',
  'adapterName', 'information', 'machineName', 'sharedAdapterName',
]);

/** Structures of other headers that ours embed; written by hand. */
export const foreign: readonly string[] = ['PROCESSOR_NUMBER', 'SdpQueryUuid', 'SdpAttributeRange'];

export type Shape =
  | { readonly is: 'scalar'; readonly scalar: Scalar; readonly brand: string | null }
  | { readonly is: 'bits'; readonly shift: number; readonly width: number }
  | { readonly is: 'bytes' }
  | { readonly is: 'text' }
  | { readonly is: 'wide' }
  | { readonly is: 'numbers'; readonly scalar: Scalar; readonly count: number }
  | { readonly is: 'structure'; readonly type: string }
  | { readonly is: 'structures'; readonly type: string; readonly count: number }
  | { readonly is: 'inline'; readonly fields: readonly Field[] }
  | { readonly is: 'pointer'; readonly type: string };

/** The structures by every name they have, and questions about them. */
export class Layouts {
  readonly structures: readonly Structure[];
  readonly #byName = new Map<string, Structure>();

  constructor(data: unknown) {
    this.structures = (data as { items: readonly Structure[] }).items;
    for (const structure of this.structures) {
      for (const name of [structure.name, ...(structure.aliases ?? [])]) this.#byName.set(name, structure);
    }
  }

  /** The header's main name of a structure given by any of its names, or null. */
  named(type: string): string | null {
    const bare = type.replace(/^(const )?(struct )?/, '');
    if (foreign.includes(bare)) return bare;
    return this.#byName.get(bare)?.name ?? null;
  }

  structure(type: string): Structure | null {
    return this.#byName.get(type.replace(/^struct /, '')) ?? null;
  }

  holdsPointers(fields: readonly Field[]): boolean {
    return fields.some((field) => {
      const shape = this.shape(field);
      if (shape.is === 'pointer') return true;
      if (shape.is === 'inline') return this.holdsPointers(shape.fields);
      if (shape.is !== 'structure' && shape.is !== 'structures') return false;
      return this.holdsPointers(this.structure(shape.type)?.fields ?? []);
    });
  }

  shape(field: Field): Shape {
    if (field.fields !== undefined) return { is: 'inline', fields: field.fields };
    if (field.bits !== undefined) return { is: 'bits', shift: field.bitOffset ?? 0, width: field.bits };
    const array = /^(.*)\[(\d+)\]$/.exec(field.type);
    if (array !== null) return this.#arrayShape(field, array[1] ?? '', Number(array[2]));
    const structure = this.named(field.type);
    if (structure !== null) return { is: 'structure', type: structure };
    if (isPointer(field.type)) return { is: 'pointer', type: field.type };
    const brand = ['HANDLE', 'SOCKET', 'HWND'].includes(field.type) ? field.type : null;
    return { is: 'scalar', scalar: scalarOf(field.type, field.x64.size), brand };
  }

  #arrayShape(field: Field, type: string, count: number): Shape {
    const structure = this.named(type);
    if (structure !== null) return { is: 'structures', type: structure, count };
    if (type === 'WCHAR') return { is: 'wide' };
    if (type === 'wchar_t') return { is: 'bytes' };
    if (texts.has(field.name ?? '')) return { is: 'text' };
    const scalar = scalarOf(type, field.x64.size / count);
    return scalar === 'Uint8' || scalar === 'Int8' ? { is: 'bytes' } : { is: 'numbers', scalar, count };
  }
}

function isPointer(type: string): boolean {
  return type !== 'LPARAM' && (type.includes('*') || /^(LP|P)[A-Z]/.test(type));
}

function scalarOf(type: string, size: number): Scalar {
  for (const [scalar, names] of Object.entries(scalars)) {
    if (names.includes(type)) return scalar as Scalar;
  }
  // What is left are enumerations, which C keeps in an int.
  if (size !== 4) throw new Error(`unknown type ${type} of ${size} bytes`);
  return 'Int32';
}
