// The error table: names and meanings of errors.json as one data file.

import { head, quote } from './text.js';

interface ErrorItem {
  readonly name: string;
  readonly value: number;
  readonly meaning: string;
  readonly category: string;
  readonly aliasOf?: string | null;
}

/** `error-table.ts`. */
export function errorFiles(data: unknown): Map<string, string> {
  const { items } = data as { items: readonly ErrorItem[] };
  const rows = items.map((item) => {
    const alias = item.aliasOf === undefined || item.aliasOf === null ? 'null' : quote(item.aliasOf);
    return `  { name: ${quote(item.name)}, value: ${item.value}, category: ${quote(item.category)}, aliasOf: ${alias}, meaning: ${quote(item.meaning)} },`;
  });
  const text = `${head('The documented Windows Sockets error codes as data; errors.ts adds the Win32 ones and looks codes up.')}import type { ErrorEntry } from './errors.js';

/** One row per name; several names may share a value. */
export const socketErrors: readonly ErrorEntry[] = [
${rows.join('\n')}
];
`;
  return new Map([['error-table.ts', text]]);
}
