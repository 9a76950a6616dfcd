// The requests of registered I/O: afd requests that put their result into a completion queue. A request queue makes them
// once and uses them again, so that an operation makes no object.
import {
  MSG_CTRUNC,
  MSG_TRUNC,
  MSG_WAITALL,
  RIO_CMSG_BASE_SIZE,
  RIO_CMSG_BUFFER,
  WSABUF,
  WSAEINTR,
  WSAEMSGSIZE,
  WSA_OPERATION_ABORTED,
} from '../../../abi/index.js';
import {
  DatagramEndpoint,
  IoRequest,
  ReceiveRequest,
  encodeAddress,
  type Endpoint,
  type NetAddress,
  type TransferForm,
} from '../../../afd/index.js';
import { castFlag } from '../message-receive.js';
import { writeControl } from '../receive-control.js';
import type { RegisteredBuffer } from './registered-buffer.js';
import type { RequestSide, RioRequest } from './request-side.js';

const NOTHING = new Uint8Array(0);

/** What every request of registered I/O knows of the call that made it. The slices are of registered buffers. */
export class Ticket {
  contextLow = 0;
  contextHigh = 0;
  /** Whether its result may be told of. */
  loud = true;
  localAddress: Uint8Array | null = null;
  remoteAddress: Uint8Array | null = null;
  control: Uint8Array | null = null;
  flags: Uint8Array | null = null;
  /** The buffers that it names, for a request that is held back: they must still be registered when it starts. */
  buffers: readonly RegisteredBuffer[] = [];

  /** Whether the call named nothing beside the data. */
  get bare(): boolean {
    return this.localAddress === null && this.remoteAddress === null && this.control === null && this.flags === null;
  }

  /** The call names data only. */
  forgetExtras(): void {
    this.localAddress = null;
    this.remoteAddress = null;
    this.control = null;
    this.flags = null;
  }

  /** Whether all its buffers are still registered. */
  get valid(): boolean {
    return this.buffers.every(({ registered }) => registered);
  }
}

/** What closing the socket does to a request is called an abort here. */
function statusOf(error: number): number {
  return error === WSAEINTR ? WSA_OPERATION_ABORTED : error;
}

function writeFlags(target: Uint8Array | null, flags: number): void {
  if (target !== null) new DataView(target.buffer, target.byteOffset, 4).setUint32(0, flags, true);
}

/** A send. */
export class RioSend extends IoRequest implements RioRequest {
  readonly ticket = new Ticket();
  readonly side: RequestSide<RioSend>;
  readonly chunks: [Uint8Array] = [NOTHING];

  constructor(side: RequestSide<RioSend>) {
    super();
    this.side = side;
  }

  override get kind(): string {
    return 'send';
  }

  override get bytesAsked(): number {
    return this.chunks[0].length;
  }

  override get reportsTo(): 'queue' {
    return 'queue';
  }

  /** Takes the data for the next operation. */
  prepare(data: Uint8Array | null): void {
    this.renew();
    this.chunks[0] = data ?? NOTHING;
  }

  protected override finished(): void {
    if (this.error === 0) writeFlags(this.ticket.flags, 0);
    this.side.completed(this, this.ticket, statusOf(this.error), this.bytes);
  }
}

/** A receive. */
export class RioReceive extends ReceiveRequest implements RioRequest {
  readonly ticket = new Ticket();
  readonly side: RequestSide<RioReceive>;
  readonly #endpoint: Endpoint;
  readonly #chunks: [Uint8Array];
  /** The caller wants no data, so that data that is lost is no error. */
  #dataless = false;

  constructor(side: RequestSide<RioReceive>, endpoint: Endpoint) {
    const chunks: [Uint8Array] = [NOTHING];
    super(chunks, 0);
    this.#chunks = chunks;
    this.side = side;
    this.#endpoint = endpoint;
  }

  override get reportsTo(): 'queue' {
    return 'queue';
  }

  override get form(): TransferForm {
    return this.ticket.bare ? 'plain' : 'message';
  }

  /** Takes the memory for the next operation. */
  prepare(data: Uint8Array | null, waitAll: boolean): void {
    this.#dataless = data === null;
    this.#chunks[0] = data ?? NOTHING;
    this.renew();
    this.ask(this.#chunks, waitAll ? MSG_WAITALL : 0);
  }

  protected override finished(): void {
    if (this.error === 0 || this.error === WSAEMSGSIZE) this.#fill(this.ticket);
    const lost = this.error === WSAEMSGSIZE && this.#dataless;
    this.side.completed(this, this.ticket, lost ? 0 : statusOf(this.error), this.bytes);
  }

  #fill({ localAddress, remoteAddress, control, flags }: Ticket): void {
    const endpoint = this.#endpoint;
    if (remoteAddress !== null) putAddress(remoteAddress, this.from ?? endpoint.transport.remote);
    if (localAddress !== null) putAddress(localAddress, this.#localAddress());
    if (control === null && flags === null) return;
    if (this.error === WSAEMSGSIZE) this.resultFlags |= MSG_TRUNC;
    if (endpoint instanceof DatagramEndpoint) this.resultFlags |= castFlag(endpoint, this.info);
    if (control !== null) this.#fillControl(endpoint, control);
    writeFlags(flags, this.resultFlags);
  }

  /** Where a datagram was sent to, as far as the driver knows; else the socket's own address. */
  #localAddress(): NetAddress | null {
    const { local } = this.#endpoint;
    const destination = this.info?.destination ?? null;
    return destination === null || local === null ? local : { ...destination, port: local.port };
  }

  #fillControl(endpoint: Endpoint, control: Uint8Array): void {
    const messages = new WSABUF(control.length - RIO_CMSG_BASE_SIZE, control.subarray(RIO_CMSG_BASE_SIZE));
    if (!(endpoint instanceof DatagramEndpoint)) messages.len = 0;
    else if (!writeControl(endpoint, this.info, messages)) {
      this.resultFlags |= MSG_CTRUNC;
      this.error = WSAEMSGSIZE;
    }
    new RIO_CMSG_BUFFER(control).TotalLength = RIO_CMSG_BASE_SIZE + messages.len;
  }
}

function putAddress(target: Uint8Array, address: NetAddress | null): void {
  if (address !== null) target.set(encodeAddress(address));
}
