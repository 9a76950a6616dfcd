// The text of a plain class: a structure that holds pointers, as properties with defaults.

import type { Field, Layouts, Shape, Structure } from './layout.js';

// Pointers to the first element of an array whose length is another field, by field name.
const arrays = new Set([
  'lpBuffers', 'lpafpProtocols', 'lpcsaBuffer', 'lpClassInfos', 'ai_servers', 'FilterList', 'FlowDescList', 'PolicyElementList',
]);

/** A plain class. Union members are separate properties here: JavaScript references cannot overlap. */
export function plainClass(layouts: Layouts, structure: Structure): string {
  const { name, header, x64 } = structure;
  const lines = structure.fields.flatMap((field) => properties(layouts, field));
  return `/** ${name} (${header}): holds pointers, so a plain object; \`size\` is what C's sizeof gives on x64. */
export class ${name} {
  static readonly size = ${x64.size};

${lines.map((line) => `  ${line}`).join('\n')}

  constructor(init: Partial<${name}> = {}) {
    Object.assign(this, init);
  }
}
`;
}

function properties(layouts: Layouts, field: Field): string[] {
  if (field.name === null) {
    const parts = field.fields ?? layouts.structure(field.type)?.fields ?? [];
    return parts.flatMap((part) => properties(layouts, part));
  }
  const { type, value } = property(layouts, field);
  return [type === null ? `${field.name} = ${value};` : `${field.name}: ${type} = ${value};`];
}

interface Property {
  /** Null when the initial value says it. */
  readonly type: string | null;
  readonly value: string;
}

function property(layouts: Layouts, field: Field, indent = '  '): Property {
  const shape = layouts.shape(field);
  switch (shape.is) {
    case 'scalar':
      if (shape.brand !== null) return { type: null, value: `0 as ${shape.brand}` };
      return { type: null, value: shape.scalar.startsWith('Big') ? '0n' : '0' };
    case 'text':
    case 'wide':
      return { type: null, value: "''" };
    case 'bytes':
      return { type: 'Uint8Array', value: `new Uint8Array(${field.x64.size})` };
    case 'numbers':
      return { type: 'number[]', value: `[${new Array<string>(shape.count).fill('0').join(', ')}]` };
    case 'structure':
      return { type: null, value: `new ${shape.type}()` };
    case 'structures':
      return { type: `${shape.type}[]`, value: '[]' };
    case 'inline':
      return { type: null, value: inlineObject(layouts, shape.fields, indent) };
    case 'pointer':
      return pointer(layouts, field, shape);
    case 'bits':
      throw new Error(`${field.name ?? ''}: no structure with pointers has bit-fields`);
  }
}

function inlineObject(layouts: Layouts, fields: readonly Field[], indent: string): string {
  const members = fields.map((field) => {
    const { type, value } = property(layouts, field, `${indent}  `);
    return `${indent}  ${field.name ?? ''}: ${type === null ? value : `${value} as ${type}`},\n`;
  });
  return `{\n${members.join('')}${indent}}`;
}

function pointer(layouts: Layouts, field: Field, shape: Shape & { is: 'pointer' }): Property {
  if (shape.type === 'char **') return { type: field.name === 'h_addr_list' ? 'Uint8Array[]' : 'string[]', value: '[]' };
  const type = pointee(layouts, field, shape.type);
  return { type: type === 'unknown' ? type : `${type} | null`, value: 'null' };
}

function pointee(layouts: Layouts, field: Field, type: string): string {
  if (['char *', 'LPSTR', 'LPWSTR', 'PWSTR'].includes(type)) return 'string';
  if (/sockaddr \*$|^LPSOCKADDR$/.test(type)) return 'Memory';
  if (field.name === 'completionKey' || field.name === 'CompletionKey' || field.name === 'Overlapped') return 'unknown';
  if (['PVOID', 'LPVOID', 'void *', 'BYTE *'].includes(type)) return 'Memory';
  if (type === 'LPINT') return 'number[]';
  if (['LPDWORD', 'PULONG'].includes(type)) return 'Ref';
  if (type === 'HANDLE *') return 'Ref<HANDLE>';
  if (type === 'LPWSAOVERLAPPED') return 'OVERLAPPED';
  if (type === 'LPWSAOVERLAPPED_COMPLETION_ROUTINE') return type;
  const bare = type.replace(/ ?\*$/, '').replace(/^struct /, '');
  const names = [bare, bare.replace(/^LP/, ''), bare.replace(/^P/, ''), bare.replace(/^LPC/, '')];
  const structure = names.map((name) => layouts.named(name)).find((name) => name !== null) ?? null;
  if (structure !== null) return arrays.has(field.name ?? '') ? `${structure}[]` : structure;
  if (/^LP(FN_|WSP|WPU|NSP|SERVICE_CALLBACK_PROC)/.test(type)) return 'Procedure';
  throw new Error(`${field.name ?? ''}: do not know what ${type} points to`);
}
