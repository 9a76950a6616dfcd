// Whether other users can change a file or folder of this machine. Owns the asking; the rule is permissions.ts.
import { foreignWriter, type Ownership } from '../permissions.js';

/**
 * Tells whether somebody other than this process's user and root can change what was found.
 *
 * @param found - mode and owner, as stat gives them
 * @param kind - what it is
 * @param platform - as process.platform
 * @returns what is wrong, for people, or null when all is well
 */
export function foreignWriterHere(found: Ownership, kind: 'file' | 'folder', platform: string): string | null {
  // Windows has access lists instead; Node shows none of them, and the mode it makes up says nothing about others.
  if (platform === 'win32') return null;
  const uid = process.geteuid?.();
  return uid === undefined ? null : foreignWriter(found, kind, uid);
}
