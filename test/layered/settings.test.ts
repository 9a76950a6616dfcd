// A provider's settings: the query of the module name that it is installed under, for the top of a chain and inside it.
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/catalog/index.js';
import { layer } from '../../src/providers/layered/index.js';
import * as msafd from '../../src/providers/msafd/index.js';
import { createModuleLoader, resolveSpecifier, type ModuleLoader } from '../../src/spi/index.js';
import { startedWorld, tcp, type World } from '../api/world.js';
import { stackCatalog } from './world.js';

describe('a module name with settings', () => {
  it('is imported without them', () => {
    expect(resolveSpecifier('@a/b/c?x=../%41\\&y=:')).toEqual({ ok: true, target: '@a/b/c' });
    expect(resolveSpecifier('?x=1')).toMatchObject({ ok: false });
  });

  it('keeps what belongs to a URL or a path', () => {
    expect(resolveSpecifier('file:///a.js?x=1')).toEqual({ ok: true, target: 'file:///a.js?x=1' });
    expect(resolveSpecifier('/a?.js')).toEqual({ ok: true, target: 'file:///a%3F.js' });
  });
});

let world: World | null = null;
afterEach(() => world?.host.dispose());

it('each layer of a stack reads its own, and none has those of another', async () => {
  const seen: string[] = [];
  const WSPStartup = layer({
    description: 'reads its settings',
    change: ({ settings }) => {
      seen.push(settings.toString());
      return {};
    },
  });
  const loader: ModuleLoader = createModuleLoader({
    builtin: new Map<string, () => Promise<unknown>>([
      ['winsock2/msafd', () => Promise.resolve(msafd)],
      ['reader', () => Promise.resolve({ WSPStartup })],
    ]),
    importer: () => Promise.reject(new Error('not here')),
  });
  const catalog = stackCatalog(['reader?allow=127.0.0.0/8&allow=::1', 'reader', 'reader?deny=all']);
  world = await startedWorld({ loader, store: new MemoryStore(catalog) });
  expect(tcp(world)).toBeGreaterThan(0);
  const parsed = new URLSearchParams([['allow', '127.0.0.0/8'], ['allow', '::1']]).toString();
  expect(seen.sort()).toEqual(['', 'deny=all', parsed].sort());
});
