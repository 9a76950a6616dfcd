// DisconnectEx below the API, and the end of TransmitFile with TF_DISCONNECT: ends a connection in order and, if wanted,
// makes the socket fit for another one.
import { WSAEINTR, WSAENOTCONN } from '../../abi/index.js';
import type { Endpoint, ReadinessObserver } from '../endpoint.js';
import { StepRequest, type IoRequest } from '../request.js';
import { StreamEndpoint } from '../stream-endpoint.js';

/** Ends sending; the result is done when everything sent before has left. Null when it has already. */
function endSending(endpoint: StreamEndpoint, request: IoRequest): IoRequest | null {
  if (endpoint.sendShutdown || endpoint.abortError !== 0) return null;
  const sent = new StepRequest(request);
  const idle = endpoint.transmit([], 0, sent);
  endpoint.sendShutdown = true;
  endpoint.transport.shutdownWrite();
  endpoint.reevaluate();
  return idle ? null : sent;
}

/**
 * Waits for the end of the connection, as is documented for sockets that are to be used again: the peer has ended too and
 * everything that it sent has been read.
 */
class Recycling implements ReadinessObserver {
  readonly #endpoint: StreamEndpoint;
  readonly #request: IoRequest;

  constructor(endpoint: StreamEndpoint, request: IoRequest) {
    this.#endpoint = endpoint;
    this.#request = request;
    request.waitingIn = this;
    endpoint.observe(this);
  }

  withdraw(): void {
    this.#endpoint.unobserve(this);
  }

  readinessChanged(): void {
    const endpoint = this.#endpoint;
    const over = endpoint.peerEnded && endpoint.inbox.length === 0 && endpoint.unsent === 0;
    if (endpoint.closed) this.#finish(WSAEINTR);
    else if (!endpoint.isConnected) this.#finish(WSAENOTCONN);
    else if (over || endpoint.abortError !== 0) this.#finish(0);
  }

  #finish(error: number): void {
    const request = this.#request;
    this.withdraw();
    if (request.done) return;
    request.complete(error === 0 ? this.#endpoint.recycle(false) : error, request.bytes);
  }
}

/** Starts disconnecting, for another connection if `reuse`; returns 0 (see `request`) or the error found at once. */
export function disconnect(endpoint: Endpoint, reuse: boolean, request: IoRequest): number {
  if (!(endpoint instanceof StreamEndpoint) || !endpoint.isConnected) return WSAENOTCONN;
  if (!reuse && endpoint.abortError !== 0) return endpoint.abortError;
  const { clock } = endpoint.afd;
  const sent = endSending(endpoint, request);
  if (reuse) {
    const recycling = new Recycling(endpoint, request);
    // It never ends within the call, not even where there is nothing to wait for.
    clock.nextTurn(() => {
      if (!request.done) recycling.readinessChanged();
    });
  } else if (sent === null) {
    clock.nextTurn(() => {
      request.complete(0, request.bytes);
    });
  } else {
    sent.onDone(() => {
      request.complete(sent.error, request.bytes);
    });
  }
  return 0;
}
