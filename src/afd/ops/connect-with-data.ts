// ConnectEx below the API: connects a bound stream and sends its first data.
import { WSAEINVAL, WSA_OPERATION_ABORTED } from '../../abi/index.js';
import type { NetAddress } from '../../drivers/contract.js';
import { copyBytes } from '../bytes.js';
import type { Endpoint } from '../endpoint.js';
import { IoRequest, StepRequest, type WaitingPlace } from '../request.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { startConnecting } from './connect.js';
import { sendStream } from './send.js';

/** Sends as an overlapped call does: however long it takes. */
const PATIENT = { nonBlocking: false, timeout: 0, timeoutError: 0 } as const;

/** A request for a connection and the sending of `data`, which is copied: whoever cancels has the memory back at once. */
export class ConnectWithDataRequest extends IoRequest implements WaitingPlace {
  readonly endpoint: Endpoint;
  readonly data: Uint8Array;
  #sending: IoRequest | null = null;

  constructor(endpoint: Endpoint, data: Uint8Array) {
    super();
    this.endpoint = endpoint;
    this.data = copyBytes(data);
  }

  override get kind(): string {
    return 'connect';
  }

  override get bytesAsked(): number {
    return this.data.length;
  }

  /** Waits for `connecting`, then sends. */
  follow(connecting: IoRequest, endpoint: StreamEndpoint): void {
    this.waitingIn = this;
    connecting.onDone(() => {
      if (this.done) return;
      if (connecting.error === 0) this.#send(endpoint);
      else this.complete(connecting.error);
    });
  }

  #send(endpoint: StreamEndpoint): void {
    endpoint.contextMissing = true;
    const sending = new StepRequest(this);
    const error = sendStream(endpoint, [this.data], sending, PATIENT);
    if (error !== 0) {
      this.complete(error);
      return;
    }
    const finish = (): void => {
      this.complete(sending.error, sending.bytes);
    };
    if (sending.done) {
      finish();
      return;
    }
    this.#sending = sending;
    sending.onDone(finish);
  }

  /** Cancelled: a connection not there yet is given up, and the socket may connect again; a send ends as any other. */
  withdraw(): void {
    const { endpoint } = this;
    if (this.#sending !== null) endpoint.cancel(this.#sending, WSA_OPERATION_ABORTED);
    if (endpoint instanceof StreamEndpoint && endpoint.state === 'connecting') endpoint.giveUpConnecting(WSA_OPERATION_ABORTED);
  }
}

/** Starts connecting; returns 0 (see `request`) or the error found at once. */
export function connectWithData(endpoint: Endpoint, address: NetAddress, request: ConnectWithDataRequest): number {
  if (!(endpoint instanceof StreamEndpoint)) return WSAEINVAL;
  const unused = endpoint.state === 'open' || endpoint.state === 'refused';
  if (unused && endpoint.local === null) return WSAEINVAL;
  const error = startConnecting(endpoint, address);
  if (error !== 0) return error;
  const connecting = new StepRequest(request);
  endpoint.connectRequest = connecting;
  request.follow(connecting, endpoint);
  return 0;
}
