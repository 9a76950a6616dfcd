// The machine's own files over node:fs: read at one moment or not at all, watched by looking at them again and again.
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync, type BigIntStats } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import { MAX_BYTES, decodeText, type ReadText, type TextSource } from './text-source.js';

/** Milliseconds between two looks of who watches. */
const EVERY = 250;
/** As long as a file was changed later than so many milliseconds ago, another change may leave the same times behind. */
const SETTLED_MS = 50;
/** How often a file is read that is being written at the same time. */
const MAX_TRIES = 3;
const MS = 1_000_000n;

const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string => [dev, ino, size, mtimeNs, ctimeNs].join(' ');

function isSettled({ mtimeNs, ctimeNs }: BigIntStats): boolean {
  const latest = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / MS);
  return Math.abs(Date.now() - latest) > SETTLED_MS;
}

function stamp(path: string): string | null {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat?.isFile() === true ? stampOf(stat) : null;
  } catch {
    return null;
  }
}

/** Null when it was changed while it was read. */
function readOnce(path: string): ReadText | string | null {
  // Without waiting for the writer of a pipe.
  const fd = openSync(path, constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0));
  try {
    const before = fstatSync(fd, { bigint: true });
    if (!before.isFile()) return 'it is no file';
    if (before.size > MAX_BYTES) return `it is larger than ${MAX_BYTES} bytes`;
    const settled = isSettled(before);
    const bytes = readFileSync(fd);
    const after = stampOf(fstatSync(fd, { bigint: true }));
    if (after !== stampOf(before) || BigInt(bytes.length) !== before.size) return null;
    return { text: decodeText(bytes), stamp: after, isSettled: settled };
  } finally {
    closeSync(fd);
  }
}

/** The machine's files. */
export const nodeTexts: TextSource = {
  stamp,
  read: (path) => {
    if (stamp(path) === null) return null;
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const found = readOnce(path);
        if (found !== null) return found;
      }
      return 'it is being written';
    } catch (error) {
      return error instanceof Error ? error.message : 'it cannot be read';
    }
  },
  watch: (paths, changed) => {
    const look = (): string => paths.map((path) => stamp(path) ?? 'none').join('\n');
    let known = look();
    const timer = setInterval(() => {
      const now = look();
      if (now === known) return;
      known = now;
      changed();
    }, EVERY);
    return () => {
      clearInterval(timer);
    };
  },
};
