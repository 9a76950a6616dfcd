// Keys and certificates, from files. A catalog may be read by everybody, so it has their names only; what others could
// have read, or changed, is refused.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { platform } from 'node:process';
import { SettingError } from '../kit/settings.js';

const OTHERS_WRITE = 0o022;
const OTHERS = 0o077;

/** Reads a file by one handle, so that what was looked at is what is read. */
function contentOf(path: string, judge: (mode: number) => string | null): string {
  const file = openSync(path, 'r');
  try {
    const why = platform === 'win32' ? null : judge(fstatSync(file).mode);
    if (why !== null) throw new SettingError(why);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * Reads what a setting names.
 *
 * @param setting - its name
 * @param path - its value, or null without it
 * @param isSecret - nobody but the owner may read it
 * @returns the file's text, or null without the setting
 * @throws SettingError when it is no absolute path, or the file cannot be read, or others can change (or read) it
 */
export function fileOf(setting: string, path: string | null, isSecret = false): string | null {
  if (path === null) return null;
  if (!isAbsolute(path)) throw new SettingError(`the setting '${setting}' is '${path}' and no absolute path`);
  try {
    return contentOf(path, (mode) => {
      if (isSecret && (mode & OTHERS) !== 0) return 'others can read it: chmod 600';
      return (mode & OTHERS_WRITE) === 0 ? null : 'others can change it: chmod go-w';
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw new SettingError(`the setting '${setting}' names '${path}': ${why}`);
  }
}
