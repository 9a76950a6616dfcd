// The file functions over both file systems: opening, reading, writing, the file pointer, and their last errors.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CREATE_ALWAYS,
  CREATE_NEW,
  ERROR_ACCESS_DENIED,
  ERROR_ALREADY_EXISTS,
  ERROR_FILE_EXISTS,
  ERROR_FILE_NOT_FOUND,
  ERROR_HANDLE_EOF,
  ERROR_INVALID_HANDLE,
  ERROR_INVALID_PARAMETER,
  ERROR_NEGATIVE_SEEK,
  ERROR_NOACCESS,
  ERROR_NOT_SUPPORTED,
  ERROR_PATH_NOT_FOUND,
  FILE_BEGIN,
  FILE_CURRENT,
  FILE_END,
  GENERIC_READ,
  GENERIC_WRITE,
  INVALID_HANDLE_VALUE,
  INVALID_SET_FILE_POINTER,
  OPEN_ALWAYS,
  OPEN_EXISTING,
  OVERLAPPED,
  TRUNCATE_EXISTING,
  ref,
  type HANDLE,
} from '../../src/abi/index.js';
import { nodeFiles } from '../../src/drivers/node/files.js';
import { FILE_SYSTEM_DEVICE, MemoryFiles, Process, runIn, type FileSystem } from '../../src/win32/index.js';
import * as win32 from '../../src/win32/functions/index.js';

const BOTH = GENERIC_READ | GENERIC_WRITE;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'winsock2-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const SYSTEMS: readonly (readonly [string, () => FileSystem])[] = [
  ['the machine', () => nodeFiles],
  ['memory', () => new MemoryFiles()],
];

