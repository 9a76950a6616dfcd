// What IP asks about multicast groups. Who keeps the memberships and tells the network of them stands behind this; until
// somebody is put there, `LocalGroups` counts them and tells nobody.
import type { DriverError } from '../../contract.js';
import type { IpAddress } from './address.js';
import type { GroupFilter } from './service.js';

/** The memberships of a host; counted per interface. */
export interface Groups {
  join(group: IpAddress, interfaceIndex: number): DriverError | null;
  leave(group: IpAddress, interfaceIndex: number): void;
  /** The part of one socket; null ends it. See IpService.filterGroup. */
  filter(member: object, group: IpAddress, interfaceIndex: number, filter: GroupFilter | null): DriverError | null;
  /** Whether packets to the group are taken from this interface. */
  isMember(group: IpAddress, interfaceIndex: number): boolean;
  /** The host went down: nothing is told to anybody any more. */
  halt(): void;
}

export class LocalGroups implements Groups {
  readonly #counts = new Map<number, Map<IpAddress, number>>();
  readonly #filters = new Map<object, Set<string>>();

  join(group: IpAddress, interfaceIndex: number): DriverError | null {
    const counts = this.#counts.get(interfaceIndex) ?? new Map<IpAddress, number>();
    this.#counts.set(interfaceIndex, counts);
    counts.set(group, (counts.get(group) ?? 0) + 1);
    return null;
  }

  leave(group: IpAddress, interfaceIndex: number): void {
    const counts = this.#counts.get(interfaceIndex);
    const count = counts?.get(group) ?? 0;
    if (count > 1) counts?.set(group, count - 1);
    else counts?.delete(group);
  }

  /** Whoever hears anything of a group is in it; whom of its members it hears, sockets decide. */
  filter(member: object, group: IpAddress, interfaceIndex: number, filter: GroupFilter | null): DriverError | null {
    const inside = this.#filters.get(member) ?? new Set<string>();
    this.#filters.set(member, inside);
    const key = `${interfaceIndex} ${group.text}`;
    const wanted = filter !== null && (filter.mode === 'exclude' || filter.sources.size > 0);
    if (wanted && !inside.has(key)) {
      inside.add(key);
      return this.join(group, interfaceIndex);
    }
    if (!wanted && inside.delete(key)) this.leave(group, interfaceIndex);
    if (inside.size === 0) this.#filters.delete(member);
    return null;
  }

  isMember(group: IpAddress, interfaceIndex: number): boolean {
    return this.#counts.get(interfaceIndex)?.has(group) ?? false;
  }

  halt(): void {
    this.#counts.clear();
    this.#filters.clear();
  }
}

/** Groups that every host is in, without telling: all hosts of the link, or of the interface (RFC 1112, RFC 4291). */
const EVERYBODY = new Set(['224.0.0.1', 'ff01::1', 'ff02::1']);

export function isEverybody(group: IpAddress): boolean {
  return EVERYBODY.has(group.text);
}
