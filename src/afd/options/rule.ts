// What one row of the option table says. The rows are in the files per level, their reading in get.ts and set.ts.
import { SOCK_DGRAM, SOCK_STREAM } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';

/** The kinds of socket that options tell apart. */
export type SocketKind = 'stream' | 'datagram' | 'raw';

/** The kind of `endpoint`. */
export function kindOf(endpoint: Endpoint): SocketKind {
  if (endpoint.type === SOCK_STREAM) return 'stream';
  return endpoint.type === SOCK_DGRAM ? 'datagram' : 'raw';
}

/**
 * How a number looks to the caller:
 * - 'dword': four bytes, never fewer;
 * - 'flag4': the same, 0 or 1;
 * - 'number': four bytes, or one where there is no room for four;
 * - 'flag': the same, 0 or 1;
 * - 'flag1': as 'flag', but always handed out as one byte.
 */
export type NumberShape = 'dword' | 'flag4' | 'number' | 'flag' | 'flag1';

/**
 * How far an option is honoured:
 * - 'real': it changes what the socket does;
 * - 'driver': it goes to the driver where the driver has the setting, and is only remembered elsewhere;
 * - 'able': it is served where the driver has the ability, and refused elsewhere;
 * - 'kept': it is remembered and handed back, nothing else;
 * - 'refused': it is known and answered with an error;
 * - 'above': answered by a layer above afd.
 */
export type Support = 'real' | 'driver' | 'able' | 'kept' | 'refused' | 'above';

interface RuleBase {
  readonly level: number;
  readonly name: number;
  readonly kinds: readonly SocketKind[];
  readonly support: Support;
}

/** An option whose value is a number. A null reader or writer: it cannot be got or set. */
export interface NumberRule extends RuleBase {
  readonly shape: NumberShape;
  readonly read: ((endpoint: Endpoint) => number) | null;
  /** Returns 0 or the error. */
  readonly write: ((endpoint: Endpoint, value: number) => number) | null;
}

/** An option whose value is a structure or a run of bytes. */
export interface BytesRule extends RuleBase {
  readonly shape: 'bytes';
  /** The fewest bytes that can be set; 0 lets the value be absent. */
  readonly least: number;
  /** The value, or the error. */
  readonly read: ((endpoint: Endpoint) => Uint8Array | number) | null;
  /** Gets the value as long as the caller says it is; returns 0 or the error. */
  readonly write: ((endpoint: Endpoint, value: Uint8Array) => number) | null;
}

/** An option that is known and refused, or answered by somebody else. */
export interface RefusedRule extends RuleBase {
  readonly shape: 'none';
  readonly error: (endpoint: Endpoint) => number;
}

/** A row of the option table. */
export type OptionRule = NumberRule | BytesRule | RefusedRule;
