// Sockets of the machine, as `netstat -ano` prints them.
import type { SystemSocket } from '../proc/tables.js';

const WIDTHS = [6, 22, 22, 15];

/** The text; `owners` (process ids by inode) adds the last column. */
export function netstatText(sockets: readonly SystemSocket[], owners: ReadonlyMap<number, number> | null): string {
  const head = ['Proto', 'Local Address', 'Foreign Address', 'State', ...(owners === null ? [] : ['PID'])];
  const rows = sockets.map(({ protocol, local, foreign, state, inode }) => [
    protocol, local, foreign, state, ...(owners === null ? [] : [String(owners.get(inode) ?? '-')]),
  ]);
  const lines = [head, ...rows].map((cells) => `  ${cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(' ')}`.trimEnd());
  return `\nActive Connections\n\n${lines.join('\n')}`;
}
