// Looking up hosts and services for getaddrinfo, gethostbyname and their relatives: by queries to the name space providers in
// the catalog's order, as "Compatible Name Resolution for TCP/IP in the Windows Sockets 1.1 API" lays them down. Behind them
// stands the resolver of the process's driver: for a name that none of them knows, and for DNS while no provider serves that.
// Which names are never asked for is the api's business.
import {
  AFPROTOCOLS,
  AF_INET,
  AF_INET6,
  LUP_RETURN_ADDR,
  LUP_RETURN_ALIASES,
  LUP_RETURN_BLOB,
  LUP_RETURN_NAME,
  NS_ALL,
  NS_DNS,
  SVCID_INET_HOSTADDRBYINETSTRING,
  SVCID_INET_HOSTADDRBYNAME,
  SVCID_INET_SERVICEBYNAME,
  WSAEINTR,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSANO_RECOVERY,
  WSAQUERYSETW,
  WSASERVICE_NOT_FOUND,
  WSA_E_CANCELLED,
  type GUID,
  type servent,
} from '../../abi/index.js';
import type { MaybePending } from '../../spi/index.js';
import { currentThread, type Process } from '../../win32/index.js';
import { WinsockProcess } from '../process.js';
import { resolverError, resolverOf } from '../resolver.js';
import { hostAddress, resolvedAddress, type HostAddress } from '../routes.js';
import { isNothingHere } from './errors.js';
import { hostIn, serviceIn, unique, type FoundHost } from './found.js';
import { lookUpErrorOf } from './look-up-error.js';
import type { NameSpaceProvider } from './provider.js';
import { Search, type Said, type SearchFor } from './search.js';

/** Whom to ask, and how. */
export interface Whom {
  readonly nameSpace: number;
  /** The one provider to ask, whatever the name space; or null. */
  readonly providerId: GUID | null;
  /** All at once, and everything that they know; else one after the other until one knows the name. */
  readonly everybody: boolean;
  /** LUP_ bits for the providers, beside those that say what is to be returned. */
  readonly flags: number;
  /** The service, for providers to whom that makes a difference; or null. */
  readonly service: string | null;
  /** Ends the look-up: WSA_E_CANCELLED. */
  readonly signal: AbortSignal | null;
}

/** Everybody in turn. */
export const ANYBODY: Whom = { nameSpace: NS_ALL, providerId: null, everybody: false, flags: 0, service: null, signal: null };

/** A host with at least one address or name; or the error. */
export type HostLookup = FoundHost | number;

type Restrictions = SearchFor['restrictions'];

function restrictions(name: string, lpServiceClassId: GUID, families: readonly number[], whom: Whom): Restrictions {
  const protocols = families.map((iAddressFamily) => Object.assign(new AFPROTOCOLS(), { iAddressFamily }));
  return new WSAQUERYSETW({
    dwSize: WSAQUERYSETW.size,
    lpszServiceInstanceName: name,
    lpServiceClassId,
    dwNameSpace: whom.nameSpace,
    lpNSProviderId: whom.providerId,
    lpszQueryString: whom.service,
    dwNumberOfProtocols: protocols.length,
    lpafpProtocols: protocols.length === 0 ? null : protocols,
  }) as Restrictions;
}

