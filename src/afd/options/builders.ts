// The usual kinds of rows, so that the files per level read as tables. What is unusual is written out there.
import { WSAEINVAL, WSAENOPROTOOPT } from '../../abi/index.js';
import type { Family, Setting } from '../../drivers/contract.js';
import type { Endpoint } from '../endpoint.js';
import { tellDriver } from './inherit.js';
import type { BytesRule, NumberRule, NumberShape, RefusedRule, SocketKind, Support } from './rule.js';

/** Every kind of socket. */
export const ANY: readonly SocketKind[] = ['stream', 'datagram', 'raw'];
export const STREAM: readonly SocketKind[] = ['stream'];
export const DATAGRAM: readonly SocketKind[] = ['datagram'];
export const MESSAGES: readonly SocketKind[] = ['datagram', 'raw'];
export const RAW: readonly SocketKind[] = ['raw'];

/** Where a row stands, and for which sockets. */
export interface Place {
  readonly level: number;
  readonly name: number;
  readonly kinds: readonly SocketKind[];
}

/** Looks at a value before it is taken; 0 or the error. */
export type Check = (endpoint: Endpoint, value: number) => number;

type Read = (endpoint: Endpoint) => number;
type Write = (endpoint: Endpoint, value: number) => number;

/** A check that the value lies between `least` and `most`. */
export function range(least: number, most: number): Check {
  return (_endpoint, value) => (value < least || value > most ? WSAEINVAL : 0);
}

/** A check that the socket has no local address yet. */
export function unbound(endpoint: Endpoint): number {
  return endpoint.local === null ? 0 : WSAEINVAL;
}

/** The key of an option among the values that are only remembered. */
export function keyOf(level: number, name: number): string {
  return `${level}:${name}`;
}

/** An option that is a field of the socket's options, or more than that. */
export function field(place: Place, shape: NumberShape, read: Read, write: Write | null): NumberRule {
  return { ...place, shape, support: 'real', read, write };
}

/** An option that can only be asked for. */
export function reported(place: Place, read: Read): NumberRule {
  return { ...place, shape: 'dword', support: 'real', read, write: null };
}

interface KeptDetails {
  /** The value of a fresh socket. */
  readonly initial: number | Read;
  readonly check?: Check;
  readonly support?: Support;
}

/** An option that is remembered; readers elsewhere may look at it through `numberOption`. */
export function kept(place: Place, shape: NumberShape, details: KeptDetails): NumberRule {
  const key = keyOf(place.level, place.name);
  const { initial, check, support = 'kept' } = details;
  return {
    ...place,
    shape,
    support,
    read: (endpoint) => endpoint.options.others.get(key) ?? (typeof initial === 'number' ? initial : initial(endpoint)),
    write(endpoint, value) {
      const error = check === undefined ? 0 : check(endpoint, value);
      if (error === 0) endpoint.options.others.set(key, value);
      return error;
    },
  };
}

interface HandedDetails extends KeptDetails {
  readonly setting: Setting;
  /** Only sockets of this family have a driver that the value means something to. */
  readonly family?: Family;
  /** What the driver is told for a value, where that is not the value itself. */
  readonly told?: (value: number) => number;
}

/** An option that is remembered and handed to the driver. */
export function handed(place: Place, shape: NumberShape, details: HandedDetails): NumberRule {
  const { setting, family, told = (value: number): number => value } = details;
  const memory = kept(place, shape, { ...details, support: 'driver' });
  const key = keyOf(place.level, place.name);
  const hand = (endpoint: Endpoint, value: number): number =>
    family === undefined || family === endpoint.family ? tellDriver(endpoint, setting, told(value)) : 0;
  return {
    ...memory,
    write(endpoint, value) {
      const error = details.check?.(endpoint, value) ?? 0;
      if (error !== 0) return error;
      const refused = hand(endpoint, value);
      if (refused === 0) endpoint.options.others.set(key, value);
      return refused;
    },
  };
}

/** An option that can only be set, by a structure of at least `least` bytes. */
export function command(place: Place, least: number, write: NonNullable<BytesRule['write']>): BytesRule {
  return { ...place, shape: 'bytes', support: 'real', least, read: null, write };
}

/** An option that is known and refused. */
export function refused(place: Place, error: number | ((endpoint: Endpoint) => number) = WSAENOPROTOOPT): RefusedRule {
  return { ...place, shape: 'none', support: 'refused', error: typeof error === 'number' ? () => error : error };
}

/** An option that a layer above afd answers; asked of afd, it is unknown. */
export function above(place: Place): RefusedRule {
  return { ...place, shape: 'none', support: 'above', error: () => WSAENOPROTOOPT };
}
