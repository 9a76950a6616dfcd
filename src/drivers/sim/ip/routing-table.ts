// The routing table of a host: connected networks, static routes, gateways. Owns which interface and which next hop a
// destination has; the source address is source-selection.ts's, what is our own router.ts's.
import type { IpAddress } from './address.js';
import type { HostInterface } from './interface.js';
import { contains } from './prefix.js';

/** One row of the table. */
export interface RouteEntry {
  readonly network: IpAddress;
  readonly prefixLength: number;
  readonly iface: HostInterface;
  /** Who carries the packet on; null: the destination is on the link itself. */
  readonly gateway: IpAddress | null;
  readonly metric: number;
}

export class RoutingTable {
  /** The longest prefix first, then the lowest metric, then the order in which they were added. */
  readonly #entries: RouteEntry[] = [];

  get entries(): readonly RouteEntry[] {
    return this.#entries;
  }

  add(entry: RouteEntry): void {
    const place = this.#entries.findIndex((other) => precedes(entry, other));
    this.#entries.splice(place < 0 ? this.#entries.length : place, 0, entry);
  }

  /** Takes out what `unwanted` says. */
  remove(unwanted: (entry: RouteEntry) => boolean): void {
    const kept = this.#entries.filter((entry) => !unwanted(entry));
    this.#entries.length = 0;
    this.#entries.push(...kept);
  }

  /** The entry for `destination` among those whose interface `usable` admits. */
  find(destination: IpAddress, usable: (iface: HostInterface) => boolean): RouteEntry | null {
    for (const entry of this.#entries) {
      if (contains(entry.network, entry.prefixLength, destination) && usable(entry.iface)) return entry;
    }
    return null;
  }
}

function precedes(a: RouteEntry, b: RouteEntry): boolean {
  if (a.prefixLength !== b.prefixLength) return a.prefixLength > b.prefixLength;
  return a.metric < b.metric;
}
