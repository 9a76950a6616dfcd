// The local ports: who is bound to which, who listens there, and which one to choose.
// Does not own: Windows' rules of who may share a port, which those above the driver know.
import type { DriverError } from '../../contract.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import type { Random } from '../random.js';
import { DYNAMIC_PORTS, FIRST_DYNAMIC_PORT } from './constants.js';
import type { TcpListener } from './listener.js';

/** A local address that a socket has taken. */
export class Binding {
  /** The unspecified address for all. */
  readonly address: IpAddress;
  readonly port: number;
  /** An IPv6 socket that takes IPv4 too. */
  readonly dual: boolean;
  listener: TcpListener | null = null;

  constructor(address: IpAddress, port: number, dual: boolean) {
    this.address = address;
    this.port = port;
    this.dual = dual;
  }
}

/** What one port is used for. */
class Use {
  readonly bindings: Binding[] = [];
  /** Connections, TIME_WAIT included. */
  connections = 0;
}

export class PortTable {
  readonly #random: Random;
  readonly #ports = new Map<number, Use>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Takes an address; port 0 chooses one. */
  bind(address: IpAddress, port: number, dual: boolean, shared: boolean): Binding | DriverError {
    const chosen = port === 0 ? this.choose(null) : port;
    if (chosen === 0) return 'EADDRINUSE';
    const use = this.#use(chosen);
    if (!shared && use.bindings.some((other) => other.address === address)) return 'EADDRINUSE';
    const binding = new Binding(address, chosen, dual);
    use.bindings.push(binding);
    return binding;
  }

  unbind(binding: Binding): void {
    const use = this.#ports.get(binding.port);
    const index = use?.bindings.indexOf(binding) ?? -1;
    if (use === undefined || index < 0) return;
    use.bindings.splice(index, 1);
    this.#forget(binding.port, use);
  }

  /**
   * A free dynamic port, 0 if there is none: the first one from a random place upward. With `usable` ports that only
   * connections use will do where it agrees.
   */
  choose(usable: ((port: number) => boolean) | null): number {
    const start = this.#random.below(DYNAMIC_PORTS);
    for (let i = 0; i < DYNAMIC_PORTS; i += 1) {
      const port = FIRST_DYNAMIC_PORT + ((start + i) % DYNAMIC_PORTS);
      if (!this.#ports.has(port)) return port;
    }
    if (usable === null) return 0;
    for (let i = 0; i < DYNAMIC_PORTS; i += 1) {
      const port = FIRST_DYNAMIC_PORT + ((start + i) % DYNAMIC_PORTS);
      if (this.#ports.get(port)?.bindings.length === 0 && usable(port)) return port;
    }
    return 0;
  }

  connected(port: number): void {
    this.#use(port).connections += 1;
  }

  disconnected(port: number): void {
    const use = this.#ports.get(port);
    if (use === undefined) return;
    use.connections -= 1;
    this.#forget(port, use);
  }

  /** Who listens for `address` and `port`: the most particular of all. */
  listener(address: IpAddress, port: number): TcpListener | null {
    const use = this.#ports.get(port);
    if (use === undefined) return null;
    let best: TcpListener | null = null;
    let bestRank = 0;
    for (const { address: bound, dual, listener } of use.bindings) {
      if (listener === null) continue;
      const rank = bound === address ? 3 : bound.isAny ? rankOfAny(bound.family, address.family, dual) : 0;
      if (rank <= bestRank) continue;
      best = listener;
      bestRank = rank;
    }
    return best;
  }

  *listeners(): Iterable<TcpListener> {
    for (const use of this.#ports.values()) {
      for (const { listener } of use.bindings) if (listener !== null) yield listener;
    }
  }

  clear(): void {
    this.#ports.clear();
  }

  #use(port: number): Use {
    let use = this.#ports.get(port);
    if (use === undefined) {
      use = new Use();
      this.#ports.set(port, use);
    }
    return use;
  }

  #forget(port: number, use: Use): void {
    if (use.bindings.length === 0 && use.connections === 0) this.#ports.delete(port);
  }
}

/** A listener for all addresses of a family comes before one that takes IPv4 besides IPv6. */
function rankOfAny(bound: IpFamily, wanted: IpFamily, dual: boolean): number {
  if (bound === wanted) return 2;
  return dual ? 1 : 0;
}
