// The codes that are done when something changes: the address list, the way to a destination, the ideal send backlog.
import * as abi from '../../abi/index.js';
import { decodeAddress } from '../address.js';
import { ChangeWatch } from '../change-watch.js';
import type { Endpoint, ReadinessObserver } from '../endpoint.js';
import { NetworkEvents } from '../network-events.js';
import { IoRequest, type WaitingPlace } from '../request.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { code, INTERNET } from './builders.js';
import { sourceFor } from '../routes.js';
import { addressListText } from './interfaces.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';

/**
 * A request that is done when what `look` sees is no longer what it was, or when the socket is closed. Without `look`
 * only the end of the socket, or of the caller's patience, ends it.
 */
class ChangeRequest extends IoRequest implements ReadinessObserver, WaitingPlace {
  readonly #endpoint: Endpoint;
  readonly #watch: ChangeWatch | null;

  constructor(endpoint: Endpoint, look: (() => string) | null) {
    super();
    this.#endpoint = endpoint;
    this.waitingIn = this;
    endpoint.observe(this);
    this.#watch = look === null ? null : new ChangeWatch(endpoint.afd, look, () => this.abort(0));
    this.#watch?.start();
  }

  override get kind(): string {
    return 'control';
  }

  readinessChanged(endpoint: Endpoint): void {
    if (endpoint.closed) this.abort(abi.WSAEINTR);
  }

  withdraw(): void {
    this.#watch?.stop();
    this.#endpoint.unobserve(this);
  }
}

/**
 * The request for a change. Asked on a non-blocking socket it is also what lets the change be a network event, whether the
 * events have been selected yet or not.
 */
function change(endpoint: Endpoint, event: number, key: string, look: () => string): ChangeRequest {
  if (endpoint.nonBlocking) NetworkEvents.of(endpoint).arm(event, key, look);
  return new ChangeRequest(endpoint, look);
}

/** The end of sending, or of the connection, ends it too: from then on nothing is to be kept under way. */
class BacklogRequest extends ChangeRequest {
  override readinessChanged(endpoint: Endpoint): void {
    const over = endpoint.sendShutdown || (endpoint instanceof StreamEndpoint && endpoint.abortError !== 0);
    if (over) this.abort(abi.WSAEINTR);
    else super.readinessChanged(endpoint);
  }
}

/** Who waits for another ideal send backlog; of each connection only one may. */
const backlogRequests = new WeakMap<Endpoint, IoRequest>();

/** The number that the query gives is a constant, so nothing is ever to be told; waiting for it is no error. */
function backlogChange(endpoint: Endpoint, _input: Uint8Array, output: Uint8Array): ControlOutcome {
  if (!(endpoint instanceof StreamEndpoint)) return outcome(abi.WSAEOPNOTSUPP);
  if (output.length > 0) return outcome(abi.WSAEINVAL);
  if (!endpoint.isConnected) return outcome(abi.WSAENOTCONN);
  const over = endpoint.sendShutdown || endpoint.abortError !== 0 || backlogRequests.get(endpoint)?.done === false;
  if (over) return outcome(abi.WSAEINTR);
  const request = new BacklogRequest(endpoint, null);
  backlogRequests.set(endpoint, request);
  return request;
}

/** Their rows. */
export const changeControls: readonly ControlRule[] = [
  code(
    abi.SIO_ADDRESS_LIST_CHANGE,
    { families: INTERNET },
    {},
    (endpoint) => change(endpoint, abi.FD_ADDRESS_LIST_CHANGE, '', () => addressListText(endpoint)),
  ),
  code(abi.SIO_ROUTING_INTERFACE_CHANGE, { families: INTERNET }, { input: 1 }, (endpoint, input) => {
    const { address, error } = decodeAddress(endpoint.family, input, input.length);
    if (address === null) return outcome(error);
    const look = (): string => sourceFor(endpoint.afd.driver, address)?.address ?? '';
    return change(endpoint, abi.FD_ROUTING_INTERFACE_CHANGE, address.address, look);
  }),
  code(abi.SIO_IDEAL_SEND_BACKLOG_CHANGE, { families: INTERNET }, {}, backlogChange),
];
