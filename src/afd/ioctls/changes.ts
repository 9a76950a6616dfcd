// The codes that are done when something changes: the address list, the way to a destination, the ideal send backlog.
import * as abi from '../../abi/index.js';
import type { Timer } from '../../win32/index.js';
import { decodeAddress } from '../address.js';
import type { Endpoint, ReadinessObserver } from '../endpoint.js';
import { STREAM } from '../options/builders.js';
import { IoRequest, type WaitingPlace } from '../request.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { code, INTERNET } from './builders.js';
import { addressListText, sourceFor } from './interfaces.js';
import { outcome, type ControlRule } from './rule.js';

/** Drivers do not tell of changes, so we look: this many milliseconds apart, while somebody waits. */
const LOOK_EVERY = 1000;

/**
 * A request that is done when what `look` sees is no longer what it was, or when the socket is closed. Without `look`
 * only the end of the socket, or of the caller's patience, ends it.
 */
class ChangeRequest extends IoRequest implements ReadinessObserver, WaitingPlace {
  readonly #endpoint: Endpoint;
  #timer: Timer | null = null;

  constructor(endpoint: Endpoint, look: (() => string) | null) {
    super();
    this.#endpoint = endpoint;
    this.waitingIn = this;
    endpoint.observe(this);
    if (look !== null) this.#lookLater(look, look());
  }

  readinessChanged(endpoint: Endpoint): void {
    if (endpoint.closed) this.abort(abi.WSAEINTR);
  }

  withdraw(): void {
    this.#timer?.cancel();
    this.#endpoint.unobserve(this);
  }

  #lookLater(look: () => string, before: string): void {
    this.#timer = this.#endpoint.afd.clock.setTimer(LOOK_EVERY, () => {
      if (look() === before) this.#lookLater(look, before);
      else this.abort(0);
    });
  }
}

/** Their rows. */
export const changeControls: readonly ControlRule[] = [
  code(
    abi.SIO_ADDRESS_LIST_CHANGE,
    { families: INTERNET },
    {},
    (endpoint) => new ChangeRequest(endpoint, () => addressListText(endpoint)),
  ),
  code(abi.SIO_ROUTING_INTERFACE_CHANGE, { families: INTERNET }, { input: 1 }, (endpoint, input) => {
    const { address, error } = decodeAddress(endpoint.family, input, input.length);
    if (address === null) return outcome(error);
    return new ChangeRequest(endpoint, () => sourceFor(endpoint, address)?.address ?? '');
  }),
  // The number that the query gives is a constant, so nothing is ever to be told; waiting for it is no error.
  code(abi.SIO_IDEAL_SEND_BACKLOG_CHANGE, { kinds: STREAM, families: INTERNET }, {}, (endpoint) =>
    endpoint instanceof StreamEndpoint && endpoint.isConnected ? new ChangeRequest(endpoint, null) : outcome(abi.WSAENOTCONN),
  ),
];
