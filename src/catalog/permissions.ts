// Who may change the catalog file. Owns the judgement over mode and owner; asks the file system nothing itself.
//
// Only the file and the folder (and a link's folder) are judged, not every folder above: those above belong to the
// system's layout, and group-writable ones are ordinary there.

/** What is known of a file or folder. */
export interface Ownership {
  /** Permission bits, as stat gives them. */
  readonly mode: number;
  readonly uid: number;
}

const GROUP_OR_OTHERS_WRITE = 0o022;
const STICKY = 0o1000;
const ROOT = 0;

/**
 * Tells whether somebody other than this user and root can change a file, or put another in its place.
 *
 * @param owned - mode and owner
 * @param kind - a folder with the sticky bit lets nobody replace another user's file, so it may be writable
 * @param uid - the user this process runs as
 * @returns what is wrong, for people, or null when all is well
 */
export function foreignWriter(owned: Ownership, kind: 'file' | 'folder', uid: number): string | null {
  if (owned.uid !== uid && owned.uid !== ROOT) return `belongs to another user (uid ${owned.uid})`;
  if ((owned.mode & GROUP_OR_OTHERS_WRITE) === 0) return null;
  if (kind === 'folder' && (owned.mode & STICKY) !== 0) return null;
  return `can be written by other users (mode ${(owned.mode & 0o7777).toString(8)}); chmod go-w it`;
}
