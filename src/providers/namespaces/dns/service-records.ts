// A service as records of a zone, and back (RFC 2782 and DNS-SD, RFC 6763). The service `web` of the class `http` in `fleet.test`:
//
//   _services._dns-sd._udp.fleet.test  PTR  _http._tcp.fleet.test       which kinds there are
//   _http._tcp.fleet.test              PTR  web._http._tcp.fleet.test   which services of a kind
//   _http._tcp.fleet.test              SRV  0 0 80 web-1a2b3c4d5e6f.fleet.test   for those who know RFC 2782 only
//   web._http._tcp.fleet.test          SRV  0 0 80 web-1a2b3c4d5e6f.fleet.test   one for each address
//   web._http._tcp.fleet.test          TXT  what else there is to say of it
//   web-1a2b3c4d5e6f.fleet.test        A    192.0.2.1
//
// Does not own: asking for them and changing them (registry.ts).
import { createHash } from 'node:crypto';
import type { GUID } from '../../../abi/index.js';
import { canonicalName, nameText, parseName } from './domain-name.js';
import { RR, type RecordData } from './message.js';
import type { ZoneRecord } from './update.js';

export type Protocol = 'tcp' | 'udp';
export const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp'];

/** Where a service is reached. */
export interface Endpoint {
  readonly protocol: Protocol;
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
}

/** The place of a service in the tree of names. */
export interface ServiceName {
  /** The name people give it, as the text of one label. */
  readonly instance: string;
  /** Its class, as a label: `_http`. */
  readonly kind: string;
  /** The domain that it is registered in. */
  readonly domain: string;
}

/** What is said of a service beside its addresses. */
export interface ServiceFacts {
  /** The text of the class's GUID; null for a service that others have registered. */
  readonly classId: string | null;
  readonly version: number | null;
  readonly comment: string | null;
  readonly blob: Uint8Array | null;
  /** Not since it was deregistered: it is kept, and nobody finds it. */
  readonly isRegistered: boolean;
  /** Of this state of it, other than that of any state before: who changes it says which state is meant. */
  readonly revision: string;
}

/** A service. */
export interface Service {
  readonly name: ServiceName;
  readonly facts: ServiceFacts;
  readonly endpoints: readonly Endpoint[];
}

const CATALOGUE = '_services._dns-sd._udp';

/** `_http._tcp.fleet.test` */
export const kindName = ({ kind, domain }: Pick<ServiceName, 'kind' | 'domain'>, protocol: Protocol): string =>
  `${kind}._${protocol}.${domain}`;

/** `web._http._tcp.fleet.test` */
export const fullName = (name: ServiceName, protocol: Protocol): string => `${name.instance}.${kindName(name, protocol)}`;

/** The record that tells of a kind in the domain. */
export const catalogueRecord = (name: Pick<ServiceName, 'kind' | 'domain'>, protocol: Protocol): ZoneRecord => ({
  name: `${CATALOGUE}.${name.domain}`,
  type: RR.PTR,
  data: { kind: 'name', target: kindName(name, protocol) },
});

/** The protocols under which it has records: those of its addresses, TCP when it has none. */
function protocolsOf({ endpoints }: Pick<Service, 'endpoints'>): readonly Protocol[] {
  const used = PROTOCOLS.filter((each) => endpoints.some(({ protocol }) => protocol === each));
  return used.length === 0 ? ['tcp'] : used;
}

/** All records of a service. */
export function recordsOf(service: Service): ZoneRecord[] {
  const { name, endpoints, facts } = service;
  return protocolsOf(service).flatMap((protocol) => {
    const own = fullName(name, protocol);
    const text: ZoneRecord = { name: own, type: RR.TXT, data: { kind: 'txt', texts: factTexts(facts) } };
    if (!facts.isRegistered) return [text];
    const pointer: ZoneRecord = { name: kindName(name, protocol), type: RR.PTR, data: { kind: 'name', target: own } };
    const here = endpoints.filter((endpoint) => endpoint.protocol === protocol);
    return [catalogueRecord(name, protocol), pointer, text, ...here.flatMap((endpoint) => endpointRecords(name, endpoint))];
  });
}

function endpointRecords(name: ServiceName, { protocol, address, port }: Endpoint): ZoneRecord[] {
  const target = hostFor(name, protocol, address);
  const data: RecordData = { kind: 'srv', priority: 0, weight: 0, port, target };
  return [
    { name: fullName(name, protocol), type: RR.SRV, data },
    { name: kindName(name, protocol), type: RR.SRV, data },
    { name: target, type: address.includes(':') ? RR.AAAA : RR.A, data: { kind: 'address', address } },
  ];
}

