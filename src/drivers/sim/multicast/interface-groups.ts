// The groups of one interface: who of the host wants what of them, and what the interface makes of it (RFC 3376, 3.2).
import type { IpAddress } from '../ip/address.js';
import type { GroupFilter } from '../ip/service.js';
import { EVERYTHING, isMember, isSame, merged, NOTHING } from './source-filter.js';

/** What became of a group by a change. */
export type Changed = (group: IpAddress, before: GroupFilter, after: GroupFilter) => void;

interface Entry {
  readonly members: Map<object, GroupFilter>;
  /** Memberships that were counted, without a socket. */
  counted: number;
  filter: GroupFilter;
}

export class InterfaceGroups {
  readonly #entries = new Map<IpAddress, Entry>();
  readonly #changed: Changed;

  constructor(changed: Changed) {
    this.#changed = changed;
  }

  /** All groups of which something is heard. */
  get groups(): Iterable<IpAddress> {
    return this.#entries.keys();
  }

  has(group: IpAddress): boolean {
    return this.#entries.has(group);
  }

  filterOf(group: IpAddress): GroupFilter {
    return this.#entries.get(group)?.filter ?? NOTHING;
  }

  count(group: IpAddress, by: number): void {
    const entry = this.#entryOf(group);
    entry.counted = Math.max(0, entry.counted + by);
    this.#settle(group, entry);
  }

  setFilter(member: object, group: IpAddress, filter: GroupFilter | null): void {
    const entry = this.#entryOf(group);
    if (filter === null || !isMember(filter)) entry.members.delete(member);
    else entry.members.set(member, filter);
    this.#settle(group, entry);
  }

  #entryOf(group: IpAddress): Entry {
    return this.#entries.get(group) ?? { members: new Map<object, GroupFilter>(), counted: 0, filter: NOTHING };
  }

  #settle(group: IpAddress, entry: Entry): void {
    const before = entry.filter;
    const wishes = [...entry.members.values()];
    if (entry.counted > 0) wishes.push(EVERYTHING);
    entry.filter = merged(wishes);
    if (isMember(entry.filter)) this.#entries.set(group, entry);
    else this.#entries.delete(group);
    if (!isSame(before, entry.filter)) this.#changed(group, before, entry.filter);
  }

  clear(): void {
    this.#entries.clear();
  }
}
