// A registry: services kept in a zone of a DNS server, for all machines that ask it. Each change names the state that it starts
// from (the TXT record with its revision), so of two that are made at the same time one is done again on what the other left.
// Does not own: which records a service is (service-records.ts), host names (host-registry.ts).
import { randomBytes } from 'node:crypto';
import {
  WSAEACCES,
  WSAEINVAL,
  WSASERVICE_NOT_FOUND,
  WSATRY_AGAIN,
  type GUID,
} from '../../../abi/index.js';
import type { Answer, Question, Registration } from '../kit/index.js';
import { canonicalName, parseName } from './domain-name.js';
import { RR, type DnsRecord } from './message.js';
import type { RegistryServer } from './registry-server.js';
import { csaddrOf, endpointOf, sameEndpoint } from './service-addresses.js';
import {
  PROTOCOLS,
  catalogueRecord,
  fullName,
  instanceOf,
  kindName,
  kindOf,
  labelText,
  plainText,
  readFacts,
  recordsOf,
  type Endpoint,
  type Protocol,
  type Service,
  type ServiceName,
} from './service-records.js';
import type { TsigKey } from './tsig.js';
import type { Change, Prerequisite, ZoneRecord } from './update.js';

/** What a registry works with. */
export interface RegistryParts {
  readonly server: RegistryServer;
  readonly zone: string;
  readonly ttl: number;
  /** The key as the file has it now, null without one; an error where the file cannot be used. */
  readonly key: () => Promise<TsigKey | null | number>;
}

/** A service as the zone has it. */
interface Kept {
  readonly service: Service;
  /** Its TXT records, by which a change says which state it means; none where others registered it without. */
  readonly texts: readonly ZoneRecord[];
  /** The pairs of its SRV records, as they stand. */
  readonly locations: readonly ZoneRecord[];
}

/** What a change makes of a service; null removes it, a number refuses. */
type Next = (kept: Kept | null) => Service | null | number;

/** Each time somebody else was faster, so somebody gets on. */
const ATTEMPTS = 64;
/** More of one kind are not looked at. */
const MOST_SERVICES = 10_000;

const newRevision = (): string => randomBytes(8).toString('hex');

