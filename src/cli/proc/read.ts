// Reads Linux's tables of sockets, and which processes have each socket open, as far as this user may see it.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { internetSockets, localSockets, type SystemSocket } from './tables.js';

/** Every socket of this network name space, in the tables' order. A table that the system has not got is empty. */
export function systemSockets(procFolder: string): SystemSocket[] {
  const table = (name: string): string => textOf(join(procFolder, 'net', name));
  return [
    ...internetSockets(table('tcp'), 'TCP', 4),
    ...internetSockets(table('tcp6'), 'TCP', 6),
    ...internetSockets(table('udp'), 'UDP', 4),
    ...internetSockets(table('udp6'), 'UDP', 6),
    ...localSockets(table('unix')),
  ];
}

/** Process ids by the socket's inode; processes of other users are left out, as their files cannot be seen. */
export function socketOwners(procFolder: string): Map<number, number> {
  const owners = new Map<number, number>();
  for (const pid of namesIn(procFolder).filter((name) => /^\d+$/.test(name))) {
    for (const file of namesIn(join(procFolder, pid, 'fd'))) {
      const inode = /^socket:\[(\d+)\]$/.exec(targetOf(join(procFolder, pid, 'fd', file)))?.[1];
      if (inode !== undefined) owners.set(Number(inode), Number(pid));
    }
  }
  return owners;
}

function textOf(file: string): string {
  return orElse(() => readFileSync(file, 'utf8'), '');
}

function namesIn(folder: string): string[] {
  return orElse(() => readdirSync(folder), []);
}

function targetOf(link: string): string {
  return orElse(() => readlinkSync(link), '');
}

/** Processes end and files close while they are being looked at. */
function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
