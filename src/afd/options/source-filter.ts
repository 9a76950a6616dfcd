// The filter state of a multicast group (RFC 3678): what each verb makes of it, and what Windows says where a verb does
// not fit. Pure; the memberships themselves are kept in multicast.ts.
import { WSAEADDRNOTAVAIL, WSAEINVAL } from '../../abi/index.js';
import type { Membership, SourceFilter } from '../../drivers/contract.js';

/** What is to be done with a membership. With a source: join, leave, block, unblock; without: join, leave. */
export type MembershipVerb = 'join' | 'leave' | 'block' | 'unblock';

/** Whether somebody with this filter is in the group at all. */
export function isMember(filter: SourceFilter): boolean {
  return filter.mode === 'exclude' || filter.sources.length > 0;
}

/** The filter of somebody who is not in the group. */
export function outside({ group, interface: face }: Pick<Membership, 'group' | 'interface'>): SourceFilter {
  return { group, interface: face, mode: 'include', sources: [] };
}

/** The filter after `verb`, or the error, as Microsoft's page on the behaviour of multicast socket options has them. */
export function nextFilter(filter: SourceFilter, verb: MembershipVerb, source: string | null): SourceFilter | number {
  if (source === null) return verb === 'join' ? joined(filter) : left(filter);
  const has = filter.sources.includes(source);
  const add = (): SourceFilter => ({ ...filter, sources: [...filter.sources, source] });
  const remove = (): SourceFilter => ({ ...filter, sources: filter.sources.filter((other) => other !== source) });
  switch (verb) {
    case 'join':
      if (filter.mode === 'exclude') return alreadyIn(filter);
      return has ? WSAEADDRNOTAVAIL : add();
    case 'leave':
      if (filter.mode === 'exclude') return WSAEINVAL;
      return has ? remove() : WSAEADDRNOTAVAIL;
    case 'block':
      if (filter.mode === 'include') return WSAEINVAL;
      return has ? WSAEADDRNOTAVAIL : add();
    case 'unblock':
      // Where nothing is blocked there is nothing to unblock; where something is, it is not this source.
      if (filter.mode === 'include' || filter.sources.length === 0) return WSAEINVAL;
      return has ? remove() : WSAEADDRNOTAVAIL;
  }
}

function joined(filter: SourceFilter): SourceFilter | number {
  return isMember(filter) ? alreadyIn(filter) : { ...filter, mode: 'exclude' };
}

function left(filter: SourceFilter): SourceFilter | number {
  return isMember(filter) ? outside(filter) : WSAEINVAL;
}

/** Whoever has blocked sources is to unblock them; everybody else in the group has joined it already. */
function alreadyIn({ mode, sources }: SourceFilter): number {
  return mode === 'exclude' && sources.length > 0 ? WSAEINVAL : WSAEADDRNOTAVAIL;
}