/** Services in a zone. */
export class Registry {
  readonly #parts: RegistryParts;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  /** RNRSERVICE_REGISTER. */
  register(registration: Registration): Promise<number> {
    const endpoints = registration.addresses.map(endpointOf);
    const usable = endpoints.filter((each) => each !== null);
    if (usable.length < endpoints.length) return Promise.resolve(WSAEINVAL);
    return this.#change(registration, (kept, name) => {
      const others = registration.multiple ? without(kept?.service.endpoints ?? [], usable) : [];
      const { serviceClassId, version, comment, blob } = registration;
      const facts = { classId: serviceClassId.toString(), version, comment, blob, isRegistered: true, revision: newRevision() };
      return { name, facts, endpoints: [...others, ...usable] };
    });
  }

  /** RNRSERVICE_DEREGISTER: its text stays, and nobody finds it. */
  deregister(registration: Registration): Promise<number> {
    return this.#change(registration, (kept) => {
      if (kept === null) return WSASERVICE_NOT_FOUND;
      const { name, facts } = kept.service;
      const endpoints = registration.multiple ? this.#rest(kept.service, registration) : [];
      return { name, endpoints, facts: { ...facts, isRegistered: facts.isRegistered && endpoints.length > 0, revision: newRevision() } };
    });
  }

  /** RNRSERVICE_DELETE. */
  remove(registration: Registration): Promise<number> {
    return this.#change(registration, (kept) => {
      if (kept === null) return WSASERVICE_NOT_FOUND;
      const endpoints = registration.multiple ? this.#rest(kept.service, registration) : [];
      return endpoints.length === 0 ? null : { ...kept.service, endpoints, facts: { ...kept.service.facts, revision: newRevision() } };
    });
  }

  /** The services of a class: the one of the question's name, or all. */
  async *find(question: Question): AsyncGenerator<Answer | number> {
    const domain = this.#domain(question.context);
    if (domain === null) {
      yield WSAEINVAL;
      return;
    }
    const key = await this.#parts.key();
    // Who may not read the key may still look, where the server lets anybody.
    const usableKey = typeof key === 'number' ? null : key;
    const kind = kindOf(question.serviceClassId, question.classInfo?.lpszServiceClassName ?? null);
    const names = await this.#names(question, { kind, domain }, usableKey);
    if (typeof names === 'number') {
      yield names;
      return;
    }
    let count = 0;
    for (const instance of names) {
      const kept = await this.#read({ instance, kind, domain }, usableKey, question.signal);
      if (typeof kept === 'number') {
      yield kept;
      return;
    }
      if (kept === null || !isWanted(kept.service, question.serviceClassId)) continue;
      count++;
      yield answerOf(kept.service, question.context);
    }
    if (count === 0) yield WSASERVICE_NOT_FOUND;
  }

  /** The instances to look at. */
  async #names({ name, signal }: Question, place: Pick<ServiceName, 'kind' | 'domain'>, key: TsigKey | null): Promise<string[] | number> {
    if (name !== '') {
      const instance = labelText(name);
      return instance === null ? WSAEINVAL : [instance];
    }
    const names = new Map<string, string>();
    for (const protocol of PROTOCOLS) {
      const kind = kindName(place, protocol);
      const found = await this.#parts.server.ask(kind, RR.PTR, key, signal);
      if ('error' in found) return found.error;
      for (const { data } of found.records) {
        const instance = data.kind === 'name' ? instanceOf(data.target, kind) : null;
        if (instance !== null && names.size < MOST_SERVICES) names.set(canonicalName(instance), instance);
      }
    }
    // Servers give records in an order of their own each time.
    return [...names.keys()].sort().map((each) => names.get(each) ?? each);
  }

  /** Makes one change, again as long as others are faster. */
  async #change(registration: Registration, next: (kept: Kept | null, name: ServiceName) => ReturnType<Next>): Promise<number> {
    const instance = labelText(registration.name);
    const domain = this.#domain(registration.context);
    if (instance === null || domain === null) return WSAEINVAL;
    const { server, zone } = this.#parts;
    const key = await this.#parts.key();
    if (typeof key === 'number') return key;
    if (key === null) return WSAEACCES;
    const kind = kindOf(registration.serviceClassId, registration.classInfo?.lpszServiceClassName ?? null);
    const name = { instance, kind, domain };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const kept = await this.#read(name, key);
      if (typeof kept === 'number') return kept;
      const wanted = next(kept, name);
      if (typeof wanted === 'number') return wanted;
      const outcome = await server.change(zone, stateOf(name, kept), this.#steps(kept, wanted), key);
      if (typeof outcome === 'number') return outcome;
      if (outcome === 'not so') continue;
      if (wanted?.facts.isRegistered !== true) await this.#forgetKind(name, key);
      return 0;
    }
    return WSATRY_AGAIN;
  }

  #steps(kept: Kept | null, wanted: Service | null): Change[] {
    const old = kept === null ? [] : [...recordsOf(kept.service), ...kept.locations, ...kept.texts].filter(({ name }) => !name.startsWith('_services.'));
    const fresh = wanted === null ? [] : recordsOf(wanted);
    const removed = old.map((record): Change => ({ kind: 'remove', record }));
    return [...removed, ...fresh.map((record): Change => ({ kind: 'add', record, ttl: this.#parts.ttl }))];
  }

  /** Takes a kind out of the list of kinds once there is none of it; another time will do if it fails. */
  async #forgetKind(name: ServiceName, key: TsigKey): Promise<void> {
    const { server, zone } = this.#parts;
    for (const protocol of PROTOCOLS) {
      const none: Prerequisite = { kind: 'none', set: { name: kindName(name, protocol), type: RR.PTR } };
      await server.change(zone, [none], [{ kind: 'remove', record: catalogueRecord(name, protocol) }], key);
    }
  }

  /** A service, null when there is none. */
  async #read(name: ServiceName, key: TsigKey | null, signal?: AbortSignal): Promise<Kept | null | number> {
    const texts: ZoneRecord[] = [];
    const locations: ZoneRecord[] = [];
    const endpoints: Endpoint[] = [];
    for (const protocol of PROTOCOLS) {
      const own = fullName(name, protocol);
      const text = await this.#parts.server.ask(own, RR.TXT, key, signal);
      if ('error' in text) return text.error;
      const srv = await this.#parts.server.ask(own, RR.SRV, key, signal);
      if ('error' in srv) return srv.error;
      texts.push(...text.records.map(bare));
      for (const record of srv.records) {
        const here = await this.#endpoints(record, srv.further, protocol, key, signal);
        if (typeof here === 'number') return here;
        endpoints.push(...here);
        locations.push(bare(record), { ...bare(record), name: kindName(name, protocol) });
      }
    }
    if (texts.length + locations.length === 0) return null;
    const facts = readFacts(texts.flatMap(({ data }) => (data.kind === 'txt' ? data.texts : [])));
    return { service: { name, facts, endpoints: endpoints.sort(inOrder) }, texts, locations };
  }

  /** The addresses of an SRV record's target: those that came with it, or else asked for. */
  async #endpoints(
    { data }: DnsRecord,
    further: readonly DnsRecord[],
    protocol: Protocol,
    key: TsigKey | null,
    signal?: AbortSignal,
  ): Promise<Endpoint[] | number> {
    if (data.kind !== 'srv') return [];
    const target = canonicalName(data.target);
    const records = further.filter((record) => canonicalName(record.name) === target);
    for (const type of records.length === 0 ? [RR.A, RR.AAAA] : []) {
      const found = await this.#parts.server.ask(data.target, type, key, signal);
      if ('error' in found) return found.error;
      records.push(...found.records);
    }
    return records.flatMap((record) =>
      record.data.kind === 'address' ? [{ protocol, address: record.data.address, port: data.port }] : [],
    );
  }

  #rest({ endpoints }: Service, { addresses }: Registration): Endpoint[] {
    return without(endpoints, addresses.map(endpointOf).filter((each) => each !== null));
  }

  /** The domain of a context: below the zone, or one written to its end that is in the zone. */
  #domain(context: string): string | null {
    const { zone } = this.#parts;
    if (context === '') return zone;
    const domain = context.endsWith('.') ? canonicalName(context) : `${canonicalName(context)}.${zone}`;
    const isInside = domain === zone || domain.endsWith(`.${zone}`);
    return isInside && parseName(domain) !== null ? domain : null;
  }
}

