// The requests behind the transfer entries. Each carries what its entry has to fill in when the result is there, so that a
// transfer that waits is one object and one promise: these are the calls that programs make by the million.
import { SOCKET_ERROR, WSAEMSGSIZE, type Memory, type Ref } from '../../abi/index.js';
import { IoRequest, ReceiveRequest, encodeAddress, type Endpoint, type TransferForm } from '../../afd/index.js';
import { Pending, type MaybePending } from '../../spi/index.js';
import { putAddress, type Gathered } from './buffers.js';
import type { Msafd } from './provider.js';

const NO_BUFFERS: readonly Uint8Array[] = [];
const NO_FLAGS: Ref = { value: 0 };

/** A request that an entry waits for. */
export interface Transfer extends IoRequest {
  /** Fills in what the caller wants and gives the entry's result; for a request that is done. */
  outcome(): number;
  /** The promise of the outcome; for a request that is not done. */
  wait(): Promise<number>;
}

/** A send. */
export class Send extends IoRequest implements Transfer, Gathered {
  buffers: readonly Uint8Array[] = NO_BUFFERS;
  whole: Uint8Array | null = null;
  private lpNumberOfBytesSent: Ref | null = null;
  /** Null for an overlapped one: whoever started it has its result from elsewhere. */
  private lpErrno: Ref | null = null;
  private inMessage = false;
  private pending: Pending<number> | null = null;

  /** Makes it, whatever it was before, this send. */
  prepare(
    buffers: readonly Uint8Array[],
    whole: Uint8Array | null,
    lpNumberOfBytesSent: Ref | null,
    lpErrno: Ref | null,
    inMessage: boolean,
  ): void {
    this.renew();
    this.buffers = buffers;
    this.whole = whole;
    this.lpNumberOfBytesSent = lpNumberOfBytesSent;
    this.lpErrno = lpErrno;
    this.inMessage = inMessage;
  }

  override get kind(): string {
    return 'send';
  }

  override get form(): TransferForm {
    return this.inMessage ? 'message' : 'plain';
  }

  override get bytesAsked(): number {
    return this.buffers.reduce((size, { length }) => size + length, 0);
  }

  /** Counts are told by calls that return with the result; later the OVERLAPPED has them. */
  override deliver(late: boolean): void {
    if (!late) this.outcome();
  }

  outcome(): number {
    if (this.error !== 0) return failed(this.lpErrno, this.error);
    if (this.lpNumberOfBytesSent !== null) this.lpNumberOfBytesSent.value = this.bytes;
    return 0;
  }

  wait(): Promise<number> {
    this.pending = new Pending();
    return this.pending.promise;
  }

  protected override finished(): void {
    if (this.pending !== null) this.pending.give(this.outcome());
  }
}

/** A receive. */
export class Receive extends ReceiveRequest implements Transfer, Gathered {
  whole: Uint8Array | null = null;
  private lpNumberOfBytesRecvd: Ref | null = null;
  private lpFlags: Ref = NO_FLAGS;
  private lpFrom: Memory | null = null;
  protected lpFromlen: Ref | null = null;
  /** Null for an overlapped one: whoever started it has its result from elsewhere. */
  private lpErrno: Ref | null = null;
  private pending: Pending<number> | null = null;

  constructor() {
    super(NO_BUFFERS, 0);
  }

  /** Makes it, whatever it was before, this receive. */
  prepare(
    buffers: readonly Uint8Array[],
    whole: Uint8Array | null,
    lpNumberOfBytesRecvd: Ref | null,
    lpFlags: Ref,
    lpFrom: Memory | null,
    lpFromlen: Ref | null,
    lpErrno: Ref | null,
  ): void {
    this.renew();
    this.ask(buffers, lpFlags.value);
    this.whole = whole;
    this.lpNumberOfBytesRecvd = lpNumberOfBytesRecvd;
    this.lpFlags = lpFlags;
    this.lpFrom = lpFrom;
    this.lpFromlen = lpFromlen;
    this.lpErrno = lpErrno;
  }

  override get form(): TransferForm {
    return this.lpFrom === null ? 'plain' : 'addressed';
  }

  /** As for sends, but the sender's address comes whenever the datagram comes. */
  override deliver(late: boolean): void {
    if (late) this.tellSender();
    else this.outcome();
  }

  protected tellSender(): void {
    if (this.from !== null && this.lpFrom !== null) putAddress(encodeAddress(this.from), this.lpFrom, this.lpFromlen);
  }

  outcome(): number {
    // A datagram that did not fit still fills the buffers and tells its sender.
    if (this.error !== 0 && this.error !== WSAEMSGSIZE) return failed(this.lpErrno, this.error);
    if (this.lpNumberOfBytesRecvd !== null) this.lpNumberOfBytesRecvd.value = this.bytes;
    this.lpFlags.value = this.resultFlags;
    this.tellSender();
    return this.error === 0 ? 0 : failed(this.lpErrno, this.error);
  }

  wait(): Promise<number> {
    this.pending = new Pending();
    return this.pending.promise;
  }

  protected override finished(): void {
    if (this.pending !== null) this.pending.give(this.outcome());
  }
}

function failed(lpErrno: Ref | null, error: number): number {
  if (lpErrno !== null) lpErrno.value = error;
  return SOCKET_ERROR;
}

/** The result of an entry that started `transfer` for a caller who waits. */
export function answer({ blocking }: Msafd, endpoint: Endpoint, transfer: Transfer): MaybePending<number> {
  if (transfer.done) return transfer.outcome();
  blocking.began(endpoint, transfer);
  return transfer.wait();
}
