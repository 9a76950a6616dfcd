// Who gets a segment: connections by both addresses and both ports. The cost does not depend on how many there are.
import type { IpAddress } from '../ip/address.js';
import type { Segment } from './segment.js';

/** What a segment between two ports is for: a connection, or what is left of one in TIME_WAIT. */
export interface Endpoint {
  readonly localAddress: IpAddress;
  readonly localPort: number;
  readonly remoteAddress: IpAddress;
  readonly remotePort: number;
  /** The next one with the same ports and remote address: they differ in the local address. The table's. */
  sibling: Endpoint | null;
  arrived(segment: Segment): void;
}

/** Both ports in one integer. */
function portsKey(localPort: number, remotePort: number): number {
  return (localPort << 16) | remotePort;
}

export class ConnectionTable {
  readonly #remotes = new Map<IpAddress, Map<number, Endpoint>>();
  #size = 0;
  /** Segments come in trains. */
  #last: Endpoint | null = null;

  get size(): number {
    return this.#size;
  }

  find(localAddress: IpAddress, localPort: number, remoteAddress: IpAddress, remotePort: number): Endpoint | null {
    const last = this.#last;
    if (
      last !== null &&
      last.remotePort === remotePort &&
      last.localPort === localPort &&
      last.remoteAddress === remoteAddress &&
      last.localAddress === localAddress
    ) {
      return last;
    }
    let found = this.#remotes.get(remoteAddress)?.get(portsKey(localPort, remotePort)) ?? null;
    while (found !== null && found.localAddress !== localAddress) found = found.sibling;
    this.#last = found;
    return found;
  }

  /** Enters an endpoint whose place is free. */
  add(endpoint: Endpoint): void {
    let ports = this.#remotes.get(endpoint.remoteAddress);
    if (ports === undefined) {
      ports = new Map();
      this.#remotes.set(endpoint.remoteAddress, ports);
    }
    const key = portsKey(endpoint.localPort, endpoint.remotePort);
    endpoint.sibling = ports.get(key) ?? null;
    ports.set(key, endpoint);
    this.#size += 1;
  }

  remove(endpoint: Endpoint): void {
    const ports = this.#remotes.get(endpoint.remoteAddress);
    if (ports === undefined) return;
    const key = portsKey(endpoint.localPort, endpoint.remotePort);
    const first = ports.get(key);
    if (first === undefined) return;
    if (first === endpoint) {
      if (endpoint.sibling !== null) ports.set(key, endpoint.sibling);
      else ports.delete(key);
      if (ports.size === 0) this.#remotes.delete(endpoint.remoteAddress);
    } else if (!unlink(first, endpoint)) return;
    endpoint.sibling = null;
    this.#size -= 1;
    if (this.#last === endpoint) this.#last = null;
  }

  *[Symbol.iterator](): Iterator<Endpoint> {
    for (const ports of this.#remotes.values()) {
      for (const first of ports.values()) {
        for (let endpoint: Endpoint | null = first; endpoint !== null; endpoint = endpoint.sibling) yield endpoint;
      }
    }
  }

  clear(): void {
    this.#remotes.clear();
    this.#size = 0;
    this.#last = null;
  }
}

/** Takes `endpoint` out of the list that begins at `first`, which it is not; false if it was not in it. */
function unlink(first: Endpoint, endpoint: Endpoint): boolean {
  let before = first;
  while (before.sibling !== null && before.sibling !== endpoint) before = before.sibling;
  if (before.sibling === null) return false;
  before.sibling = endpoint.sibling;
  return true;
}