function then<T, R>(value: MaybePending<T>, next: (value: T) => MaybePending<R>): MaybePending<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** A promise's value, unless the signal comes first. */
function unlessAborted<T>(signal: AbortSignal | null, promise: Promise<T>, aborted: T): Promise<T> {
  if (signal === null) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(aborted);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Asks providers, and gives up when the caller does. */
function search(process: Process, providers: readonly NameSpaceProvider[], whom: Whom, searchFor: SearchFor): MaybePending<readonly Said[]> {
  const { nameSpaces } = WinsockProcess.of(process);
  if (nameSpaces === null || providers.length === 0) return [];
  const one = new Search(process, nameSpaces, providers, searchFor);
  const said = whom.everybody ? one.all() : one.first();
  if (!(said instanceof Promise) || whom.signal === null) return said;
  const { signal } = whom;
  const cancel = (): void => one.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  return said.finally(() => signal.removeEventListener('abort', cancel));
}

/** The providers to ask; or the error when there are none and nobody stands in for them. */
function providersFor(process: Process, { nameSpace, providerId }: Whom): readonly NameSpaceProvider[] | number {
  const chosen = WinsockProcess.of(process).nameSpaces?.choose(providerId, nameSpace);
  if (chosen === undefined || chosen.error === 0) return chosen?.providers ?? [];
  return providerId === null && (nameSpace === NS_ALL || nameSpace === NS_DNS) ? [] : chosen.error;
}

/** Whether the process's own resolver has something to say that the providers have not said. */
function isResolversTurn({ nameSpace, providerId }: Whom, providers: readonly NameSpaceProvider[], said: readonly Said[]): boolean {
  if (providerId !== null || (nameSpace !== NS_ALL && nameSpace !== NS_DNS)) return false;
  if (said.some(({ error }) => error === WSA_E_CANCELLED)) return false;
  return !providers.some(({ entry }) => entry.dwNameSpace === NS_DNS) || said.every(({ error }) => error === 0 || isNothingHere(error));
}

function errorsOf(said: readonly Said[], { nameSpace, providerId }: Whom): number {
  const error = lookUpErrorOf(said.map((each) => each.error));
  // Who names a name space learns that the name is not in that one.
  return error === WSAHOST_NOT_FOUND && (nameSpace !== NS_ALL || providerId !== null) ? WSASERVICE_NOT_FOUND : error;
}

/** Runs a look-up, unless the blocking call of Winsock 1.1 that waits for it is cancelled before. */
function interruptible(process: Process, whom: Whom, run: (whom: Whom) => MaybePending<HostLookup>): MaybePending<HostLookup> {
  const { blockingCalls } = WinsockProcess.of(process);
  if (blockingCalls === null || whom.signal !== null) return run(whom);
  const abort = new AbortController();
  const answer = run({ ...whom, signal: abort.signal });
  if (!(answer instanceof Promise)) return answer;
  return blockingCalls.interruptible(currentThread(), answer, WSAEINTR).finally(() => abort.abort());
}

/**
 * Finds a host's addresses.
 *
 * @param process - whose name spaces to ask
 * @param name - its name
 * @param families - AF_INET, AF_INET6 or both
 * @param whom - whom to ask
 * @returns the host with at least one address; or WSAHOST_NOT_FOUND (WSASERVICE_NOT_FOUND if a name space or a provider is
 *   named), WSANO_DATA (it has no address of these families), WSATRY_AGAIN, WSANO_RECOVERY, WSAENETDOWN, WSAEINTR,
 *   WSA_NOT_ENOUGH_MEMORY, WSA_E_CANCELLED, WSAEINVAL (no such provider), WSAEPROVIDERFAILEDINIT
 */
export function findHost(process: Process, name: string, families: readonly number[], whom: Whom): MaybePending<HostLookup> {
  const providers = providersFor(process, whom);
  if (typeof providers === 'number') return providers;
  const read = ({ results, provider }: Said): FoundHost => {
    const host = hostIn(results, provider.id);
    return { ...host, addresses: host.addresses.filter(({ address }) => families.includes(address.family)) };
  };
  const isKnown = ({ error, results }: Said): boolean => error === WSANO_DATA || (error === 0 && results.length > 0);
  const searchFor: SearchFor = {
    restrictions: restrictions(name, SVCID_INET_HOSTADDRBYNAME, families, whom),
    flags: LUP_RETURN_NAME | LUP_RETURN_ADDR | LUP_RETURN_BLOB | LUP_RETURN_ALIASES | whom.flags,
    // That a host has no such address is an answer: nobody else is asked for another one of this name.
    settles: isKnown,
    answers: (said) => read(said).addresses.length > 0,
  };
  return interruptible(process, whom, (asking) =>
    then(search(process, providers, asking, searchFor), (said) => {
      const hosts = said.map(read);
      const addresses = unique(hosts.flatMap((host) => host.addresses));
      if (addresses.length > 0) {
        const canonical = hosts.find((host) => host.addresses.length > 0)?.name ?? '';
        return { name: canonical === '' ? name : canonical, aliases: hosts.flatMap(({ aliases }) => aliases), addresses };
      }
      if (said.some(isKnown)) return WSANO_DATA;
      if (isResolversTurn(whom, providers, said)) return askResolver(process, name, families, asking.signal);
      return errorsOf(said, whom);
    }),
  );
}

function askResolver(process: Process, name: string, families: readonly number[], signal: AbortSignal | null): MaybePending<HostLookup> {
  const resolver = resolverOf(process);
  if (resolver === null) return WSANO_RECOVERY;
  const only = families.length > 1 ? null : families[0] === AF_INET ? 'ipv4' : 'ipv6';
  const found = resolver.lookup(name, only).then((answer): HostLookup => {
    if (!answer.ok) return resolverError(answer.error);
    const all = answer.value.map(hostAddress).filter((address) => address !== null);
    const wanted = all.filter(({ family }) => families.includes(family));
    if (wanted.length === 0) return WSAHOST_NOT_FOUND;
    return { name, aliases: [], addresses: wanted.map((address) => ({ address, provider: null, blob: null })) };
  });
  return unlessAborted(signal, found, WSA_E_CANCELLED);
}

/**
 * Finds a host's names.
 *
 * @param process - whose name spaces to ask
 * @param address - its address
 * @returns the host with its canonical name; or the error, as for `findHost`
 */
export function findNames(process: Process, address: HostAddress): MaybePending<HostLookup> {
  const providers = providersFor(process, ANYBODY);
  if (typeof providers === 'number') return providers;
  const text = resolvedAddress(address).address;
  const isKnown = ({ results, provider }: Said): boolean => hostIn(results, provider.id).name !== '';
  const searchFor: SearchFor = {
    restrictions: restrictions(text, SVCID_INET_HOSTADDRBYINETSTRING, [], ANYBODY),
    flags: LUP_RETURN_NAME | LUP_RETURN_BLOB | LUP_RETURN_ALIASES,
    settles: isKnown,
    answers: isKnown,
  };
  return interruptible(process, ANYBODY, (asking) =>
    then(search(process, providers, asking, searchFor), (said): MaybePending<HostLookup> => {
      const known = said.find(isKnown);
      if (known !== undefined) return hostIn(known.results, known.provider.id);
      if (isResolversTurn(ANYBODY, providers, said)) return reverse(process, address, asking.signal);
      return errorsOf(said, ANYBODY);
    }),
  );
}

function reverse(process: Process, address: HostAddress, signal: AbortSignal | null): MaybePending<HostLookup> {
  const resolver = resolverOf(process);
  if (resolver === null) return WSANO_RECOVERY;
  const found = resolver.reverse(resolvedAddress(address)).then((answer): HostLookup => {
    if (!answer.ok) return resolverError(answer.error);
    const [name, ...aliases] = answer.value;
    return name === undefined ? WSAHOST_NOT_FOUND : { name, aliases, addresses: [] };
  });
  return unlessAborted(signal, found, WSA_E_CANCELLED);
}

/**
 * Finds a service.
 *
 * @param process - whose name spaces to ask
 * @param key - its name or port, with `/` and the protocol or without: `ftp/tcp`, `21/tcp`, `ftp`
 * @returns the service, null if no name space knows it
 */
export function findService(process: Process, key: string): MaybePending<servent | null> {
  const providers = providersFor(process, ANYBODY);
  if (typeof providers === 'number' || providers.length === 0) return null;
  const isKnown = ({ results }: Said): boolean => serviceIn(results) !== null;
  const searchFor: SearchFor = {
    restrictions: restrictions(key, SVCID_INET_SERVICEBYNAME, [], ANYBODY),
    flags: LUP_RETURN_NAME | LUP_RETURN_BLOB,
    settles: isKnown,
    answers: isKnown,
  };
  return then(search(process, providers, ANYBODY, searchFor), (said) => serviceIn(said.flatMap(({ results }) => results)));
}

/** Both internet families. */
export const BOTH_FAMILIES: readonly number[] = [AF_INET6, AF_INET];
