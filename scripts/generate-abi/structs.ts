// Structure files: one per topic, with their imports, and the index of the folder.

import { type Structure, Layouts } from './layout.js';
import { plainClass } from './plain.js';
import { head } from './text.js';
import { byHand, topicOf, topics } from './topics.js';
import { viewClass } from './view.js';

// Where the names that generated code uses come from; structures come from their own files.
const library: Readonly<Record<string, string>> = {
  Memory: '../memory.js',
  Struct: '../memory.js',
  Ref: '../memory.js',
  HANDLE: '../handles.js',
  HWND: '../handles.js',
  SOCKET: '../handles.js',
  Numbers: '../numbers.js',
  assign: '../fields.js',
  element: '../fields.js',
  openSize: '../fields.js',
  readText: '../fields.js',
  readWide: '../fields.js',
  readWord: '../fields.js',
  writeText: '../fields.js',
  writeWide: '../fields.js',
  writeWord: '../fields.js',
  LPWSAOVERLAPPED_COMPLETION_ROUTINE: './overlapped.js',
  Procedure: './procedure.js',
};

const typesOnly = new Set(['Memory', 'Ref', 'HANDLE', 'HWND', 'SOCKET', 'LPWSAOVERLAPPED_COMPLETION_ROUTINE', 'Procedure']);

/** The topic files and the index. */
export function structFiles(data: unknown): Map<string, string> {
  const layouts = new Layouts(data);
  const homes = new Map<string, string>(Object.entries(byHand));
  const generated = layouts.structures.filter((structure) => byHand[structure.name] === undefined);
  for (const structure of generated) homes.set(structure.name, topicOf(structure.name, structure.header));

  const files = new Map<string, string>();
  for (const [topic, { what }] of Object.entries(topics)) {
    const members = generated.filter((structure) => homes.get(structure.name) === topic);
    if (members.length === 0) throw new Error(`topic ${topic} has no structure`);
    const body = members.map((structure) => classText(layouts, structure)).join('\n');
    files.set(`structs/${topic}.ts`, `${head(what)}${imports(body, topic, homes)}${body}`);
  }
  const names = [...new Set([...homes.values(), 'procedure'])].sort();
  files.set('structs/index.ts', `${head('Every structure of the headers, by topic.')}${names.map((name) => `export * from './${name}.js';`).join('\n')}\n`);
  return files;
}

function classText(layouts: Layouts, structure: Structure): string {
  const text = layouts.holdsPointers(structure.fields) ? plainClass(layouts, structure) : viewClass(layouts, structure);
  // A leading underscore marks a C tag, which a program spells with "struct" in front and we cannot.
  const aliases = (structure.aliases ?? []).filter((alias) => !alias.startsWith('_') && !alias.endsWith('_tag'));
  if (aliases.length === 0) return text;
  const list = [...aliases].sort().map((alias) => `${structure.name} as ${alias}`);
  return `${text}\nexport { ${list.join(', ')} };\n`;
}

function imports(body: string, topic: string, homes: ReadonlyMap<string, string>): string {
  const code = body.replace(/\/\*\*.*?\*\//gs, '');
  const wanted = new Map<string, string[]>();
  const want = (name: string, file: string, typeOnly: boolean): void => {
    if (!new RegExp(`(?<![\\w.'])${name}(?![\\w'])`).test(code)) return;
    const names = wanted.get(file) ?? [];
    names.push(typeOnly ? `type ${name}` : name);
    wanted.set(file, names);
  };
  for (const [name, file] of Object.entries(library)) want(name, file, typesOnly.has(name));
  for (const [name, home] of homes) {
    if (home === topic) continue;
    const constructed = new RegExp(`new ${name}\\(|element\\(${name},`).test(code);
    want(name, `./${home}.js`, !constructed);
  }
  const lines = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, names]) => importLine(file, names));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

function importLine(file: string, names: readonly string[]): string {
  const bare = (name: string): string => name.replace(/^type /, '');
  const sorted = [...names].sort((a, b) => (bare(a) < bare(b) ? -1 : 1));
  if (sorted.every((name) => name.startsWith('type '))) return `import type { ${sorted.map(bare).join(', ')} } from '${file}';`;
  return `import { ${sorted.join(', ')} } from '${file}';`;
}

