// A shell for commands that run inside a test: streams that collect, a catalog in memory, nobody to ask.
import { createProcess, MemoryStore, WSADATA, type Catalog, type CatalogStore, type WinsockHost } from 'winsock2';
import { commandLine } from '../../src/cli/command-line.js';
import type { ChildProgram, CommandStore, Shell } from '../../src/cli/shell.js';

/** What a command line left. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface FakeShell extends Shell {
  /** The programs that were to be run. */
  readonly programs: ChildProgram[];
  /** Runs a command line, given as words separated by blanks or as a list of words. */
  readonly run: (line: string | readonly string[]) => Promise<Ran>;
}

/** A shell over a store; anything of it can be given. */
export function fakeShell(store: CommandStore = new MemoryStore(), given: Partial<Shell> = {}): FakeShell {
  let out = '';
  let err = '';
  const programs: ChildProgram[] = [];
  const shell: FakeShell = {
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    env: {},
    platform: 'linux',
    procFolder: '/nowhere',
    interrupted: new AbortController().signal,
    version: '1.2.3',
    now: () => new Date('2026-05-04T03:02:01Z'),
    confirm: null,
    openStore: () => store,
    tracingModule: 'file:///winsock2/register.js',
    runProgram: (program) => {
      programs.push(program);
      return Promise.resolve(0);
    },
    programs,
    run: async (line) => {
      out = '';
      err = '';
      const code = await commandLine(typeof line === 'string' ? line.split(' ') : line, shell);
      return { code, out, err };
    },
    ...given,
  };
  return shell;
}

/** The catalog in a store. */
export function catalogIn(store: CatalogStore): Catalog {
  const loaded = store.loadSync();
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.catalog;
}

/** A started process over a store. */
export async function startedOver(store: CatalogStore): Promise<WinsockHost> {
  const host = createProcess({ store });
  if ((await host.bind().WSAStartup(0x0202, new WSADATA())) !== 0) throw new Error('WSAStartup failed');
  return host;
}
