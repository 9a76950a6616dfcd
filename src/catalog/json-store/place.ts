// Where a process id means something: this machine since it was started, and in it this set of process ids, since
// containers have sets of their own and may share both a folder and the machine's name.
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const NAME_LENGTH = 40;
const MARK_LENGTH = 8;

/** A name for it that can stand in a file's name, and that people recognize their machine by. */
export function thisPlace(): string {
  const name = hostname().replaceAll(/[^A-Za-z0-9.-]/g, '_').slice(0, NAME_LENGTH);
  // Linux tells both; elsewhere the machine's name has to do.
  const facts = [
    orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    orNothing(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return `${name}~${createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, MARK_LENGTH)}`;
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
