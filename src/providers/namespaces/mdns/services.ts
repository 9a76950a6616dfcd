// The services of this process: what WSASetService registers, as claims on names, and the host that they are on.
import {
  WSAEADDRNOTAVAIL,
  WSAEINVAL,
  WSAENETDOWN,
  WSATYPE_NOT_FOUND,
  GUID,
  bytesOf,
  formatIpv4,
  formatIpv6,
  parseIpv4,
  parseIpv6,
  AF_INET,
  CSADDR_INFO,
  SOCKET_ADDRESS,
} from '../../../abi/index.js';
import { sockaddrBytes } from '../../../abi/address-text.js';
import { ServiceTable, type Registration, type ServiceRecord } from '../kit/index.js';
import type { Claim } from './claim.js';
import type { Engine } from './engine.js';
import type { Link } from './links.js';
import { keyOf, labelsOf, nameBytes, nameOf, nextName } from './names.js';
import { HOST_TTL, OTHER_TTL, TYPE, pointerData, serviceData, type MdnsRecord } from './records.js';
import { ALL_TYPES, instanceName, pointerName, portOfClass, serviceOf, typeOf, typeOfClass, type ServiceType } from './subject.js';
import { textData } from './text-record.js';

const SERVICE_SUFFIX = [' (', ')'] as const;
const HOST_SUFFIX = ['-', ''] as const;

interface Announced {
  readonly claim: Claim;
  record: ServiceRecord;
}

export class Services {
  readonly #engine: Engine;
  readonly #hostLabel: string;
  readonly #table: ServiceTable;
  readonly #announced = new Map<string, Announced>();
  #host: Claim | null = null;
  /** Whether the host's name is announced without services too. */
  readonly #alwaysHost: boolean;
  #release: (() => void) | null = null;

  constructor(engine: Engine, hostLabel: string, alwaysHost: boolean) {
    this.#engine = engine;
    this.#hostLabel = hostLabel;
    this.#alwaysHost = alwaysHost;
    this.#table = new ServiceTable(() => {
      this.#reconcile();
    });
    engine.renamed = (claim) => {
      if (claim === this.#host) for (const each of this.#announced.values()) engine.claims.update(each.claim);
    };
    if (alwaysHost) this.#claimHost();
  }

  async register(given: Registration): Promise<number> {
    const registration = this.#normal(given);
    if (typeof registration === 'number') return registration;
    if (!this.#claimHost()) return WSAENETDOWN;
    const error = this.#refusal(registration);
    if (error !== 0) {
      this.#reconcile();
      return error;
    }
    this.#table.register(registration);
    await this.#announced.get(keyOfRecord(registration))?.claim.settled;
    await this.#host?.settled;
    return 0;
  }

  deregister(given: Registration): number {
    const registration = this.#normal(given);
    return typeof registration === 'number' ? registration : this.#table.deregister(registration);
  }

  remove(given: Registration): number {
    const registration = this.#normal(given);
    return typeof registration === 'number' ? registration : this.#table.remove(registration);
  }

  /** A registration whose name is a label, and whose context says the type, however it was told; or the error. */
  #normal(given: Registration): Registration | number {
    const whole = serviceOf(given.name);
    const type = whole?.type ?? typeOf(given.context) ?? typeOfClass(given.serviceClassId, given.classInfo);
    if (type === null) return WSATYPE_NOT_FOUND;
    const label = whole?.label ?? (given.name === '' ? this.#hostLabel : given.name);
    if (nameBytes(instanceName(label, type)) === null) return WSAEINVAL;
    const addresses = given.addresses.length > 0 ? given.addresses : anyAddress(portOfClass(given.serviceClassId));
    return { ...given, name: label, context: pointerName(type), serviceClassId: new GUID(), addresses };
  }

  #refusal({ addresses, comment, version, blob }: Registration): number {
    if (addresses.length === 0 || textData({ comment, version, blob }) === null) return WSAEINVAL;
    return addresses.every((address) => this.#isHere(address.LocalAddr)) ? 0 : WSAEADDRNOTAVAIL;
  }

  /** Whether an end is on this machine: multicast DNS announces nothing for others. */
  #isHere(end: SOCKET_ADDRESS): boolean {
    const text = addressText(end);
    if (text === null || text === '0.0.0.0' || text === '::' || text === '::1' || text.startsWith('127.')) return true;
    return this.#engine.links.isOwn(text);
  }

  #claimHost(): boolean {
    if (this.#host !== null) return true;
    this.#release = this.#engine.use();
    if (this.#release === null) return false;
    this.#host = this.#engine.claims.add({
      name: `${nameOf(this.#hostLabel)}.local`,
      isOfMachine: true,
      make: hostRecords,
      rename: (name) => `${nameOf(nextName(labelsOf(name)[0] ?? '', HOST_SUFFIX))}.local`,
    });
    return true;
  }

  /** Makes what is announced what is registered. */
  #reconcile(): void {
    const { claims } = this.#engine;
    const wanted = new Map(this.#table.records.filter(({ isRegistered }) => isRegistered).map((each) => [keyOfRecord(each.registration), each]));
    for (const [key, { claim }] of this.#announced) {
      if (wanted.has(key)) continue;
      this.#announced.delete(key);
      claims.remove(claim);
    }
    for (const [key, record] of wanted) {
      const known = this.#announced.get(key);
      if (known === undefined) this.#announce(key, record);
      else if (known.record !== record) {
        known.record = record;
        claims.update(known.claim);
      }
    }
    if (this.#announced.size === 0 && !this.#alwaysHost) this.#leaveHost();
  }

  #announce(key: string, record: ServiceRecord): void {
    const type = typeOf(record.registration.context);
    if (type === null) return;
    const announced: Announced = {
      record,
      claim: this.#engine.claims.add({
        name: instanceName(record.registration.name, type),
        isOfMachine: false,
        // The claim asks for records later only, when `announced` is there.
        make: (name) => serviceRecords(name, type, announced.record, this.#host?.name ?? ''),
        rename: (name) => instanceName(nextName(labelsOf(name)[0] ?? '', SERVICE_SUFFIX), type),
      }),
    };
    this.#announced.set(key, announced);
  }

  #leaveHost(): void {
    if (this.#host !== null) this.#engine.claims.remove(this.#host);
    this.#host = null;
    this.#release?.();
    this.#release = null;
  }
}

