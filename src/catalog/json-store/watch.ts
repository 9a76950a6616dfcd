// Notices that a catalog file was saved, by this process or another. It looks at the file again and again: that needs no
// folder to be there yet, follows links, and works on every file system, which no notification of the system does.
import { statSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

/** Milliseconds between two looks. */
const EVERY = 100;

/** What is different after every save, which replaces the file; 'none' while there is no file or nobody may look at it. */
function stampOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return 'none';
  }
}

/**
 * Calls `changed` after saves.
 *
 * @param file - the catalog file, which need not exist
 * @param serial - what is another after every save, as a catalog's serial; null when the file cannot be read
 * @param changed - told once for all saves since the last look
 * @returns ends it
 */
export function watchSaves(file: string, serial: () => string | number | null, changed: () => void): () => void {
  // First the stamp: a save that comes between the two is looked at again, and found to be known.
  let stamp = stampOf(file);
  let known = serial();
  const timer = setInterval(() => {
    const now = stampOf(file);
    if (now === stamp) return;
    const next = serial();
    // Somebody is at work on it by hand; what comes of that is looked at until it can be read.
    if (next === null) return;
    stamp = now;
    if (next === known) return;
    known = next;
    changed();
  }, EVERY);
  return () => {
    clearInterval(timer);
  };
}
