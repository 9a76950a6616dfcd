// What a command is run in: streams, environment, somebody to ask. Owns the contract only; node-shell.ts is the real one,
// tests bring their own.
import type { Catalog, CatalogError, CatalogStore } from '../index.js';

/** Where text goes. */
export interface TextStream {
  write(text: string): unknown;
  /** Whether a person is looking. */
  readonly isTTY?: boolean;
  /** Characters in a line, where known. */
  readonly columns?: number;
}

/** A program to run in place of this one. */
export interface ChildProgram {
  readonly file: string;
  readonly args: readonly string[];
  /** What is added to the environment of this program. */
  readonly env: Readonly<Record<string, string>>;
}

/** A store as commands need it: some have a file, and those can go back to the built-in catalog. */
export interface CommandStore extends CatalogStore {
  readonly file?: string | null;
  reset?(): Promise<
    | { readonly ok: true; readonly catalog: Catalog; readonly backup: string | null }
    | { readonly ok: false; readonly error: CatalogError }
  >;
}

/** The surroundings of a command. */
export interface Shell {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As process.platform. */
  readonly platform: string;
  /** Where Linux shows its tables: /proc. */
  readonly procFolder: string;
  /** Told of Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** The package's version. */
  readonly version: string;
  now(): Date;
  /** Asks a question that yes or no answers; null where nobody can answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  /** The catalog in a file; this user's own for null. */
  openStore(file: string | null): CommandStore;
  /** What Node loads before a program to trace it, as a URL; null when it is not there. */
  readonly tracingModule: string | null;
  /** Runs a program with the same streams, and gives its exit status (128 and the signal's number if a signal ended it). */
  runProgram(program: ChildProgram): Promise<number>;
}
