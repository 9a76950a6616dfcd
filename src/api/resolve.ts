// Host names to addresses and back, for all functions that look names up: what needs no asking is answered here, the rest
// goes to the process's resolver. Flags, families and result structures are the callers'.
import {
  AF_INET,
  AF_INET6,
  WSAHOST_NOT_FOUND,
  WSANO_RECOVERY,
  formatIpv4,
  formatIpv6,
  parseIpv4,
  parseIpv4Loose,
  parseIpv6,
} from '../abi/index.js';
import { parseIpv6Endpoint } from '../abi/address-text.js';
import { currentThread, type Process } from '../win32/index.js';
import { WinsockProcess } from '../ws2_32/index.js';
import { resolverError, resolverOf, type Answer, type NameResolver, type ResolvedAddress } from '../ws2_32/resolver.js';

/** An internet address. */
export interface HostAddress {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** 4 or 16 bytes in network order. */
  readonly bytes: Uint8Array;
  readonly scopeId: number;
}

/** Addresses and the name they are of; or the error that the call fails with. */
export type Lookup =
  | { readonly error: 0; readonly name: string; readonly addresses: readonly HostAddress[] }
  | { readonly error: number; readonly name: ''; readonly addresses: readonly [] };

/** A value, or a promise of it when somebody has to be asked. */
type Eventually<T> = T | Promise<T>;

/** Goes on with a value: at once where it is there, so that nothing waits without need. */
export function andThen<T, R>(value: Eventually<T>, next: (value: T) => Eventually<R>): Eventually<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

const failed = (error: number): Lookup => ({ error, name: '', addresses: [] });

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

/** An address written as a number: IPv4 in inet_addr's forms, IPv6 with scope and brackets; a port in it is not used. */
export function numericHost(text: string): HostAddress | null {
  const four = parseIpv4Loose(text);
  if (four !== null) return ipv4(four);
  const six = parseIpv6Endpoint(text);
  return six === null ? null : ipv6(six.bytes, six.scopeId);
}

function fromResolver({ family, address, scopeId }: ResolvedAddress): HostAddress[] {
  const bytes = family === 'ipv4' ? parseIpv4(address) : parseIpv6(address);
  if (bytes === null) return [];
  return [family === 'ipv4' ? ipv4(bytes) : ipv6(bytes, scopeId)];
}

/** Whether the address is of the family; AF_UNSPEC (0) takes any. */
const isOf =
  (family: number) =>
  (address: HostAddress): boolean =>
    family === 0 || address.family === family;

/** Names of this machine that need not be its own: the empty one and the one that Windows reserves. */
function isLocal(name: string, own: string): boolean {
  return name === '' || name === '..localmachine' || name.toLowerCase() === own.toLowerCase();
}

/**
 * Finds a host's addresses. Only names other than `localhost` and addresses are asked for.
 *
 * @param process - whose resolver to ask
 * @param name - the name; empty for this machine
 * @param family - AF_INET, AF_INET6 or 0 for both
 * @returns the addresses, at least one; or WSAHOST_NOT_FOUND, WSANO_DATA, WSATRY_AGAIN, WSANO_RECOVERY (also for a
 *   process without resolver), WSAENETDOWN, WSA_NOT_ENOUGH_MEMORY
 */
export function lookUpHost(process: Process, name: string, family: number): Eventually<Lookup> {
  const numeric = numericHost(name);
  if (numeric !== null) return answer(name, [numeric], family);
  if (/^localhost\.?$/i.test(name)) return answer(name, loopbacks(), family);
  const resolver = resolverOf(process);
  if (resolver === null) return failed(WSANO_RECOVERY);
  const own = resolver.hostName();
  if (!isLocal(name, own)) return ask(resolver, name, family);
  // A machine that its own resolver does not know has no address registered but still its loopbacks.
  return ask(resolver, own, family).then((found) => (found.error === 0 ? found : answer(own, loopbacks(), family)));
}

function answer(name: string, all: readonly HostAddress[], family: number): Lookup {
  const addresses = all.filter(isOf(family));
  return addresses.length === 0 ? failed(WSAHOST_NOT_FOUND) : { error: 0, name, addresses };
}

async function ask(resolver: NameResolver, name: string, family: number): Promise<Lookup> {
  const wanted = family === 0 ? null : family === AF_INET ? 'ipv4' : 'ipv6';
  const found = await unlessCancelled(resolver.lookup(name, wanted));
  return found.ok ? answer(name, found.value.flatMap(fromResolver), family) : failed(resolverError(found.error));
}

/** The answer, or that the blocking call of Winsock 1.1 that waits for it was cancelled. */
function unlessCancelled<T>(answer: Promise<Answer<T>>): Promise<Answer<T>> {
  const thread = currentThread();
  return WinsockProcess.of(thread.process).blockingCalls?.interruptible(thread, answer) ?? answer;
}

function isLoopback({ family, bytes }: HostAddress): boolean {
  const text = family === AF_INET ? formatIpv4(bytes) : formatIpv6(bytes);
  return text === '127.0.0.1' || text === '::1';
}

/**
 * Finds a host's names, the canonical one first. The loopback address is this machine's own; nobody is asked for it.
 *
 * @param process - whose resolver to ask
 * @param address - the address
 * @returns the names, at least one; or the error, as in `lookUpHost`
 */
export function lookUpAddress(process: Process, address: HostAddress): Eventually<readonly string[] | number> {
  const resolver = resolverOf(process);
  if (resolver === null) return WSANO_RECOVERY;
  if (isLoopback(address)) return [resolver.hostName()];
  const { family, bytes, scopeId } = address;
  const text = family === AF_INET ? formatIpv4(bytes) : formatIpv6(bytes);
  const question: ResolvedAddress = { family: family === AF_INET ? 'ipv4' : 'ipv6', address: text, port: 0, scopeId };
  return unlessCancelled(resolver.reverse(question)).then((found) => {
    if (!found.ok) return resolverError(found.error);
    return found.value.length === 0 ? WSAHOST_NOT_FOUND : found.value;
  });
}
