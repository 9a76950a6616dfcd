// The state of one running scenario: what names stand for, which ports are known, the last error between commands, and
// the completion routines that have run. Commands are in commands/; results are put into words in format.ts.
import { OVERLAPPED, ref, type HANDLE, type Memory } from '../../../src/abi/index.js';
import type { Args } from './args.js';
import { address } from './addresses.js';
import { errorName } from './error-names.js';
import type { Face, Routine } from './face.js';
import { addressText, messageFlags } from './format.js';
import type { Host } from './host.js';
import { PLAIN, type Operation } from './operation.js';
import { Ports } from './ports.js';
import { MissingFunction, ScriptError } from './script-error.js';
import type { Time } from './time.js';
import { isNumber, junk, number, type Piece } from './words.js';

/** An overlapped structure, the event it is to keep, and what was last started with it. */
export interface NamedOverlapped {
  readonly name: string;
  readonly structure: OVERLAPPED;
  event: number;
  operation: Operation;
}

interface RoutineCall {
  readonly name: string;
  readonly operation: Operation;
  readonly error: number;
  readonly bytes: number;
  readonly flags: number;
}

const NAME = /^[a-z][A-Za-z0-9_]{0,30}$/;
const ERROR_MESSAGE_SIZE = 10040;

/** A running scenario. */
export class Session {
  readonly host: Host;
  readonly time: Time;
  readonly ports: Ports;
  readonly events = new Map<string, number>();
  readonly completionPorts = new Map<string, number>();
  readonly files = new Map<string, number>();
  /** How much `fill` has sent, by socket name. */
  readonly filled = new Map<string, number>();
  /** The message window, made when first wanted. */
  window: number | null = null;
  /** The thread's last error: every call starts with it and leaves its own. */
  lastError = 0;
  readonly #overlappeds = new Map<string, NamedOverlapped>();
  #ran: RoutineCall[] = [];

  constructor(host: Host, time: Time) {
    this.host = host;
    this.time = time;
    this.ports = new Ports(host.face);
  }

  /** The name of the error that the last call left. */
  get error(): string {
    return errorName(this.lastError);
  }

  /** Makes a call with the session's last error in place and takes over the one it leaves. */
  async call<K extends keyof Face>(name: K, ...args: Parameters<Face[K]>): Promise<Awaited<ReturnType<Face[K]>>> {
    const face = this.host.face;
    const found = face[name] as ((...args: unknown[]) => unknown) | undefined;
    if (found === undefined) throw new MissingFunction(name);
    face.WSASetLastError(this.lastError);
    let result = found.apply(face, args);
    // A call that answers at once is not awaited, so that nothing can come between it and its error.
    if (result instanceof Promise) result = await result;
    this.lastError = face.WSAGetLastError();
    return result as Awaited<ReturnType<Face[K]>>;
  }

  /** The socket a word stands for. */
  socket(word: string): number {
    return this.#handle('socket', word, this.ports.handle(word));
  }

  /** The event a word stands for. */
  event(word: string): number {
    return this.#handle('event', word, this.events.get(word));
  }

  /** The completion port a word stands for. */
  completionPort(word: string): number {
    return this.#handle('port', word, this.completionPorts.get(word));
  }

  #handle(kind: string, word: string, named: number | undefined): number {
    if (word === 'INVALID') return -1;
    if (word === 'NULL') return 0;
    if (/^[0-9]/.test(word) && isNumber(word)) return number(word);
    if (named === undefined) throw new ScriptError(`no ${kind} ${word}`);
    return named;
  }

  /** Checks that a new object may have this name. */
  newName(word: string): string {
    if (!NAME.test(word)) throw new ScriptError(`${word} is no name`);
    return word;
  }

  /** Makes `name` stand for a socket, -1 for none. */
  nameSocket(name: string, handle: number): void {
    this.ports.name(this.newName(name), handle);
  }

  /** The overlapped of this name, made at its first mention. */
  overlapped(word: string): NamedOverlapped {
    const known = this.#overlappeds.get(word);
    if (known !== undefined) return known;
    const made = { name: this.newName(word), structure: new OVERLAPPED(), event: 0, operation: PLAIN };
    this.#overlappeds.set(word, made);
    return made;
  }

  /** What an overlapped structure that came back is called. */
  overlappedOf(structure: OVERLAPPED | null): NamedOverlapped | null {
    for (const known of this.#overlappeds.values()) if (known.structure === structure) return known;
    return null;
  }

  /** `ov=O` prepared for `operation`: zeroed but for its event; null without `ov`. */
  start(args: Args, operation: Operation): OVERLAPPED | null {
    const word = args.value('ov');
    if (word === undefined) return null;
    const named = this.overlapped(word);
    named.operation = operation;
    const { structure } = named;
    structure.Internal = 0;
    structure.InternalHigh = 0;
    structure.Offset = 0;
    structure.OffsetHigh = 0;
    structure.hEvent = named.event as HANDLE;
    return structure;
  }

  /** The completion routine if the command says `apc`. */
  routine(args: Args, from: number): Routine | null {
    return args.has('apc', from) ? this.#record : null;
  }

  readonly #record: Routine = (error, bytes, structure, flags) => {
    const named = this.overlappedOf(structure);
    this.#ran.push({ name: named?.name ?? '?', operation: named?.operation ?? PLAIN, error, bytes, flags });
  };

  /** The routines that have run since they were last shown, each with a space before it. */
  routinesText(): string {
    const ran = this.#ran;
    this.#ran = [];
    return ran.map((call) => this.#routineText(call)).join('');
  }

  #routineText({ name, operation, error, bytes, flags }: RoutineCall): string {
    const data = error === 0 || error === ERROR_MESSAGE_SIZE ? operation.received(bytes) : '';
    const numbers = `err=${errorName(error)} bytes=${String(bytes)} flags=${messageFlags(flags)}`;
    return ` apc(${name} ${numbers}${data})`;
  }

  /** An address to pass in: positional word `index`, changed by `len=` and `family=`. */
  address(args: Args, index: number): Piece {
    const changed = (key: string): number | undefined => {
      const word = args.value(key);
      return word === undefined ? undefined : number(word);
    };
    const changes = { length: changed('len'), family: changed('family') };
    return address(args.word(index), (name) => this.ports.of(name), changes);
  }

  /** An address with its port by name. */
  addressText(memory: Memory): string {
    return addressText(memory, (port) => this.ports.text(port));
  }

  /** Room for an address to come out, by `len=`, `addr=NULL` and `addrlen=NULL`. */
  addressOut(args: Args): AddressOut {
    return new AddressOut(this, args);
  }
}

/** An address out-parameter: 128 bytes of junk and a length. */
export class AddressOut {
  readonly buffer: Uint8Array | null;
  readonly length: { value: number } | null;
  readonly #session: Session;

  constructor(session: Session, args: Args) {
    this.#session = session;
    const length = args.namedNumber('len', 128);
    this.buffer = args.isNull('addr') ? null : junk(Math.max(length, 128));
    this.length = args.isNull('addrlen') ? null : ref(length);
  }

  /** `PREFIX ADDRESS/LENGTH` with a space before it, or nothing if a null pointer was passed for either. */
  text(prefix = ''): string {
    if (this.buffer === null || this.length === null) return '';
    return ` ${prefix}${this.#session.addressText(this.buffer)}/${String(this.length.value)}`;
  }
}