const bare = ({ name, type, data }: DnsRecord): ZoneRecord => ({ name, type, data });

const without = (from: readonly Endpoint[], these: readonly Endpoint[]): Endpoint[] =>
  from.filter((endpoint) => !these.some((each) => sameEndpoint(each, endpoint)));

/** Servers give records in any order. */
function inOrder(a: Endpoint, b: Endpoint): number {
  const [left, right] = [`${a.protocol} ${a.address}`, `${b.protocol} ${b.address}`];
  if (left !== right) return left < right ? -1 : 1;
  return a.port - b.port;
}

/** What must still be so for a change: the texts of the service as they were read, and none where there were none. */
function stateOf(name: ServiceName, kept: Kept | null): Prerequisite[] {
  return PROTOCOLS.flatMap((protocol): Prerequisite[] => {
    const own = fullName(name, protocol);
    const here = kept?.texts.filter((record) => canonicalName(record.name) === canonicalName(own)) ?? [];
    if (here.length === 0) return [{ kind: 'none', set: { name: own, type: RR.TXT } }];
    return here.map((record) => ({ kind: 'exactly', record }));
  });
}

/** Others' services have no class; those of ours have to have the one asked for. */
const isWanted = ({ facts }: Service, classId: GUID): boolean =>
  facts.isRegistered && (facts.classId === null || facts.classId === classId.toString());

function answerOf({ name, facts, endpoints }: Service, context: string): Answer {
  const { version, comment, blob } = facts;
  return {
    name: plainText(name.instance),
    context,
    addresses: endpoints.map(csaddrOf),
    ...(version === null ? {} : { version }),
    ...(comment === null ? {} : { comment }),
    ...(blob === null ? {} : { blob }),
  };
}