describe.each(SYSTEMS)('files of %s', (name, make) => {
  let files = 0;
  const path = (): string => join(folder, `${name}-${String((files += 1))}`);

  function inProcess(body: (process: Process) => Promise<void> | void): () => Promise<void> {
    return async () => {
      const process = new Process();
      process.mountDevice(FILE_SYSTEM_DEVICE, make());
      await runIn(process, () => body(process));
    };
  }

  const open = (file: string, disposition: number, access = BOTH): HANDLE =>
    win32.CreateFileW(file, access, 0, null, disposition, 0, null);

  async function write(file: HANDLE, text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    const count = ref(0);
    expect([await win32.WriteFile(file, bytes, bytes.length, count, null), count.value]).toEqual([1, bytes.length]);
  }

  async function read(file: HANDLE, most: number, overlapped: OVERLAPPED | null = null): Promise<string | number> {
    const buffer = new Uint8Array(most);
    const count = ref(0xa5);
    const ok = await win32.ReadFile(file, buffer, most, count, overlapped);
    return ok === 1 ? new TextDecoder().decode(buffer.subarray(0, count.value)) : win32.GetLastError();
  }

  it('opens and makes as each disposition says', inProcess(async () => {
    const file = path();
    const tries = async (...dispositions: number[]): Promise<(number | string)[]> => {
      const results: (number | string)[] = [];
      for (const disposition of dispositions) {
        const handle = open(file, disposition);
        const error = win32.GetLastError();
        results.push(handle === INVALID_HANDLE_VALUE ? `error ${String(error)}` : error);
        if (handle === INVALID_HANDLE_VALUE) continue;
        const size = ref(0n);
        win32.GetFileSizeEx(handle, size);
        results.push(`size ${String(size.value)}`);
        await write(handle, 'abc');
        win32.CloseHandle(handle);
      }
      return results;
    };
    expect(await tries(OPEN_EXISTING, TRUNCATE_EXISTING, CREATE_NEW, CREATE_NEW, OPEN_EXISTING, OPEN_ALWAYS)).toEqual([
      ...[`error ${String(ERROR_FILE_NOT_FOUND)}`, `error ${String(ERROR_FILE_NOT_FOUND)}`, 0, 'size 0'],
      ...[`error ${String(ERROR_FILE_EXISTS)}`, 0, 'size 3', ERROR_ALREADY_EXISTS, 'size 3'],
    ]);
    expect(await tries(CREATE_ALWAYS, TRUNCATE_EXISTING)).toEqual([ERROR_ALREADY_EXISTS, 'size 0', 0, 'size 0']);
  }));

  it.each([
    ['no name', null, OPEN_EXISTING, BOTH, ERROR_PATH_NOT_FOUND],
    ['an empty name', '', OPEN_EXISTING, BOTH, ERROR_PATH_NOT_FOUND],
    ['an unknown disposition', 'x', 6, BOTH, ERROR_INVALID_PARAMETER],
    ['truncating without writing', 'x', TRUNCATE_EXISTING, GENERIC_READ, ERROR_INVALID_PARAMETER],
  ])('%s is refused', (_what, file, disposition, access, error) =>
    inProcess(() => {
      expect(win32.CreateFileA(file, access, 0, null, disposition, 0, null)).toBe(INVALID_HANDLE_VALUE);
      expect(win32.GetLastError()).toBe(error);
    })(),
  );

  it('reads and writes at the file pointer, which moves', inProcess(async () => {
    const file = open(path(), CREATE_NEW);
    await write(file, '0123456789');
    const at = ref(0n);
    expect([win32.SetFilePointerEx(file, -4n, at, FILE_CURRENT), at.value]).toEqual([1, 6n]);
    expect([await read(file, 3), await read(file, 3), await read(file, 3)]).toEqual(['678', '9', '']);
    expect(await read(file, 4, new OVERLAPPED({ Offset: 1 }))).toBe('1234');
    expect(await read(file, 9)).toBe('56789');
    expect(await read(file, 1, new OVERLAPPED({ Offset: 10 }))).toBe(ERROR_HANDLE_EOF);
    win32.SetFilePointerEx(file, 2n, null, FILE_END);
    await write(file, 'x');
    win32.SetFilePointerEx(file, 0n, null, FILE_BEGIN);
    expect(await read(file, 99)).toBe('0123456789\0\0x');
  }));

  it('SetFilePointer takes and gives two halves', inProcess(() => {
    const file = open(path(), CREATE_NEW);
    const high = ref(1);
    expect([win32.SetFilePointer(file, 5, high, FILE_BEGIN), high.value]).toEqual([5, 1]);
    expect([win32.SetFilePointer(file, -6, null, FILE_CURRENT), win32.GetLastError()]).toEqual([0xffffffff, 0]);
    expect([win32.SetFilePointer(file, 1, null, FILE_CURRENT), win32.GetLastError()]).toEqual([
      INVALID_SET_FILE_POINTER,
      ERROR_INVALID_PARAMETER,
    ]);
    for (const [distance, method, error] of [[-1, FILE_BEGIN, ERROR_NEGATIVE_SEEK], [0, 3, ERROR_INVALID_PARAMETER]] as const) {
      expect([win32.SetFilePointer(file, distance, null, method), win32.GetLastError()]).toEqual([INVALID_SET_FILE_POINTER, error]);
      expect([win32.SetFilePointerEx(file, BigInt(distance), null, method), win32.GetLastError()]).toEqual([0, error]);
    }
  }));

  it('refuses what was not opened for it, null pointers and handles of other kinds', inProcess(async () => {
    const name = path();
    const file = open(name, CREATE_NEW, GENERIC_WRITE);
    const event = win32.CreateEventW(null, 1, 0, null);
    const buffer = new Uint8Array(4);
    expect([await win32.ReadFile(file, buffer, 4, ref(0), null), win32.GetLastError()]).toEqual([0, ERROR_ACCESS_DENIED]);
    expect([await win32.WriteFile(file, buffer, 5, ref(0), null), win32.GetLastError()]).toEqual([0, ERROR_NOACCESS]);
    expect([await win32.WriteFile(file, null, 4, ref(0), null), win32.GetLastError()]).toEqual([0, ERROR_NOACCESS]);
    expect([await win32.WriteFile(file, buffer, 4, null, null), win32.GetLastError()]).toEqual([0, ERROR_NOACCESS]);
    const reader = open(name, OPEN_EXISTING, GENERIC_READ);
    expect([await win32.WriteFile(reader, buffer, 4, ref(0), null), win32.GetLastError()]).toEqual([0, ERROR_ACCESS_DENIED]);
    expect([await win32.ReadFile(event, buffer, 4, ref(0), null), win32.GetLastError()]).toEqual([0, ERROR_INVALID_HANDLE]);
    expect([win32.GetFileSizeEx(event, ref(0n)), win32.GetLastError()]).toEqual([0, ERROR_INVALID_HANDLE]);
    expect([win32.GetFileSizeEx(file, null), win32.GetLastError()]).toEqual([0, ERROR_NOACCESS]);
    expect([win32.SetFilePointerEx(event, 0n, null, FILE_BEGIN), win32.GetLastError()]).toEqual([0, ERROR_INVALID_HANDLE]);
  }));

  it('a read goes on when the handle is closed meanwhile', inProcess(async () => {
    const file = open(path(), CREATE_NEW);
    await write(file, 'still there');
    win32.SetFilePointerEx(file, 0n, null, FILE_BEGIN);
    const reading = read(file, 20);
    expect(win32.CloseHandle(file)).toBe(1);
    expect(await reading).toBe('still there');
    expect(await read(file, 1)).toBe(ERROR_INVALID_HANDLE);
  }));
});

it('a folder cannot be opened, nor a file in one that is not there', () => {
  const process = new Process();
  process.mountDevice(FILE_SYSTEM_DEVICE, nodeFiles);
  runIn(process, () => {
    mkdirSync(join(folder, 'sub'));
    for (const [name, error] of [['sub', ERROR_ACCESS_DENIED], ['none/x', ERROR_FILE_NOT_FOUND], ['sub\0', 123]] as const) {
      expect(win32.CreateFileW(join(folder, name), GENERIC_READ, 0, null, OPEN_EXISTING, 0, null)).toBe(INVALID_HANDLE_VALUE);
      expect(win32.GetLastError()).toBe(error);
    }
  });
});

it('a process without a file system opens nothing', () => {
  runIn(new Process(), () => {
    expect(win32.CreateFileW('x', GENERIC_READ, 0, null, OPEN_EXISTING, 0, null)).toBe(INVALID_HANDLE_VALUE);
    expect(win32.GetLastError()).toBe(ERROR_NOT_SUPPORTED);
  });
});
