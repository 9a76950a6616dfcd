// Where the catalog file is and who may write to it.

import { describe, expect, it } from 'vitest';
import { catalogLocation } from '../../src/catalog/location.js';
import { foreignWriter } from '../../src/catalog/permissions.js';

describe('the file', () => {
  it.each<[string, string, Record<string, string>, string | null]>([
    ['linux', '/home/me', {}, '/home/me/.config/winsock2/catalog.json'],
    ['linux', '/home/me', { XDG_CONFIG_HOME: '/cfg' }, '/cfg/winsock2/catalog.json'],
    ['linux', '/home/me', { XDG_CONFIG_HOME: 'relative' }, '/home/me/.config/winsock2/catalog.json'],
    ['linux', '', {}, null],
    ['darwin', '/Users/me', { XDG_CONFIG_HOME: '/cfg' }, '/Users/me/Library/Application Support/winsock2/catalog.json'],
    ['win32', 'C:\\Users\\me', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\winsock2\\catalog.json'],
    ['win32', 'C:\\Users\\me', {}, 'C:\\Users\\me\\AppData\\Roaming\\winsock2\\catalog.json'],
    ['win32', '', {}, null],
    ['linux', '/home/me', { WINSOCK2_CATALOG: 'here.json', XDG_CONFIG_HOME: '/cfg' }, 'here.json'],
    ['win32', '', { WINSOCK2_CATALOG: 'X:\\c.json' }, 'X:\\c.json'],
    ['linux', '/home/me', { WINSOCK2_CATALOG: '' }, '/home/me/.config/winsock2/catalog.json'],
  ])('on %s with home %j and %j is %j', (platform, home, env, expected) => {
    expect(catalogLocation({ platform, home, env })).toBe(expected);
  });
});

describe('its writers', () => {
  const ME = 1000;
  it.each<[kind: 'file' | 'folder', mode: number, uid: number, fine: boolean]>([
    ['file', 0o100600, ME, true],
    ['file', 0o100644, ME, true],
    ['file', 0o100644, 0, true],
    ['file', 0o100664, ME, false],
    ['file', 0o100646, ME, false],
    ['file', 0o101666, ME, false],
    ['file', 0o100600, 1001, false],
    ['folder', 0o40755, ME, true],
    ['folder', 0o40775, ME, false],
    ['folder', 0o40777, 0, false],
    ['folder', 0o41777, 0, true],
    ['folder', 0o41777, 1001, false],
    ['folder', 0o40700, 1001, false],
  ])('a %s of mode %o and owner %i: %s', (kind, mode, uid, fine) => {
    expect(foreignWriter({ mode, uid }, kind, ME) === null).toBe(fine);
  });
});
