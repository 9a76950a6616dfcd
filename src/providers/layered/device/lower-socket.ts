// One socket of the link below, as a device's stream uses it: overlapped operations whose end is a function call, and the
// short ways to its other entries. What the bytes mean is link-stream.ts's business.
import {
  FALSE,
  INVALID_SOCKET,
  OVERLAPPED,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SOCKET_ERROR,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_LINGER,
  WSAEINVAL,
  WSAENOTSOCK,
  WSAEOPNOTSUPP,
  WSA_FLAG_NO_HANDLE_INHERIT,
  WSA_FLAG_OVERLAPPED,
  WSA_IO_PENDING,
  WSA_OPERATION_ABORTED,
  errorName,
  ref,
  type GUID,
  type Ref,
  type SOCKET,
} from '../../../abi/index.js';
import type { DriverError } from '../../../drivers/contract.js';
import { FunctionPointers, type ExtensionFunction, type MaybePending, type StartedLink, type WSPPROC_TABLE } from '../../../spi/index.js';
import { isAssociable, type CompletionPacket, type PacketSink, type Process } from '../../../win32/index.js';

/** What is below a device: the link of one chain. */
export interface LinkBelow {
  readonly process: Process;
  readonly link: StartedLink;
}

/** Told of an operation's end: a Winsock error or 0, and the count. */
export type Done = (error: number, bytes: number) => void;

/** The name that drivers give a Winsock error. */
export function driverError(error: number): DriverError {
  if (error === WSA_OPERATION_ABORTED) return 'ECANCELED';
  return errorName(error).replace(/^WSA/, '');
}

/** An operation under way, in the OVERLAPPED that stands for it below. */
class LowerOperation extends OVERLAPPED {
  // Private, so that it is no part of what a program sees of an OVERLAPPED.
  readonly #done: Done;

  constructor(done: Done) {
    super();
    this.#done = done;
  }

  get done(): Done {
    return this.#done;
  }
}

/** A socket below. */
export class LowerSocket implements PacketSink {
  readonly s: SOCKET;
  readonly #below: LinkBelow;
  /** The operation whose entry runs now, and how it ended if it has. */
  #starting: OVERLAPPED | null = null;
  #atOnce: CompletionPacket | null = null;
  #closed = false;

  private constructor(below: LinkBelow, s: SOCKET) {
    this.#below = below;
    this.s = s;
  }

  /** A new socket below, or the error of making it. */
  static open(below: LinkBelow, af: number, protocol: number): LowerSocket | number {
    const lpErrno = ref(0);
    const flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
    const { procs, info } = below.link;
    const s = procs.lpWSPSocket(af, SOCK_STREAM, protocol, info, 0, flags, lpErrno);
    if (s === INVALID_SOCKET) return lpErrno.value;
    const socket = new LowerSocket(below, s);
    const object = below.process.handles.get(s);
    if (object !== null && isAssociable(object) && object.completion.associate(socket, 0)) return socket;
    // It would tell nobody of the end of what is under way.
    socket.close(true);
    return WSAEOPNOTSUPP;
  }

  get procs(): WSPPROC_TABLE {
    return this.#below.link.procs;
  }

  /**
   * Starts an overlapped operation.
   *
   * @param entry - calls the entry with the OVERLAPPED that it is given
   * @param failure - what the entry returns when it fails
   * @param done - told of the end, never from inside this call, and not at all once the socket is closed
   */
  start(entry: (overlapped: OVERLAPPED, lpErrno: Ref) => MaybePending<number>, failure: number, done: Done): void {
    const operation = new LowerOperation(done);
    const lpErrno = ref(0);
    this.#starting = operation;
    const result = entry(operation, lpErrno);
    this.#starting = null;
    const atOnce = this.#atOnce;
    this.#atOnce = null;
    const refused = result === failure && lpErrno.value !== WSA_IO_PENDING;
    if (atOnce === null && !refused) return;
    this.#below.process.clock.soon(() => {
      if (atOnce !== null) this.#tell(operation, atOnce);
      else if (!this.#closed) done(lpErrno.value, 0);
    });
  }

  post(packet: CompletionPacket): void {
    const { overlapped } = packet;
    if (overlapped !== null && overlapped === this.#starting) this.#atOnce = packet;
    else if (overlapped instanceof LowerOperation) this.#tell(overlapped, packet);
  }

  #tell(operation: LowerOperation, { error: win32Error, bytes }: CompletionPacket): void {
    if (this.#closed) return;
    // The packet speaks Win32.
    const lpErrno = ref(0);
    const told = this.procs.lpWSPGetOverlappedResult(this.s, operation, ref(0), FALSE, ref(0), lpErrno);
    let error = told === FALSE ? lpErrno.value : 0;
    if (error === WSAENOTSOCK && win32Error === 0) error = 0;
    operation.done(error, bytes);
  }

  /** Runs an entry that returns 0 or fails at once. */
  call(entry: (lpErrno: Ref) => number): DriverError | null {
    const lpErrno = ref(0);
    return entry(lpErrno) === SOCKET_ERROR ? driverError(lpErrno.value) : null;
  }

  setOption(level: number, optname: number, value: number): DriverError | null {
    const memory = new Uint8Array(Int32Array.of(value).buffer);
    return this.call((lpErrno) => this.procs.lpWSPSetSockOpt(this.s, level, optname, memory, memory.length, lpErrno));
  }

  /** An extension function of the link below, or null. */
  extension(identifier: GUID): ExtensionFunction | null {
    const [output, lpErrno] = [new Uint8Array(8), ref(0)];
    const { bytes } = identifier;
    const code = SIO_GET_EXTENSION_FUNCTION_POINTER;
    const result = this.procs.lpWSPIoctl(this.s, code, bytes, bytes.length, output, 8, ref(0), null, null, null, lpErrno);
    if (result !== 0) return null;
    const pointer = Number(new DataView(output.buffer).getBigUint64(0, true));
    return FunctionPointers.of(this.#below.process).at(pointer);
  }

  /** Closes it, `hard` by a reset; nobody is told of anything any more. Returns the error, or 0. */
  close(hard: boolean): number {
    if (this.#closed) return WSAEINVAL;
    const lpErrno = ref(0);
    if (hard) this.procs.lpWSPSetSockOpt(this.s, SOL_SOCKET, SO_LINGER, Uint8Array.of(1, 0, 0, 0), 4, lpErrno);
    this.#closed = true;
    void this.procs.lpWSPCloseSocket(this.s, lpErrno);
    return 0;
  }
}
