// A file that a layer writes piece by piece, by the process's own files: a layer runs where there is no Node. It never writes
// into a file that is there, as several programs may be started from one catalog.
import { CREATE_NEW, ERROR_FILE_EXISTS, errorName } from '../../../abi/index.js';
import { FILE_SYSTEM_DEVICE, type FileSystem, type OpenFile, type Process } from '../../../win32/index.js';
import { SettingError } from './settings.js';

/** How many names are tried. */
const NAMES = 10_000;

/** `a.pcapng`, `a-2.pcapng`, `a-3.pcapng`… */
function numbered(name: string, number: number): string {
  if (number === 1) return name;
  const dot = name.lastIndexOf('.');
  const at = dot > Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1 ? dot : name.length;
  return `${name.slice(0, at)}-${String(number)}${name.slice(at)}`;
}

/** Makes a new file of this name, or of the first free one with a number behind it. */
function openNew(files: FileSystem, name: string): OpenFile {
  for (let number = 1; number <= NAMES; number += 1) {
    const opened = files.open(numbered(name, number), { read: false, write: true, disposition: CREATE_NEW });
    if ('file' in opened) return opened.file;
    if (opened.error !== ERROR_FILE_EXISTS) throw new SettingError(`'${name}' cannot be made: ${errorName(opened.error)}`);
  }
  throw new SettingError(`'${name}' and ${String(NAMES)} numbered names are taken`);
}

/** Those that are open in a process, by the names that were asked for. */
const KEY = Symbol('output files');

/** An open file that grows. A layer is started for each of its chains; all starts of a process write into the same file. */
export class OutputFile {
  readonly #file: OpenFile;
  readonly #failed: (error: number) => void;
  #waiting: Uint8Array[] = [];
  #position = 0;
  #isWriting = false;
  #isClosed = false;

  #users = 0;
  readonly #forget: () => void;

  private constructor(file: OpenFile, failed: (error: number) => void, forget: () => void) {
    this.#file = file;
    this.#failed = failed;
    this.#forget = forget;
  }

  /**
   * Opens a file, or joins those that have it open under this name.
   *
   * @param process - whose files
   * @param name - see above for a name that is taken
   * @param failed - told of the first write that fails; nothing is written after it
   * @param beginning - what the file begins with
   * @throws SettingError when there can be no such file
   */
  static open(process: Process, name: string, failed: (error: number) => void, beginning: Uint8Array = new Uint8Array(0)): OutputFile {
    const open = process.moduleData(KEY, () => new Map<string, OutputFile>());
    let file = open.get(name);
    if (file === undefined) {
      const files = process.openDevice(FILE_SYSTEM_DEVICE) as FileSystem | undefined;
      if (files === undefined) throw new SettingError('this process has no files');
      file = new OutputFile(openNew(files, name), failed, () => open.delete(name));
      file.write(beginning);
      open.set(name, file);
    }
    file.#users += 1;
    return file;
  }

  /** Appends bytes, which are the file's from now on. */
  write(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#waiting.push(bytes);
    this.#goOn();
  }

  /** Nothing more comes from one who opened it; what was handed over is still written. */
  close(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#forget();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#goOn();
  }

  #goOn(): void {
    if (this.#isWriting) return;
    const bytes = this.#waiting.shift();
    if (bytes === undefined) {
      if (this.#isClosed) this.#file.close();
      return;
    }
    this.#isWriting = true;
    this.#file.write(bytes, this.#position, (error, count) => {
      this.#isWriting = false;
      this.#position += count;
      if (error !== 0) this.#give(error);
      else this.#goOn();
    });
  }

  #give(error: number): void {
    this.#waiting = [];
    this.#isClosed = true;
    this.#file.close();
    this.#failed(error);
  }
}
