// The usual kinds of rows of the control code table.
import { WSAEOPNOTSUPP } from '../../abi/index.js';
import type { Family, Setting } from '../../drivers/contract.js';
import type { Endpoint } from '../endpoint.js';
import { ANY } from '../options/builders.js';
import { tellDriver } from '../options/inherit.js';
import type { SocketKind } from '../options/rule.js';
import { DONE, outcome, type Control, type ControlRule } from './rule.js';

const EVERY_FAMILY: readonly Family[] = ['ipv4', 'ipv6', 'unix'];
export const INTERNET: readonly Family[] = ['ipv4', 'ipv6'];
export const IPV4: readonly Family[] = ['ipv4'];

/** Which sockets have a code, where not all do. */
export interface Applies {
  readonly kinds?: readonly SocketKind[];
  readonly families?: readonly Family[];
}

const NUMBER_SIZE = 4;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A code with buffers of its own kind. */
export function code(number: number, applies: Applies, sizes: { input?: number; output?: number }, run: Control): ControlRule {
  const { kinds = ANY, families = EVERY_FAMILY } = applies;
  return { code: number, kinds, families, support: 'real', needs: null, input: sizes.input ?? 0, output: sizes.output ?? 0, run };
}

/** As `code`, for what not every driver is able to do. */
export function able(needs: NonNullable<ControlRule['needs']>, ...row: Parameters<typeof code>): ControlRule {
  return { ...code(...row), support: 'able', needs };
}

/** A code that takes one 32-bit number; `take` returns 0 or the error. */
export function taking(number: number, applies: Applies, take: (endpoint: Endpoint, value: number) => number): ControlRule {
  return code(number, applies, { input: NUMBER_SIZE }, (endpoint, input) =>
    outcome(take(endpoint, view(input).getInt32(0, true))),
  );
}

/** A code that gives one 32-bit number, or a negative one for no number and its opposite as the error. */
export function giving(number: number, applies: Applies, give: (endpoint: Endpoint) => number): ControlRule {
  return code(number, applies, { output: NUMBER_SIZE }, (endpoint, _input, output) => {
    const value = give(endpoint);
    if (value < 0) return outcome(-value);
    view(output).setUint32(0, value, true);
    return outcome(0, NUMBER_SIZE);
  });
}

/** A code whose input says how the driver is to be set: `told` gives the settings, or the error. */
export function handed(
  number: number,
  applies: Applies,
  size: number,
  told: (endpoint: Endpoint, input: Uint8Array) => readonly (readonly [Setting, number])[] | number,
): ControlRule {
  const rule = code(number, applies, { input: size }, (endpoint, input) => {
    const settings = told(endpoint, input);
    if (typeof settings === 'number') return outcome(settings);
    for (const [setting, value] of settings) {
      const error = tellDriver(endpoint, setting, value);
      if (error !== 0) return outcome(error);
    }
    return DONE;
  });
  return { ...rule, support: 'driver' };
}

/** A code whose input is only remembered: wishes about speed that change no result. */
export function kept(number: number, applies: Applies, size: number, check?: (endpoint: Endpoint, input: Uint8Array) => number): ControlRule {
  const rule = code(number, applies, { input: size }, (endpoint, input) => {
    const error = check?.(endpoint, input) ?? 0;
    if (error !== 0) return outcome(error);
    endpoint.options.blobs.set(`ioctl:${number}`, Uint8Array.from(input.subarray(0, size)));
    return DONE;
  });
  return { ...rule, support: 'kept' };
}

/** A code that is known and that nobody handles: WSAEOPNOTSUPP, or what else there is to say about a misuse of it. */
export function refused(number: number, why: Control = () => outcome(WSAEOPNOTSUPP)): ControlRule {
  return { ...code(number, {}, {}, why), support: 'refused' };
}

/** A code that a layer above afd answers. */
export function above(number: number): ControlRule {
  return { ...refused(number), support: 'above' };
}
