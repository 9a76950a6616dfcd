// What one row of the control code table says. The rows are in the files per family, their reading in control.ts.
import type { Capabilities, Family } from '../../drivers/contract.js';
import type { Endpoint } from '../endpoint.js';
import type { SocketKind, Support } from '../options/rule.js';
import type { IoRequest } from '../request.js';

/** What a control code gave at once. */
export interface ControlAnswer {
  readonly error: number;
  /** Bytes written to the output buffer; with WSAEFAULT how many were needed, or 0. */
  readonly bytes: number;
}

/** A result, or a request that will be done later. */
export type ControlOutcome = ControlAnswer | IoRequest;

/** Does what the code asks. `input` and `output` are empty where the caller passed a null pointer. */
export type Control = (endpoint: Endpoint, input: Uint8Array, output: Uint8Array) => ControlOutcome;

/** A row of the control code table. */
export interface ControlRule {
  readonly code: number;
  /** Sockets that have it; any other gets WSAENOPROTOOPT. */
  readonly kinds: readonly SocketKind[];
  readonly families: readonly Family[];
  readonly support: Support;
  /** What the driver must be able to do; without it the code is refused. Null: nothing. */
  readonly needs: ((able: Capabilities) => boolean) | null;
  /** The fewest bytes of input and output; fewer are answered with WSAEFAULT. */
  readonly input: number;
  readonly output: number;
  readonly run: Control;
}

/** A plain success. */
export const DONE: ControlAnswer = { error: 0, bytes: 0 };

/** The outcome for an error, 0 included. */
export function outcome(error: number, bytes = 0): ControlAnswer {
  return error === 0 && bytes === 0 ? DONE : { error, bytes };
}
