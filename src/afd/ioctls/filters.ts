// The codes that set or tell the whole source filter of a group: IPv4's IP_MSFILTER, and GROUP_FILTER of both families.
import * as abi from '../../abi/index.js';
import { WSAEADDRNOTAVAIL, WSAEFAULT, WSAEINVAL, formatIpv4 } from '../../abi/index.js';
import type { Family, SourceFilter } from '../../drivers/contract.js';
import { decodeAddress, encodeAddress } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { MESSAGES } from '../options/builders.js';
import { applyFilter, filterOf, interfaceByAddress, interfaceByIndex, isGroup } from '../options/multicast.js';
import { isMember } from '../options/source-filter.js';
import { able, INTERNET, IPV4 } from './builders.js';
import { outcome, type Control, type ControlOutcome, type ControlRule } from './rule.js';

/** How a structure is laid out: its members, and how its addresses are written. */
interface Layout {
  readonly mode: number;
  readonly count: number;
  readonly sources: number;
  readonly sourceSize: number;
  group(endpoint: Endpoint, bytes: Uint8Array): string | null;
  /** The driver's name of the interface, or null for one that is not there. */
  face(endpoint: Endpoint, bytes: Uint8Array): string | null;
  source(family: Family, bytes: Uint8Array): string | null;
  putSource(family: Family, address: string, bytes: Uint8Array): void;
}

const STORAGE_SIZE = 128;
const GROUP_AT = 8;

function addressIn(family: Family, bytes: Uint8Array): string | null {
  return decodeAddress(family, bytes, bytes.length).address?.address ?? null;
}

const IP_MSFILTER: Layout = {
  mode: 8,
  count: 12,
  sources: 16,
  sourceSize: 4,
  group: (_endpoint, bytes) => formatIpv4(bytes, 0),
  face: (endpoint, bytes) => interfaceByAddress(endpoint, bytes, 4),
  source: (_family, bytes) => formatIpv4(bytes, 0),
  putSource(_family, address, bytes) {
    bytes.set(abi.parseIpv4(address) ?? []);
  },
};

const GROUP_FILTER: Layout = {
  mode: 136,
  count: 140,
  sources: 144,
  sourceSize: STORAGE_SIZE,
  group: ({ family }, bytes) => addressIn(family, bytes.subarray(GROUP_AT, GROUP_AT + STORAGE_SIZE)),
  face: (endpoint, bytes) => interfaceByIndex(endpoint, endpoint.family, viewOf(bytes).getUint32(0, true)),
  source: (family, bytes) => addressIn(family, bytes),
  putSource(family, address, bytes) {
    bytes.fill(0);
    bytes.set(encodeAddress({ family, address, port: 0, scopeId: 0 }));
  },
};

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The group and the interface that a structure names, or the error. */
function placeIn(layout: Layout, endpoint: Endpoint, bytes: Uint8Array): { group: string; interface: string } | number {
  const group = layout.group(endpoint, bytes);
  if (group === null || !isGroup(endpoint.family, group)) return WSAEINVAL;
  const face = layout.face(endpoint, bytes);
  return face === null ? WSAEADDRNOTAVAIL : { group, interface: face };
}

function setting(layout: Layout): Control {
  return (endpoint, input) => {
    const filter = filterIn(layout, endpoint, input);
    return outcome(typeof filter === 'number' ? filter : applyFilter(endpoint, filter));
  };
}

function filterIn(layout: Layout, endpoint: Endpoint, input: Uint8Array): SourceFilter | number {
  const place = placeIn(layout, endpoint, input);
  if (typeof place === 'number') return place;
  const view = viewOf(input);
  const mode = view.getUint32(layout.mode, true);
  const count = view.getUint32(layout.count, true);
  if (mode !== abi.MCAST_INCLUDE && mode !== abi.MCAST_EXCLUDE) return WSAEINVAL;
  if (layout.sources + count * layout.sourceSize > input.length) return WSAEFAULT;
  const sources = new Set<string>();
  for (let index = 0; index < count; index++) {
    const at = layout.sources + index * layout.sourceSize;
    const source = layout.source(endpoint.family, input.subarray(at, at + layout.sourceSize));
    if (source === null) return WSAEINVAL;
    sources.add(source);
  }
  return { ...place, mode: mode === abi.MCAST_INCLUDE ? 'include' : 'exclude', sources: [...sources] };
}

/** The input says how many sources there is room for; the output has as many as fit and tells how many there are. */
function telling(layout: Layout): Control {
  return (endpoint, input, output): ControlOutcome => {
    const place = placeIn(layout, endpoint, input);
    if (typeof place === 'number') return outcome(place);
    const filter = filterOf(endpoint, place);
    if (!isMember(filter)) return outcome(WSAEADDRNOTAVAIL);
    const wanted = viewOf(input).getUint32(layout.count, true);
    const room = Math.floor((output.length - layout.sources) / layout.sourceSize);
    const told = filter.sources.slice(0, Math.min(wanted, room));
    output.set(input.subarray(0, layout.sources));
    const view = viewOf(output);
    view.setUint32(layout.mode, filter.mode === 'include' ? abi.MCAST_INCLUDE : abi.MCAST_EXCLUDE, true);
    view.setUint32(layout.count, filter.sources.length, true);
    for (const [index, source] of told.entries()) {
      const at = layout.sources + index * layout.sourceSize;
      layout.putSource(endpoint.family, source, output.subarray(at, at + layout.sourceSize));
    }
    return outcome(0, layout.sources + told.length * layout.sourceSize);
  };
}

function pair(layout: Layout, families: readonly Family[], set: number, get: number): readonly ControlRule[] {
  const applies = { kinds: MESSAGES, families };
  const needs: NonNullable<ControlRule['needs']> = ({ sourceFilters }) => sourceFilters;
  return [
    able(needs, set, applies, { input: layout.sources }, setting(layout)),
    able(needs, get, applies, { input: layout.sources, output: layout.sources }, telling(layout)),
  ];
}

/** Their rows. SIOCSIPMSFILTER and SIOCGIPMSFILTER are the same numbers as the first two. */
export const filterControls: readonly ControlRule[] = [
  ...pair(IP_MSFILTER, IPV4, abi.SIO_SET_MULTICAST_FILTER, abi.SIO_GET_MULTICAST_FILTER),
  ...pair(GROUP_FILTER, INTERNET, abi.SIOCSMSFILTER, abi.SIOCGMSFILTER),
];
