// The results that old functions keep in one place per thread and overwrite with every call: hostent, servent, protoent.
import type { Thread } from '../win32/index.js';

/**
 * The thread's own object under a key, made on first use.
 *
 * @param thread - whose
 * @param key - the owner's key
 * @param make - makes it
 * @returns the same object every time
 */
export function threadStatic<T extends object>(thread: Thread, key: symbol, make: () => T): T {
  let value = thread.statics.get(key) as T | undefined;
  if (value === undefined) {
    value = make();
    thread.statics.set(key, value);
  }
  return value;
}
