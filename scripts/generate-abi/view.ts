// The text of a view class: a structure without pointers, as accessors over its bytes.

import type { Field, Layouts, Scalar, Structure } from './layout.js';

// Structures that end in a union whose members are open-ended, and the bytes that they have at least.
const openAnyway: Readonly<Record<string, number>> = { NLA_BLOB: 12, CONTROL_SERVICE: 28 };

/** A view class, with the classes of its named inner structures after it. */
export function viewClass(layouts: Layouts, structure: Structure): string {
  const { name, header, x64 } = structure;
  const least = openAnyway[name] ?? leastSize(structure);
  const open = least === null ? '' : ' Open-ended: a view over more memory reaches further elements.';
  const what = structure.kind === 'union' ? 'a union of ' : '';
  const doc = `${name} (${header}): ${what}${x64.size} bytes on x64.${open}`;
  return classOf(layouts, { name, doc, size: x64.size, fields: structure.fields, union: structure.kind === 'union', least });
}

interface ViewText {
  readonly name: string;
  readonly doc: string;
  readonly size: number;
  readonly fields: readonly Field[];
  readonly union: boolean;
  /** The bytes that an open-ended structure has at least; null for one of fixed size. */
  readonly least: number | null;
}

function leastSize(structure: Structure): number | null {
  const last = structure.fields.at(-1);
  return structure.kind === 'struct' && last !== undefined && isOpenArray(last) ? last.x64.offset : null;
}

function isOpenArray(field: Field): boolean {
  return /\[[01]\]$/.test(field.type);
}

/** Where the open end of inner fields begins; null when they have none. */
function openEnd(fields: readonly Field[], union: boolean): number | null {
  const ends = (union ? fields : fields.slice(-1)).flatMap((field) => {
    if (isOpenArray(field)) return [field.x64.offset];
    const inner = field.fields === undefined ? null : openEnd(field.fields, field.type === 'union');
    return inner === null ? [] : [field.x64.offset + inner];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}

function classOf(layouts: Layouts, { name, doc, size, fields, union, least }: ViewText): string {
  const inner: string[] = [];
  const members = fields.flatMap((field) => {
    const open = least !== null && (union || field === fields.at(-1));
    return accessors(layouts, name, field, 0, open, inner);
  });
  const room = least === null ? `${name}.size` : `openSize(memory, offset, ${least}, ${name}.size)`;
  const text = `/** ${doc} */
export class ${name} extends Struct {
  static readonly size = ${size};

  constructor(memory?: Memory, offset = 0) {
    super(${room}, memory, offset);
  }

${members.join('\n')}}
`;
  return [text, ...inner].join('\n');
}

// `reach`: the owner is open-ended, and this field is where it ends.
function accessors(layouts: Layouts, owner: string, field: Field, base: number, reach: boolean, inner: string[]): string[] {
  const open = reach && isOpenArray(field);
  const offset = base + field.x64.offset;
  if (field.name === null) {
    const parts = field.fields ?? layouts.structure(field.type)?.fields ?? [];
    return parts.flatMap((part) => accessors(layouts, owner, part, offset, reach, inner));
  }
  const { name } = field;
  const { size } = field.x64;
  const shape = layouts.shape(field);
  switch (shape.is) {
    case 'scalar':
      return [pair(name, shape.brand ?? numberType(shape.scalar), read(shape.scalar, offset, shape.brand), write(shape.scalar, offset))];
    case 'bits': {
      // The unit is where the group of bit-fields starts, whatever byte this one starts in.
      const word = `this.view.getUint32(${base}, true)`;
      const mask = `0x${(2 ** shape.width - 1).toString(16)}`;
      const shifted = shape.shift === 0 ? '' : ` >>> ${shape.shift}`;
      const placed = shape.shift === 0 ? `(value & ${mask})` : `((value & ${mask}) << ${shape.shift})`;
      const keep = shape.shift === 0 ? `~${mask}` : `~(${mask} << ${shape.shift})`;
      return [
        pair(
          name,
          'number',
          `${shape.shift === 0 ? word : `(${word}${shifted})`} & ${mask}`,
          `this.view.setUint32(${base}, (${word} & ${keep}) | ${placed}, true)`,
        ),
      ];
    }
    case 'bytes':
      return [
        open
          ? pair(name, 'Uint8Array', offset === 0 ? 'this.bytes' : `this.bytes.subarray(${offset})`, `this.bytes.set(value, ${offset})`)
          : pair(name, 'Uint8Array', `this.bytes.subarray(${offset}, ${offset + size})`, `assign(this.bytes, ${offset}, ${size}, value)`),
      ];
    case 'text': {
      const rest = offset === 0 ? 'this.bytes.length' : `this.bytes.length - ${offset}`;
      const length = open ? rest : String(size);
      return [pair(name, 'string', `readText(this.bytes, ${offset}, ${length})`, `writeText(this.bytes, ${offset}, ${length}, value)`)];
    }
    case 'wide':
      return [pair(name, 'string', `readWide(this.view, ${offset}, ${size})`, `writeWide(this.view, ${offset}, ${size}, value)`)];
    case 'numbers': {
      const array = `new Numbers(this.view, ${offset}, '${shape.scalar}', ${shape.count})`;
      return [pair(name, 'Numbers', array, `${array}.set(value)`, 'ArrayLike<number>')];
    }
    case 'structure':
      return [pair(name, shape.type, `new ${shape.type}(this.bytes, ${offset})`, `assign(this.bytes, ${offset}, ${size}, value)`, 'Memory')];
    case 'structures': {
      const count = open ? 'as many as there is memory for' : `there are ${shape.count}`;
      return [
        `  /** Element \`index\`; ${count}. */\n  ${name}(index: number): ${shape.type} {\n    return element(${shape.type}, this, ${offset}, index);\n  }\n`,
      ];
    }
    case 'inline': {
      const type = `${owner}_${name}`;
      const union = field.type === 'union';
      const least = reach ? openEnd(shape.fields, union) : null;
      inner.push(classOf(layouts, { name: type, doc: `${owner}.${name}: ${size} bytes.`, size, fields: shape.fields, union, least }));
      return [pair(name, type, `new ${type}(this.bytes, ${offset})`, `assign(this.bytes, ${offset}, ${size}, value)`, 'Memory')];
    }
    case 'pointer':
      throw new Error(`${owner}.${name} is a pointer`);
  }
}

function pair(name: string, type: string, get: string, set: string, takes = type): string {
  return `  get ${name}(): ${type} {\n    return ${get};\n  }\n  set ${name}(value: ${takes}) {\n    ${set};\n  }\n`;
}

function numberType(scalar: Scalar): string {
  return scalar.startsWith('Big') ? 'bigint' : 'number';
}

function read(scalar: Scalar, offset: number, brand: string | null): string {
  if (scalar === 'word') return `readWord(this.view, ${offset})${brand === null ? '' : ` as ${brand}`}`;
  return `this.view.get${scalar}(${offset}${scalar.endsWith('8') ? '' : ', true'})`;
}

function write(scalar: Scalar, offset: number): string {
  if (scalar === 'word') return `writeWord(this.view, ${offset}, value)`;
  return `this.view.set${scalar}(${offset}, value${scalar.endsWith('8') ? '' : ', true'})`;
}
