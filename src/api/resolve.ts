// Host names to addresses and back, for all functions that look names up: what needs no asking is answered here, the rest
// goes to the name spaces of the process. Flags, families and result structures are the callers'.
import { AF_INET, AF_INET6, WSAHOST_NOT_FOUND, WSANO_RECOVERY, parseIpv4Loose } from '../abi/index.js';
import { parseIpv6Endpoint } from '../abi/address-text.js';
import type { Process } from '../win32/index.js';
import {
  ANYBODY,
  findHost,
  findNames,
  interfaceNumber,
  ownAddresses,
  resolverOf,
  type FoundAddress,
  type HostAddress,
  type HostLookup,
  type MaybePending,
  type Whom,
} from '../ws2_32/index.js';
import { asciiName } from './idn.js';

export type { HostAddress, HostLookup } from '../ws2_32/index.js';

/** Goes on with a value: at once where it is there, so that nothing waits without need. */
export function andThen<T, R>(value: MaybePending<T>, next: (value: T) => MaybePending<R>): MaybePending<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

const ipv4 = (bytes: Uint8Array): HostAddress => ({ family: AF_INET, bytes, scopeId: 0 });

const ipv6 = (bytes: Uint8Array, scopeId = 0): HostAddress => ({ family: AF_INET6, bytes, scopeId });

/** The loopback addresses, IPv6 first, as Windows orders them. */
export function loopbacks(): HostAddress[] {
  const last = new Uint8Array(16);
  last[15] = 1;
  return [ipv6(last), ipv4(Uint8Array.of(127, 0, 0, 1))];
}

/** The addresses that stand for all of this machine's, IPv6 first. */
export function unspecified(): HostAddress[] {
  return [ipv6(new Uint8Array(16)), ipv4(new Uint8Array(4))];
}

/**
 * An address written as a number: IPv4 in inet_addr's forms, IPv6 with brackets and with a scope, which is a number or the
 * name of an interface; a port in it is not used.
 */
export function numericHost(process: Process, text: string): HostAddress | null {
  const four = parseIpv4Loose(text);
  if (four !== null) return ipv4(four);
  const six = parseIpv6Endpoint(text) ?? withNamedScope(process, text);
  return six === null ? null : ipv6(six.bytes, six.scopeId);
}

function withNamedScope(process: Process, text: string): ReturnType<typeof parseIpv6Endpoint> {
  const [, before, name, after] = /^([^%]*:[^%]*)%([^%\]]+)(.*)$/s.exec(text) ?? [];
  if (before === undefined || name === undefined || after === undefined) return null;
  const index = interfaceNumber(process, name);
  return index === null ? null : parseIpv6Endpoint(`${before}%${index}${after}`);
}

/** Names of this machine that need not be its own: the empty one and the one that Windows reserves. */
function isLocal(name: string, own: string): boolean {
  return name === '' || name === '..localmachine' || name.toLowerCase() === own.toLowerCase();
}

/** Whether it is the name that every machine has for itself. */
export const isLocalhost = (name: string): boolean => /^localhost\.?$/i.test(name);

/** A look-up's answer that nobody had to be asked for. */
export function answerOf(name: string, all: readonly HostAddress[], families: readonly number[]): HostLookup {
  const wanted = all.filter(({ family }) => families.includes(family));
  if (wanted.length === 0) return WSAHOST_NOT_FOUND;
  const addresses = wanted.map((address): FoundAddress => ({ address, provider: null, blob: null }));
  return { name, aliases: [], addresses };
}

/**
 * Finds a host's addresses. Nobody is asked for addresses, `localhost` and, where its interfaces are known, this machine.
 *
 * @param process - whose name spaces to ask
 * @param name - the name; empty for this machine
 * @param families - AF_INET, AF_INET6 or both
 * @param whom - whom to ask
 * @returns the addresses, at least one, in no order; or the error, as in `findHost`
 */
export function lookUpHost(process: Process, name: string, families: readonly number[], whom: Whom = ANYBODY): MaybePending<HostLookup> {
  const numeric = numericHost(process, name);
  if (numeric !== null) return answerOf(name, [numeric], families);
  if (isLocalhost(name)) return answerOf(name, loopbacks(), families);
  const own = resolverOf(process)?.hostName() ?? '';
  if (isLocal(name, own)) return lookUpThisMachine(process, own, families, whom);
  const ascii = asciiName(name);
  return ascii === null ? WSAHOST_NOT_FOUND : findHost(process, ascii, families, whom);
}

function lookUpThisMachine(process: Process, own: string, families: readonly number[], whom: Whom): MaybePending<HostLookup> {
  const addresses = ownAddresses(process);
  if (addresses.length > 0) return answerOf(own, addresses, families);
  if (own === '') return WSANO_RECOVERY;
  // A machine that nobody knows has no address registered but still its loopbacks.
  return andThen(findHost(process, own, families, whom), (found) =>
    typeof found === 'number' ? answerOf(own, loopbacks(), families) : { ...found, name: own },
  );
}

const isOneOf = (all: readonly HostAddress[], { family, bytes }: HostAddress): boolean =>
  all.some((one) => one.family === family && one.bytes.every((byte, index) => byte === bytes[index]));

const isLoopback = (address: HostAddress): boolean => isOneOf(loopbacks(), address);

/** Whether it is a loopback or an unspecified address. */
export const isThisMachine = (address: HostAddress): boolean => isLoopback(address) || isOneOf(unspecified(), address);

/**
 * Finds a host's names, the canonical one first. The loopback address is this machine's own; nobody is asked for it.
 *
 * @param process - whose name spaces to ask
 * @param address - the address
 * @returns the names, at least one; or the error, as in `findNames`
 */
export function lookUpAddress(process: Process, address: HostAddress): MaybePending<readonly string[] | number> {
  if (isLoopback(address)) {
    const own = resolverOf(process)?.hostName();
    return own === undefined ? WSANO_RECOVERY : [own];
  }
  return andThen(findNames(process, address), (found) => (typeof found === 'number' ? found : [found.name, ...found.aliases]));
}
