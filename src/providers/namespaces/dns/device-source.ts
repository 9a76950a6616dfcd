// Names where there is no DNS to ask: a simulated network knows its hosts, and who answers for the process says which. Nothing
// is remembered, as nothing is sent.
import { AF_INET, AF_INET6, WSANO_DATA } from '../../../abi/index.js';
import { resolverError, type NameResolver, type ResolvedAddress } from '../../../spi/resolver-device.js';
import { canonicalName } from './domain-name.js';
import { foundHere, notFound, type Lookup, type NameSource } from './lookup.js';
import { RR } from './message.js';
import { addressOfReverse, specialAnswer } from './special-names.js';

/** The families of addresses, in the order in which addresses are given. */
export const FAMILIES = [
  { family: 'ipv4', number: AF_INET, type: RR.A },
  { family: 'ipv6', number: AF_INET6, type: RR.AAAA },
] as const;

export class DeviceSource implements NameSource {
  readonly #resolver: NameResolver;

  constructor(resolver: NameResolver) {
    this.#resolver = resolver;
  }

  async lookup(given: string, type: number): Promise<Lookup> {
    const name = canonicalName(given);
    const special = specialAnswer(name, type);
    if (special !== null) return special;
    const family = FAMILIES.find((each) => each.type === type)?.family;
    if (family !== undefined) return this.#addresses(name, type, family);
    const address = type === RR.PTR ? addressOfReverse(name) : null;
    return address === null ? notFound(WSANO_DATA) : this.#names(name, address);
  }

  async #addresses(name: string, type: number, family: 'ipv4' | 'ipv6'): Promise<Lookup> {
    const found = await this.#resolver.lookup(name, family);
    if (!found.ok) return notFound(resolverError(found.error));
    return foundHere(name, type, found.value.map(({ address }) => ({ kind: 'address', address })));
  }

  async #names(name: string, text: string): Promise<Lookup> {
    const address: ResolvedAddress = { family: text.includes(':') ? 'ipv6' : 'ipv4', address: text, port: 0, scopeId: 0 };
    const found = await this.#resolver.reverse(address);
    if (!found.ok) return notFound(resolverError(found.error));
    return foundHere(name, RR.PTR, found.value.map((target) => ({ kind: 'name', target })));
  }
}