const keyOfRecord = ({ name, context }: Registration): string => keyOf(`${context}\n${name}`);

function addressText({ lpSockaddr }: SOCKET_ADDRESS): string | null {
  const bytes = lpSockaddr === null ? new Uint8Array() : bytesOf(lpSockaddr);
  if (bytes[0] === 2 && bytes.length >= 8) return formatIpv4(bytes, 4);
  return bytes[0] === 23 && bytes.length >= 24 ? formatIpv6(bytes, 8) : null;
}

/** Every address of the machine with the port of a class, for a service that was told without any. */
function anyAddress(port: number): CSADDR_INFO[] {
  if (port === 0) return [];
  const bytes = sockaddrBytes(AF_INET, { bytes: new Uint8Array(4), port, scopeId: 0 });
  return [new CSADDR_INFO({ LocalAddr: new SOCKET_ADDRESS({ lpSockaddr: bytes, iSockaddrLength: bytes.length }) })];
}

function portOf({ LocalAddr, RemoteAddr }: CSADDR_INFO): number {
  for (const { lpSockaddr } of [LocalAddr, RemoteAddr]) {
    const bytes = lpSockaddr === null ? new Uint8Array() : bytesOf(lpSockaddr);
    const port = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
    if (port !== 0) return port;
  }
  return 0;
}

function hostRecords(name: string, { faces }: Link): MdnsRecord[] {
  return faces.flatMap(({ address }) => {
    const v4 = parseIpv4(address);
    const data = v4 ?? parseIpv6(address.split('%')[0] ?? '');
    return data === null ? [] : [{ name, type: v4 === null ? TYPE.AAAA : TYPE.A, ttl: HOST_TTL, unique: true, data }];
  });
}

function serviceRecords(name: string, type: ServiceType, { registration, addresses }: ServiceRecord, host: string): MdnsRecord[] {
  const ports = [...new Set(addresses.map(portOf))];
  const { comment, version, blob } = registration;
  const data = textData({ comment, version, blob }) ?? Uint8Array.of(0);
  const pointer = (from: string, to: string): MdnsRecord => ({
    name: from,
    type: TYPE.PTR,
    ttl: OTHER_TTL,
    unique: false,
    data: pointerData(to),
  });
  return [
    ...ports.map((port) => ({ name, type: TYPE.SRV, ttl: HOST_TTL, unique: true, data: serviceData(port, host) })),
    { name, type: TYPE.TXT, ttl: OTHER_TTL, unique: true, data },
    pointer(type.name, name),
    ...(type.subtype === null ? [] : [pointer(pointerName(type), name)]),
    pointer(ALL_TYPES, type.name),
  ];
}
