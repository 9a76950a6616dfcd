// The groups of one UDP or raw socket as the driver contract names them: groups, sources and interfaces as text. Owns that
// translation; what is joined and heard is ../multicast's.
import type { DriverError, Membership, SourceFilter } from '../../contract.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import type { Arrival } from '../ip/service.js';
import { defaultInterface, interfaceNamed } from '../multicast/interface-choice.js';
import { Memberships } from '../multicast/memberships.js';
import type { MessageLayer } from './message-socket.js';

type Change = (group: IpAddress, interfaceIndex: number) => DriverError | null;

export class SocketGroups {
  readonly #layer: MessageLayer;
  readonly #family: IpFamily;
  readonly #memberships: Memberships;

  constructor(layer: MessageLayer, family: IpFamily) {
    this.#layer = layer;
    this.#family = family;
    this.#memberships = new Memberships(layer.ip);
  }

  join(membership: Membership): DriverError | null {
    return this.#change(membership, (group, index, source) => this.#memberships.join(group, index, source));
  }

  leave(membership: Membership): DriverError | null {
    return this.#change(membership, (group, index, source) => this.#memberships.leave(group, index, source));
  }

  filter({ group: text, interface: name, mode, sources }: SourceFilter): DriverError | null {
    return this.#withGroup(text, name, (group, index) => {
      const wanted = new Set<IpAddress>();
      for (const one of sources) {
        const source = this.#source(one, group);
        if (source === null) return 'EINVAL';
        wanted.add(source);
      }
      return this.#memberships.set(group, index, { mode, sources: wanted });
    });
  }

  /** The number of the interface that callers name so; null if there is none. */
  interfaceNamed(name: string): number | null {
    return interfaceNamed(this.#layer.ip, this.#layer.addresses, name);
  }

  /** Whether the socket is to get what was sent to this group. */
  hears({ destination, iface, source }: Arrival): boolean {
    return this.#memberships.hears(destination, iface.index, source);
  }

  close(): void {
    this.#memberships.close();
  }

  #change(
    { group: text, interface: name, source }: Membership,
    change: (group: IpAddress, interfaceIndex: number, source: IpAddress | null) => DriverError | null,
  ): DriverError | null {
    return this.#withGroup(text, name, (group, index) => {
      if (source === null) return change(group, index, null);
      const one = this.#source(source, group);
      return one === null ? 'EINVAL' : change(group, index, one);
    });
  }

  #withGroup(text: string, name: string, change: Change): DriverError | null {
    const group = this.#address(text);
    if (group?.isMulticast !== true || (group.family === 'ipv6' && this.#family === 'ipv4')) return 'EINVAL';
    const index = this.interfaceNamed(name);
    if (index === null) return 'EADDRNOTAVAIL';
    return change(group, index === 0 ? defaultInterface(this.#layer.ip, group) : index);
  }

  #source(text: string, group: IpAddress): IpAddress | null {
    const source = this.#address(text);
    return source?.family === group.family && !source.isMulticast ? source : null;
  }

  #address(text: string): IpAddress | null {
    const address = this.#layer.addresses.text(text);
    return address === null ? null : (this.#layer.ip.book.unmapped(address) ?? address);
  }
}
