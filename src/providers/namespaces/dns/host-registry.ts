// Names of hosts in a registry's zone: A and AAAA records, as SetAddrInfoEx registers a name without a service.
// Does not own: services (registry.ts), finding hosts (the resolver's).
import { WSAEACCES, WSAEINVAL, WSASERVICE_NOT_FOUND } from '../../../abi/index.js';
import type { Registration } from '../kit/index.js';
import { canonicalName, parseName } from './domain-name.js';
import { RR } from './message.js';
import type { RegistryParts } from './registry.js';
import { endpointOf } from './service-addresses.js';
import type { TsigKey } from './tsig.js';
import type { Change, ZoneRecord } from './update.js';

/** Both types of addresses. */
const TYPES = [RR.A, RR.AAAA] as const;

/** Hosts in a zone. */
export class HostRegistry {
  readonly #parts: RegistryParts;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  /** RNRSERVICE_REGISTER: these addresses are the host's, with SERVICE_MULTIPLE further ones of it. */
  register(registration: Registration): Promise<number> {
    return this.#change(registration, (name, records) => {
      if (records.length === 0) return WSAEINVAL;
      const added = records.map((record): Change => ({ kind: 'add', record, ttl: this.#parts.ttl }));
      return registration.multiple ? added : [...all(name), ...added];
    });
  }

  /** RNRSERVICE_DEREGISTER and RNRSERVICE_DELETE, which are the same here: a name without addresses is none. */
  remove(registration: Registration): Promise<number> {
    return this.#change(registration, async (name, records, key) => {
      for (const type of TYPES) {
        const found = await this.#parts.server.ask(name, type, key);
        if ('error' in found) return found.error;
        if (found.records.length === 0) continue;
        return registration.multiple ? records.map((record): Change => ({ kind: 'remove', record })) : all(name);
      }
      return WSASERVICE_NOT_FOUND;
    });
  }

  async #change(
    { name: host, addresses }: Registration,
    changes: (name: string, records: readonly ZoneRecord[], key: TsigKey) => readonly Change[] | number | Promise<readonly Change[] | number>,
  ): Promise<number> {
    const name = this.#inZone(host);
    const records = addresses.map((each) => hostRecord(name ?? '', endpointOf(each)?.address));
    const usable = records.filter((each) => each !== null);
    if (name === null || usable.length < records.length) return WSAEINVAL;
    const key = await this.#parts.key();
    if (typeof key === 'number') return key;
    if (key === null) return WSAEACCES;
    const wanted = await changes(name, usable, key);
    if (typeof wanted === 'number') return wanted;
    const outcome = await this.#parts.server.change(this.#parts.zone, [], wanted, key);
    return typeof outcome === 'number' ? outcome : 0;
  }

  /** The whole name: a name of the zone is one already, any other is taken to be in the zone, unless it ends in a dot. */
  #inZone(host: string): string | null {
    const { zone } = this.#parts;
    const name = canonicalName(host);
    const isInside = name.endsWith(`.${zone}`);
    if (!isInside && host.endsWith('.')) return null;
    const whole = isInside ? name : `${name}.${zone}`;
    return name !== '' && parseName(whole) !== null ? whole : null;
  }
}

const all = (name: string): Change[] => TYPES.map((type) => ({ kind: 'remove set', set: { name, type } }));

const hostRecord = (name: string, address: string | undefined): ZoneRecord | null =>
  address === undefined ? null : { name, type: address.includes(':') ? RR.AAAA : RR.A, data: { kind: 'address', address } };
