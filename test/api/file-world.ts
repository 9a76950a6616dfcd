// Files for the tests of the functions that send them: real ones in a folder of their own on the Node driver, and files in
// memory on the simulated one. No test knowledge.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CREATE_NEW, FILE_BEGIN, GENERIC_READ, GENERIC_WRITE, ref, type HANDLE } from '../../src/abi/index.js';
import type { World } from './world.js';

/** Makes files, and removes them. */
export class Files {
  readonly #world: World;
  readonly #folder: string | null;
  #count = 0;

  constructor(world: World, driver: string) {
    this.#world = world;
    this.#folder = driver === 'node' ? mkdtempSync(join(tmpdir(), 'winsock2-')) : null;
  }

  name(): string {
    this.#count += 1;
    return join(this.#folder ?? '', `file-${String(this.#count)}`);
  }

  /** A file with this content, open with its file pointer at the beginning. */
  async make(content: Uint8Array, access = GENERIC_READ | GENERIC_WRITE): Promise<HANDLE> {
    const { ws } = this.#world;
    const file = ws.CreateFileW(this.name(), access | GENERIC_WRITE, 0, null, CREATE_NEW, 0, null);
    const written = ref(0);
    if ((await ws.WriteFile(file, content, content.length, written, null)) !== 1) throw new Error(this.#world.lastError());
    ws.SetFilePointerEx(file, 0n, null, FILE_BEGIN);
    return file;
  }

  position(file: HANDLE): number {
    const at = ref(0n);
    this.#world.ws.SetFilePointerEx(file, 0n, at, 1);
    return Number(at.value);
  }

  end(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Bytes that differ from their neighbours and from one another a block later. */
export function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 7 + (i >> 8) * 13 + (i >> 16)) & 0xff;
  return bytes;
}
