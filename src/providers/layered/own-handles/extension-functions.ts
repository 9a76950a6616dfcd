// The extension functions that the layer gives out: the next provider's, made to take the layer's handles. One that is not
// known here could not be given out, as nobody would translate its handles.
import {
  GUID,
  WSAEINVAL,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_DISCONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  WSAID_WSARECVMSG,
  WSAID_WSASENDMSG,
  INVALID_HANDLE_VALUE,
} from '../../../abi/index.js';
import { FunctionPointers, readRioTable, writeRioTable, type ExtensionFunction, type RioFunctions } from '../../../spi/index.js';
import { acceptEx, connectEx, disconnectEx, transmitFile, transmitPackets } from './entries/connection-ex.js';
import { recvMsg, sendMsg } from './entries/transfer.js';
import type { OwnHandles } from './layer.js';

/** Makes a function over the next provider's. What kind of function that is, the identifier says. */
type Wrap = (layer: OwnHandles, next: never) => ExtensionFunction;

const WRAPS: ReadonlyMap<string, Wrap> = new Map<string, Wrap>([
  [WSAID_ACCEPTEX.toString(), acceptEx],
  [WSAID_CONNECTEX.toString(), connectEx],
  [WSAID_DISCONNECTEX.toString(), disconnectEx],
  // It takes no socket.
  [WSAID_GETACCEPTEXSOCKADDRS.toString(), (_layer, next) => next],
  [WSAID_TRANSMITFILE.toString(), transmitFile],
  [WSAID_TRANSMITPACKETS.toString(), transmitPackets],
  [WSAID_WSARECVMSG.toString(), recvMsg],
  [WSAID_WSASENDMSG.toString(), sendMsg],
]);

/** Only a request queue is made for a socket; what follows names the queue. */
function requestQueueMaker(layer: OwnHandles, next: RioFunctions['RIOCreateRequestQueue']): RioFunctions['RIOCreateRequestQueue'] {
  // A handle that is none of the layer's is none of the next provider's either: it says what is wrong with it.
  return (s, ...args) => next(layer.of(s)?.lower ?? (INVALID_HANDLE_VALUE as never), ...args);
}

/** The functions of one layer. */
export class ExtensionFunctions {
  readonly #layer: OwnHandles;
  /** By the next provider's, so that a function is the same one for every socket. */
  readonly #made = new WeakMap<ExtensionFunction, ExtensionFunction>();

  constructor(layer: OwnHandles) {
    this.#layer = layer;
  }

  /** Whether the identifier at the start of `input` names a function that can be given out. */
  static knows(input: Uint8Array): boolean {
    return WRAPS.has(new GUID(input.subarray(0, 16)).toString());
  }

  /** Puts a pointer to the layer's function in the place of the next provider's; returns 0 or the error. */
  replaceOne(input: Uint8Array, output: Uint8Array): number {
    const pointers = FunctionPointers.of(this.#layer.process);
    const view = new DataView(output.buffer, output.byteOffset, 8);
    const next = pointers.at(Number(view.getBigUint64(0, true)));
    const wrap = WRAPS.get(new GUID(input.subarray(0, 16)).toString());
    if (next === null || wrap === undefined) return WSAEINVAL;
    view.setBigUint64(0, BigInt(pointers.to(this.#over(next, (below) => wrap(this.#layer, below as never)))), true);
    return 0;
  }

  /** The same for the table of registered I/O. */
  replaceTable(output: Uint8Array): number {
    const pointers = FunctionPointers.of(this.#layer.process);
    const table = readRioTable(output, pointers);
    if (table === null) return WSAEINVAL;
    const RIOCreateRequestQueue = this.#over(table.RIOCreateRequestQueue, (below) =>
      requestQueueMaker(this.#layer, below as RioFunctions['RIOCreateRequestQueue']),
    ) as RioFunctions['RIOCreateRequestQueue'];
    writeRioTable(output, { ...table, RIOCreateRequestQueue }, pointers);
    return 0;
  }

  #over(next: ExtensionFunction, make: (next: ExtensionFunction) => ExtensionFunction): ExtensionFunction {
    let made = this.#made.get(next);
    if (made === undefined) this.#made.set(next, (made = make(next)));
    return made;
  }
}
