// One run of one command: what its body is given. Opens the catalog when asked, and a Winsock process over it.
import { createProcess, errorName, type Catalog, type CatalogError, type WinsockHost } from '../index.js';
import { Failure } from './failure.js';
import { Output, type OutputOptions } from './output.js';
import type { CommandStore, Shell } from './shell.js';

/** The options that every command takes. */
export interface CommonOptions extends OutputOptions {
  readonly catalog: string | null;
}

/** What to do about a catalog that cannot be used, by what is wrong with it. */
const REMEDIES: Readonly<Record<CatalogError['trouble'], string>> = {
  corrupt: 'see `winsock doctor`; `winsock reset` keeps a copy and starts anew',
  newer: 'use the version of winsock2 that wrote it, or another file with --catalog',
  insecure: 'see `winsock doctor`',
  locked: 'try again when the other one is done; `winsock doctor` tells who it is',
  io: 'check the path and its permissions',
  invalid: 'see `winsock show catalog`',
};

/** A catalog's error as a command's. */
export function catalogFailure(error: CatalogError): Failure {
  return new Failure(errorName(error.code), error.message, REMEDIES[error.trouble]);
}

/** One run of a command. */
export class Run {
  readonly shell: Shell;
  readonly out: Output;
  /** The file named with --catalog, or null. */
  readonly catalogFile: string | null;
  #store: CommandStore | null = null;

  constructor(shell: Shell, options: CommonOptions) {
    this.shell = shell;
    this.out = new Output(shell, options);
    this.catalogFile = options.catalog;
  }

  /** Where the catalog is kept. */
  get store(): CommandStore {
    return (this.#store ??= this.shell.openStore(this.catalogFile));
  }

  /** The catalog as it is now. */
  async catalog(): Promise<Catalog | Failure> {
    const loaded = await this.store.load();
    return loaded.ok ? loaded.catalog : catalogFailure(loaded.error);
  }

  /** A Winsock process over this catalog; whoever makes it disposes of it. */
  process(store: CommandStore = this.store): WinsockHost {
    return createProcess({ name: 'winsock', store });
  }
}
