// Where the catalog file is. Owns the rule; reads no environment and no disk of its own.

/** What the place depends on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As Node names it: 'linux', 'darwin', 'win32', ... */
  readonly platform: string;
  /** The user's home folder; '' if there is none. */
  readonly home: string;
}

/**
 * The catalog file's path: WINSOCK2_CATALOG if set, else `winsock2/catalog.json` in the user's configuration folder.
 *
 * @param around - the environment, the platform and the home folder
 * @returns a path, possibly relative when WINSOCK2_CATALOG is; null when there is no configuration folder
 */
export function catalogLocation(around: Surroundings): string | null {
  const named = around.env['WINSOCK2_CATALOG'];
  if (named !== undefined && named !== '') return named;
  const folder = configurationFolder(around);
  if (folder === null) return null;
  const separator = around.platform === 'win32' ? '\\' : '/';
  return [folder, 'winsock2', 'catalog.json'].join(separator);
}

function configurationFolder({ env, platform, home }: Surroundings): string | null {
  if (platform === 'win32') {
    const roaming = env['APPDATA'];
    if (roaming !== undefined && roaming !== '') return roaming;
    return home === '' ? null : `${home}\\AppData\\Roaming`;
  }
  if (platform === 'darwin') return home === '' ? null : `${home}/Library/Application Support`;
  const xdg = env['XDG_CONFIG_HOME'];
  // The specification of base directories says that a relative one is to be ignored.
  if (xdg?.startsWith('/')) return xdg;
  return home === '' ? null : `${home}/.config`;
}
