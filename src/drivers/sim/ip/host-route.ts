// The way to one destination, as it is handed to senders. It stays true while they keep it, but for changes of addresses
// and routes: what is learned about the path's MTU shows in it at once.
import type { IpAddress } from './address.js';
import type { HostInterface } from './interface.js';
import type { PathMtuCache } from './path-mtu.js';
import type { Route } from './service.js';

export class HostRoute implements Route {
  readonly iface: HostInterface;
  readonly nextHop: IpAddress;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly #learned: PathMtuCache;

  constructor(
    destination: IpAddress,
    iface: HostInterface,
    nextHop: IpAddress,
    source: IpAddress,
    learned: PathMtuCache,
  ) {
    this.destination = destination;
    this.iface = iface;
    this.nextHop = nextHop;
    this.source = source;
    this.#learned = learned;
  }

  get mtu(): number {
    return this.#learned.mtu(this.destination, this.iface.mtu);
  }
}
