// The group memberships of one socket and the sources that it hears in each (RFC 3678). What the interface makes of the
// wishes of all its sockets is the group table's.
import type { DriverError } from '../../contract.js';
import type { IpAddress } from '../ip/address.js';
import type { GroupFilter, IpService } from '../ip/service.js';

const NO_SOURCES: ReadonlySet<IpAddress> = new Set();

export class Memberships {
  readonly #ip: IpService;
  /** By interface, then by group. */
  readonly #byInterface = new Map<number, Map<IpAddress, GroupFilter>>();

  constructor(ip: IpService) {
    this.#ip = ip;
  }

  /** Joins for every source, or lets in one more: EADDRINUSE if that is so already, EINVAL if the two kinds are mixed. */
  join(group: IpAddress, interfaceIndex: number, source: IpAddress | null): DriverError | null {
    const known = this.#find(group, interfaceIndex);
    if (source === null) {
      if (known !== undefined) return known.mode === 'exclude' ? 'EADDRINUSE' : 'EINVAL';
      return this.set(group, interfaceIndex, { mode: 'exclude', sources: NO_SOURCES });
    }
    if (known?.mode === 'exclude') return 'EINVAL';
    if (known?.sources.has(source) === true) return 'EADDRINUSE';
    return this.set(group, interfaceIndex, { mode: 'include', sources: new Set(known?.sources).add(source) });
  }

  /** Leaves the group whatever its sources, or lets one source out again: EADDRNOTAVAIL if it was not let in. */
  leave(group: IpAddress, interfaceIndex: number, source: IpAddress | null): DriverError | null {
    const known = this.#find(group, interfaceIndex);
    if (known === undefined) return 'EADDRNOTAVAIL';
    if (source === null) return this.set(group, interfaceIndex, { mode: 'include', sources: NO_SOURCES });
    if (known.mode === 'exclude') return 'EINVAL';
    const sources = new Set(known.sources);
    if (!sources.delete(source)) return 'EADDRNOTAVAIL';
    return this.set(group, interfaceIndex, { mode: 'include', sources });
  }

  /** Sets the whole filter; to hear no source at all is to leave. */
  set(group: IpAddress, interfaceIndex: number, filter: GroupFilter): DriverError | null {
    const leaves = filter.mode === 'include' && filter.sources.size === 0;
    if (leaves && this.#find(group, interfaceIndex) === undefined) return null;
    const error = this.#ip.filterGroup(this, group, interfaceIndex, leaves ? null : filter);
    if (error !== null) return error;
    if (leaves) this.#forget(group, interfaceIndex);
    else this.#groupsOf(interfaceIndex).set(group, filter);
    return null;
  }

  /** Whether a datagram to `group` is heard. Windows asks for a membership of this socket on that very interface. */
  hears(group: IpAddress, interfaceIndex: number, source: IpAddress): boolean {
    const filter = this.#find(group, interfaceIndex);
    return filter !== undefined && filter.sources.has(source) === (filter.mode === 'include');
  }

  /** Leaves every group. */
  close(): void {
    for (const [interfaceIndex, groups] of this.#byInterface) {
      for (const group of groups.keys()) this.#ip.filterGroup(this, group, interfaceIndex, null);
    }
    this.#byInterface.clear();
  }

  #find(group: IpAddress, interfaceIndex: number): GroupFilter | undefined {
    return this.#byInterface.get(interfaceIndex)?.get(group);
  }

  #groupsOf(interfaceIndex: number): Map<IpAddress, GroupFilter> {
    let groups = this.#byInterface.get(interfaceIndex);
    if (groups === undefined) this.#byInterface.set(interfaceIndex, (groups = new Map<IpAddress, GroupFilter>()));
    return groups;
  }

  #forget(group: IpAddress, interfaceIndex: number): void {
    const groups = this.#byInterface.get(interfaceIndex);
    groups?.delete(group);
    if (groups?.size === 0) this.#byInterface.delete(interfaceIndex);
  }
}
