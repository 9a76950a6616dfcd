// The platform seam: the things that only the host can give: asynchronous context, diagnostics channels, turns of
// the event loop, the program's name.
// The one file of win32 that imports `node:` modules; a browser build puts another in its place.
import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
// Imported and not taken from the global object, where fake timers may stand in its place.
import process from 'node:process';
import { setImmediate } from 'node:timers';

/** A value that follows the asynchronous flow it was entered in. */
export interface FlowStorage<T> {
  getStore(): T | undefined;
  enterWith(value: T): void;
  run<R>(value: T, body: () => R): R;
}

/** Makes a storage of its own. */
export function createFlowStorage<T>(): FlowStorage<T> {
  return new AsyncLocalStorage<T>();
}

/** A named channel that others in this process may listen to. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** The channel of this name. */
export function openChannel(name: string): Channel {
  return channel(name);
}

/** Has `listener` hear what is published under this name, in all copies of the library; the result ends it. */
export function listenToChannel(name: string, listener: (message: unknown) => void): () => void {
  // One of its own each time: the same function may be given twice.
  const hear = (message: unknown): void => {
    listener(message);
  };
  subscribe(name, hear);
  return () => {
    unsubscribe(name, hear);
  };
}

/** The file of the program that is running, as far as it can be told. */
export function programFile(): string {
  return process.argv[1] ?? process.execPath;
}

/** How it was started: its file, its arguments with a space between each two, and the environment variables. */
export function programStart(): {
  readonly path: string;
  readonly extra: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
} {
  return { path: programFile(), extra: process.argv.slice(2).join(' '), variables: process.env };
}

/** Calls `turn` after the events that are ready now have been handled. */
export function scheduleTurn(turn: () => void): void {
  setImmediate(turn);
}
