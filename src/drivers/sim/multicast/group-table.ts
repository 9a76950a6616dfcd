// The multicast memberships of one host, by interface, and who tells the network of them: IGMP for IPv4, MLD for IPv6.
// Nothing is told on the loopback interface, nor of the groups that everybody is in.
import type { DriverError } from '../../contract.js';
import type { IpAddress } from '../ip/address.js';
import { type Groups, isEverybody } from '../ip/groups.js';
import {
  PROTOCOL,
  type Arrival,
  type GroupFilter,
  type IpInterface,
  type IpProtocol,
  type IpService,
} from '../ip/service.js';
import type { Random } from '../random.js';
import { IgmpLanguage } from './igmp-language.js';
import { InterfaceGroups } from './interface-groups.js';
import type { Language } from './language.js';
import { MldLanguage } from './mld-language.js';
import { Reporter } from './reporter.js';

/** One interface: its groups, and who reports on them. */
interface Place {
  readonly groups: InterfaceGroups;
  readonly igmp: Reporter | null;
  readonly mld: Reporter | null;
}

export class GroupTable implements Groups, IpProtocol {
  readonly #ip: IpService;
  readonly #random: Random;
  readonly #igmp: Language;
  readonly #mld: Language;
  readonly #places = new Map<number, Place>();
  #halted = false;

  constructor(ip: IpService) {
    this.#ip = ip;
    this.#random = ip.random.fork('groups');
    this.#igmp = new IgmpLanguage(ip);
    this.#mld = new MldLanguage(ip);
    ip.register(PROTOCOL.igmp, this);
    ip.register(PROTOCOL.icmpv6, this);
  }

  join(group: IpAddress, interfaceIndex: number): DriverError | null {
    const place = this.#placeAt(interfaceIndex);
    place?.groups.count(group, 1);
    return place === null ? 'EADDRNOTAVAIL' : null;
  }

  leave(group: IpAddress, interfaceIndex: number): void {
    this.#placeAt(interfaceIndex)?.groups.count(group, -1);
  }

  filter(member: object, group: IpAddress, interfaceIndex: number, filter: GroupFilter | null): DriverError | null {
    const place = this.#placeAt(interfaceIndex);
    place?.groups.setFilter(member, group, filter);
    return place === null ? 'EADDRNOTAVAIL' : null;
  }

  isMember(group: IpAddress, interfaceIndex: number): boolean {
    return this.#places.get(interfaceIndex)?.groups.has(group) ?? false;
  }

  #placeAt(interfaceIndex: number): Place | null {
    const known = this.#places.get(interfaceIndex);
    if (known !== undefined) return known;
    const iface = this.#ip.interfaces.find(({ index }) => index === interfaceIndex);
    if (iface === undefined) return null;
    const place = this.#newPlace(iface);
    this.#places.set(interfaceIndex, place);
    return place;
  }

  #newPlace(iface: IpInterface): Place {
    const groups = new InterfaceGroups((group, before, after) => {
      if (this.#halted || !isReported(group)) return;
      (group.family === 'ipv4' ? place.igmp : place.mld)?.changed(group, before, after);
    });
    const reporter = (language: Language, family: IpAddress['family']): Reporter | null => {
      if (iface.loopback) return null;
      const reported = (): IpAddress[] =>
        [...groups.groups].filter((group) => group.family === family && isReported(group));
      return new Reporter(this.#ip.clock, this.#random, iface, language, reported, (group) => groups.filterOf(group));
    };
    const place: Place = { groups, igmp: reporter(this.#igmp, 'ipv4'), mld: reporter(this.#mld, 'ipv6') };
    return place;
  }

  /** IGMP, or an ICMPv6 message that may be MLD's. */
  arrived(arrival: Arrival): boolean {
    const four = arrival.protocol === PROTOCOL.igmp;
    const heard = (four ? this.#igmp : this.#mld).read(arrival);
    if (heard === null) return true;
    // Also before the first group is joined: which version the routers speak is worth knowing.
    const place = this.#placeAt(arrival.iface.index);
    (four ? place?.igmp : place?.mld)?.heard(heard);
    return true;
  }

  /** Reports are sent blindly. */
  reported(): void {
    // Whatever is said of them.
  }

  /** The host goes down: it leaves its groups without a word. */
  halt(): void {
    this.#halted = true;
    for (const { groups, igmp, mld } of this.#places.values()) {
      groups.clear();
      igmp?.halt();
      mld?.halt();
    }
  }
}

/** Whether routers want to know (RFC 3376, 6; RFC 3810, 6): not of everybody's group, nor of what stays on the host. */
function isReported(group: IpAddress): boolean {
  return !isEverybody(group) && (group.family === 'ipv4' || ((group.bytes[1] ?? 0) & 0x0f) >= 2);
}
