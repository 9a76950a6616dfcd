// The entry `winsock2/layers/trace`: a layer that prints each call which passes it, decoded. What it shows of a call is
// decode.ts's. It changes nothing.
import { INVALID_SOCKET, SOCKET_ERROR, FALSE, OVERLAPPED, WSA_IO_PENDING, errorName, type Ref } from '../../../abi/index.js';
import { WSPPROC_NAMES, through, type LPWSPSTARTUP, type WSPPROC_TABLE } from '../../../spi/index.js';
import { argumentText, currentThread, type Process } from '../../../win32/index.js';
import { ioctlWithFunctions, type ExtensionChanges } from '../kit/extension-functions.js';
import { OutputFile } from '../kit/output-file.js';
import { SettingError, Settings } from '../kit/settings.js';
import { whenOver } from '../kit/when-over.js';
import { layer } from '../layer.js';
import { Decoder } from './decode.js';

const MODULE = 'winsock2/layers/trace';
const MOST_DATA = 65_536;

/** How a program makes a trace layer of its own. */
export interface TraceLayerOptions {
  /** Gets each line, without its end. Without it the settings say where lines go. */
  readonly write?: (line: string) => void;
}

/** Where lines go, and the end of it. */
interface Lines {
  readonly write: (line: string) => void;
  readonly close: () => void;
}

/** The functions that pass the layer. */
const KNOWN: ReadonlySet<string> = new Set([
  ...WSPPROC_NAMES.map((name) => name.slice(2)),
  'AcceptEx',
  'ConnectEx',
  'DisconnectEx',
  'TransmitFile',
  'TransmitPackets',
  'WSARecvMsg',
  'WSASendMsg',
]);

type Failure = typeof INVALID_SOCKET | typeof SOCKET_ERROR | typeof FALSE;
type AnyCall = (...args: unknown[]) => unknown;

/** What a function returns when it fails; every other one returns SOCKET_ERROR. */
const FAILURES: Readonly<Record<string, Failure>> = {
  WSPSocket: INVALID_SOCKET,
  WSPAccept: INVALID_SOCKET,
  WSPJoinLeaf: INVALID_SOCKET,
  WSPGetOverlappedResult: FALSE,
  WSPGetQOSByName: FALSE,
  AcceptEx: FALSE,
  ConnectEx: FALSE,
  DisconnectEx: FALSE,
  TransmitFile: FALSE,
  TransmitPackets: FALSE,
};

function linesTo(file: string | null, to: 'console' | 'trace' | null, process: Process): Lines {
  const close = (): void => undefined;
  const note = (line: string): void => {
    process.trace.note(MODULE, line, [], process.clock.now());
  };
  if (file !== null) {
    const encoder = new TextEncoder();
    const output = OutputFile.open(process, file, (error) => {
      note(`the file cannot be written: ${errorName(error)}`);
    });
    return { write: (line) => { output.write(encoder.encode(`${line}\n`)); }, close: () => { output.close(); } };
  }
  if (to === 'trace') return { write: note, close };
  return { write: (line) => { globalThis.console.error(line); }, close };
}

/** The names after `calls=`; null for all. */
function namesIn(text: string | null): ReadonlySet<string> | null {
  if (text === null) return null;
  const names = text.split(',');
  const stranger = names.find((name) => !KNOWN.has(name));
  if (stranger !== undefined) throw new SettingError(`the setting 'calls' names '${stranger}', which no provider has`);
  return new Set(names);
}

/** Prints calls, before they go down and when they are over. */
class Printer {
  readonly #process: Process;
  readonly #lines: Lines;
  readonly #decoder: Decoder;
  readonly #names: ReadonlySet<string> | null;

  constructor(process: Process, lines: Lines, decoder: Decoder, names: ReadonlySet<string> | null) {
    this.#process = process;
    this.#lines = lines;
    this.#decoder = decoder;
    this.#names = names;
  }

  line(text: string, since = this.#process.clock.now()): void {
    const now = this.#process.clock.now();
    const took = now > since ? ` (${shortly(now - since)} ms)` : '';
    this.#lines.write(`${shortly(now).padStart(12)} ${text}${took}`);
  }

