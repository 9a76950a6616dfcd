// The one file that knows how the implementation is started and what the scenarios lean on besides Winsock: a process,
// a message window, a file. Everything else of the runner sees only the Host and Face types.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CREATE_NEW, FILE_BEGIN, GENERIC_READ, GENERIC_WRITE } from '../../../src/abi/index.js';
import { MemoryStore } from '../../../src/catalog/index.js';
import { SimNetwork, simDriver } from '../../../src/drivers/sim/index.js';
import { createProcess } from '../../../src/winsock.js';
import { stackCatalog } from '../../layered/world.js';
import type { Face } from './face.js';
import { MissingFunction } from './script-error.js';
import { systemTime, timeOf, type Time } from './time.js';

/** A message as a window's queue holds it. */
export interface Message {
  readonly message: number;
  readonly wParam: number;
  readonly lParam: number;
}

/** What one scenario runs on. */
export interface Host {
  readonly face: Face;
  /** What its waiting is measured with. */
  readonly time: Time;
  /** The process's id, as WSADuplicateSocket wants it. */
  processId(): number;
  /** Makes a message-only window. */
  createWindow(): number;
  /** Takes all messages out of a window's queue, oldest first. */
  takeMessages(window: number): Message[];
  /** Makes a temporary file and opens it for reading at its start. */
  createFile(content: Uint8Array): Promise<number>;
  /** Sets a file's position. */
  seekFile(file: number, position: number): void;
  /** Ends the process: nothing of it stays open. */
  dispose(): Promise<void>;
}

type AnyFunction = (...args: unknown[]) => unknown;

const HWND_MESSAGE = -3;
const PM_REMOVE = 1;

/** What a scenario can be run on. */
export const DRIVERS = ['node', 'sim'] as const;
export type DriverName = (typeof DRIVERS)[number];

/** Always the same one: what a scenario shows must not hang on chance, and can be shown again if it does. */
const SEED = 1;

/** The catalog of a process with layers over every base protocol; none for the catalog as it is. */
function storeOf(layers: readonly string[]): { readonly store?: MemoryStore } {
  return layers.length === 0 ? {} : { store: new MemoryStore(stackCatalog(layers)) };
}

function start(
  driver: DriverName,
  layers: readonly string[],
): { process: ReturnType<typeof createProcess>; time: Time; end: () => void } {
  if (driver === 'node') return { process: createProcess(storeOf(layers)), time: systemTime, end: () => undefined };
  const network = new SimNetwork({ seed: SEED });
  const { clock } = network;
  const process = createProcess({ driver: simDriver(network.host('host')), clock, store: new MemoryStore(), ...storeOf(layers) });
  return { process, time: timeOf(clock), end: () => { network.stop(); } };
}

/**
 * Starts a fresh process on a driver.
 * @param layers modules of layers that stand over every base protocol, top to bottom
 */
export function createHost(driver: DriverName = 'node', layers: readonly string[] = []): Host {
  const { process, time, end } = start(driver, layers);
  const face = process.bind() as unknown as Face;
  let folder: string | null = null;
  let files = 0;

  // Functions that are no part of Winsock's face and may come later than it.
  function win32(name: string, ...args: unknown[]): unknown {
    const found = (face as unknown as Readonly<Record<string, AnyFunction | undefined>>)[name];
    if (found === undefined) throw new MissingFunction(name);
    return found(...args);
  }

  return {
    face,
    time,
    processId: () => Number(win32('GetCurrentProcessId')),
    createWindow: () =>
      Number(win32('CreateWindowExW', 0, 'Message', null, 0, 0, 0, 0, 0, HWND_MESSAGE, null, null, null)),
    takeMessages(window) {
      const taken: Message[] = [];
      for (;;) {
        const message = { hwnd: 0, message: 0, wParam: 0, lParam: 0, time: 0 };
        if (Number(win32('PeekMessageW', message, window, 0, 0, PM_REMOVE)) === 0) return taken;
        taken.push(message);
      }
    },
    async createFile(content) {
      // A simulated host has no disk: its files are in memory, under any name.
      folder ??= driver === 'node' ? mkdtempSync(join(tmpdir(), 'winsock2-')) : '';
      files += 1;
      const path = join(folder, `file-${String(files)}`);
      const file = Number(win32('CreateFileW', path, GENERIC_READ | GENERIC_WRITE, 0, null, CREATE_NEW, 0, null));
      await win32('WriteFile', file, content, content.length, { value: 0 }, null);
      win32('SetFilePointerEx', file, 0n, null, FILE_BEGIN);
      return file;
    },
    seekFile(file, position) {
      win32('SetFilePointerEx', file, BigInt(position), null, FILE_BEGIN);
    },
    async dispose() {
      await process.dispose();
      end();
      if (folder !== null && folder !== '') rmSync(folder, { recursive: true, force: true });
    },
  };
}