/** Characters of the service's name that are kept in those of its hosts. */
const READABLE = 40;
const DIGEST = 12;

/**
 * The host name for one address of a service. It is the service's own, so that it can go with the service; two addresses have two,
 * because each may have ports of its own.
 */
function hostFor(name: ServiceName, protocol: Protocol, address: string): string {
  const readable = canonicalName(name.instance).replace(/[^a-z0-9]+/g, '-').slice(0, READABLE).replace(/^-|-$/g, '') || 'service';
  const digest = createHash('sha256').update(`${canonicalName(fullName(name, protocol))} ${address}`).digest('hex');
  return `${readable}-${digest.slice(0, DIGEST)}.${name.domain}`;
}

/** One label's text, or null for what is none: empty, or longer than 63 bytes. */
export function labelText(text: string): string | null {
  const bytes = new TextEncoder().encode(text);
  const label = nameText([bytes]);
  return bytes.length > 0 && parseName(label)?.length === 1 ? label : null;
}

/** The instance that a pointer leads to, or null when it leads elsewhere. */
export function instanceOf(target: string, kind: string): string | null {
  const labels = parseName(target);
  const [first] = labels ?? [];
  if (first === undefined || labels === null) return null;
  return canonicalName(nameText(labels.slice(1))) === canonicalName(kind) ? nameText([first]) : null;
}

/** What people call it: the bytes of its label. */
export function plainText(label: string): string {
  const [bytes] = parseName(label) ?? [];
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}

const encoder = new TextEncoder();
const LONGEST_TEXT = 0xff;

/** `key=value`, values that are too long for one text continued under `key.1`, `key.2`. */
function texts(key: string, value: Uint8Array | string | null): Uint8Array[] {
  if (value === null) return [];
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  const found: Uint8Array[] = [];
  let at = 0;
  do {
    const head = encoder.encode(found.length === 0 ? `${key}=` : `${key}.${found.length}=`);
    const end = Math.min(bytes.length, at + LONGEST_TEXT - head.length);
    found.push(Uint8Array.from([...head, ...bytes.subarray(at, end)]));
    at = end;
  } while (at < bytes.length);
  return found;
}

function factTexts({ classId, version, comment, blob, isRegistered, revision }: ServiceFacts): Uint8Array[] {
  return [
    ...texts('txtvers', '1'),
    ...texts('class', classId),
    ...texts('state', isRegistered ? null : 'off'),
    ...texts('version', version === null ? null : String(version >>> 0)),
    ...texts('comment', comment),
    ...texts('blob', blob),
    ...texts('revision', revision),
  ];
}

const EQUALS = 0x3d;

/** What a TXT record says; from others' records, what is ours to understand. */
export function readFacts(list: readonly Uint8Array[]): ServiceFacts {
  const values = new Map<string, Uint8Array>();
  for (const text of list) {
    const at = text.indexOf(EQUALS);
    const key = new TextDecoder().decode(text.subarray(0, Math.max(at, 0))).toLowerCase();
    // The first counts (RFC 6763 section 6.4).
    if (at > 0 && !values.has(key)) values.set(key, text.subarray(at + 1));
  }
  const bytesOf = (key: string): Uint8Array | null => {
    const parts: number[] = [];
    if (!values.has(key)) return null;
    for (let index = 0; ; index++) {
      const part = values.get(index === 0 ? key : `${key}.${index}`);
      if (part === undefined) return Uint8Array.from(parts);
      for (const byte of part) parts.push(byte);
    }
  };
  const textOf = (key: string): string | null => {
    const bytes = bytesOf(key);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  const version = textOf('version');
  return {
    classId: textOf('class'),
    version: version !== null && /^\d{1,10}$/.test(version) ? Number(version) >>> 0 : null,
    comment: textOf('comment'),
    blob: bytesOf('blob'),
    isRegistered: textOf('state') !== 'off',
    revision: textOf('revision') ?? '',
  };
}

/** A name of the services' register (RFC 6335), with the underscore before it or without. */
const SERVICE_NAME = /^_?([a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?)$/i;

/** The label of a class: its name where that is a service's, its GUID where it has none or another. */
export function kindOf(classId: GUID, className: string | null): string {
  const named = SERVICE_NAME.exec(className ?? '');
  return `_${(named?.[1] ?? classId.toString().replace(/[{}]/g, '')).toLowerCase()}`;
}