  /** The call `name` with its lines, over the one below. */
  printed(name: string, below: AnyCall): AnyCall {
    if (this.#names?.has(name) === false) return below;
    return (...args) => {
      const began = this.#process.clock.now();
      const finish = this.#decoder.begin(name, args);
      const call = `${name}(${argumentText(name, args)})`;
      const result = below(...args);
      if (!(result instanceof Promise)) {
        this.#returned(call, name, args, result, finish, began);
        return result;
      }
      this.line(`${call} waits`);
      const short = `${name}(${String(args[0])})`;
      return through(result, {
        arrive: (value: unknown) => {
          this.#returned(short, name, args, value, finish, began);
          return value;
        },
        failed: (error: unknown): never => {
          throw error;
        },
      });
    };
  }

  close(): void {
    this.#lines.close();
  }

  #returned(call: string, name: string, args: readonly unknown[], result: unknown, finish: () => string, began: number): void {
    const failed = result === (FAILURES[name] ?? SOCKET_ERROR);
    const error = failed ? (args.at(-1) as Ref).value : 0;
    this.line(`${call} = ${failed ? errorName(error) : String(result)}${failed ? '' : finish()}`, began);
    const overlapped = args.find((arg) => arg instanceof OVERLAPPED);
    if (error !== WSA_IO_PENDING || overlapped === undefined) return;
    whenOver(overlapped, () => {
      const { Internal, InternalHigh } = overlapped;
      const text = Internal === 0 ? `0${this.#decoder.moved(name, InternalHigh, finish)}` : errorName(Internal);
      this.line(`${name}(${String(args[0])}) is over = ${text}`, began);
    });
  }
}

/** Milliseconds to the microsecond, in as few digits as that takes. */
function shortly(milliseconds: number): string {
  return String(Number(milliseconds.toFixed(3)));
}

function printedTable(printer: Printer, below: WSPPROC_TABLE, process: Process): WSPPROC_TABLE {
  const extension = (name: keyof ExtensionChanges) => (next: unknown) => printer.printed(name, next as AnyCall) as never;
  const lpWSPIoctl = ioctlWithFunctions(process, below.lpWSPIoctl, {
    AcceptEx: extension('AcceptEx'),
    ConnectEx: extension('ConnectEx'),
    DisconnectEx: extension('DisconnectEx'),
    TransmitFile: extension('TransmitFile'),
    TransmitPackets: extension('TransmitPackets'),
    WSARecvMsg: extension('WSARecvMsg'),
    WSASendMsg: extension('WSASendMsg'),
  });
  const table: WSPPROC_TABLE = { ...below, lpWSPIoctl };
  const printed = WSPPROC_NAMES.map((name) => [name, printer.printed(name.slice(2), table[name] as AnyCall)] as const);
  const entries = Object.fromEntries(printed) as unknown as WSPPROC_TABLE;
  return {
    ...entries,
    lpWSPCleanup: (lpErrno) => {
      const status = entries.lpWSPCleanup(lpErrno);
      printer.close();
      return status;
    },
  };
}

/**
 * Makes the WSPStartup of a trace layer. Its settings:
 *
 * - `to`: `console` (the console's error output; so it is without settings) or `trace` (notes in the process's trace).
 * - `file`: a new file for the lines, instead; a name that is taken gets a number.
 * - `calls`: the functions to show, with commas between; all of them without it.
 * - `data`: how many bytes of each transfer to show; 0 without it.
 *
 * @param options - where lines go, for a program's own; then there are no settings `to` and `file`
 * @returns WSPStartup; a setting that makes no sense is an exception, which fails the start with WSAEPROVIDERFAILEDINIT
 */
export function traceLayer({ write }: TraceLayerOptions = {}): LPWSPSTARTUP {
  return layer({
    description: 'prints each call',
    change: ({ below, settings, info }) => {
      const { process } = currentThread();
      const query = new Settings(settings);
      const names = namesIn(query.text('calls'));
      const decoder = new Decoder(query.number('data', 0, MOST_DATA) ?? 0);
      // Those of a program's own have a place to go to.
      const file = write === undefined ? query.text('file') : null;
      const to = write === undefined ? query.choice('to', ['console', 'trace'] as const) : null;
      query.done();
      const lines = write === undefined ? linesTo(file, to, process) : { write, close: () => undefined };
      const printer = new Printer(process, lines, decoder, names);
      printer.line(`WSPStartup for "${info.szProtocol}"`);
      return printedTable(printer, below, process);
    },
  });
}

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = traceLayer();
