// Sets of sources: how the wishes of sockets make one of an interface (RFC 3376, 3.2), and how two of them differ.
import type { IpAddress } from '../ip/address.js';
import type { GroupFilter } from '../ip/service.js';

/** Hears no source: not a member. */
export const NOTHING: GroupFilter = { mode: 'include', sources: new Set<IpAddress>() };
/** Hears every source. */
export const EVERYTHING: GroupFilter = { mode: 'exclude', sources: new Set<IpAddress>() };

/** Whether anything of the group is heard. */
export function isMember(filter: GroupFilter): boolean {
  return filter.mode === 'exclude' || filter.sources.size > 0;
}

export function isSame(a: GroupFilter, b: GroupFilter): boolean {
  return a.mode === b.mode && a.sources.size === b.sources.size && without(a.sources, b.sources).size === 0;
}

/** The least that lets every one of `filters` hear what it wants. */
export function merged(filters: Iterable<GroupFilter>): GroupFilter {
  const included = new Set<IpAddress>();
  let excluded: Set<IpAddress> | null = null;
  for (const { mode, sources } of filters) {
    if (mode === 'include') for (const source of sources) included.add(source);
    else excluded = excluded === null ? new Set(sources) : common(excluded, sources);
  }
  if (excluded === null) return { mode: 'include', sources: included };
  return { mode: 'exclude', sources: without(excluded, included) };
}

export function common(a: ReadonlySet<IpAddress>, b: ReadonlySet<IpAddress>): Set<IpAddress> {
  const both = new Set<IpAddress>();
  for (const source of a) if (b.has(source)) both.add(source);
  return both;
}

export function without(a: ReadonlySet<IpAddress>, b: ReadonlySet<IpAddress>): Set<IpAddress> {
  const rest = new Set<IpAddress>();
  for (const source of a) if (!b.has(source)) rest.add(source);
  return rest;
}
