// From DNS records to results: addresses as CSADDR_INFO and as the hostent that gethostbyname reads, other records each as a
// result of its own with its bytes (RFC 1035 section 3.2.1, names whole) for a blob.
import {
  CSADDR_INFO,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCKET_ADDRESS,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  type AFPROTOCOLS,
} from '../../../abi/index.js';
import { sockaddrBytes } from '../../../abi/address-text.js';
import { parseIpv4, parseIpv6 } from '../../../abi/inet-text.js';
import { packHostent } from '../../../abi/pack-database.js';
import { hostent } from '../../../abi/structs/database.js';
import type { Answer } from '../kit/index.js';
import { FAMILIES } from './device-source.js';
import type { Found } from './lookup.js';
import { RR, encodeRecord, type DnsRecord } from './message.js';

/** How the addresses of a host are wanted. */
export interface Wanted {
  /** Record types of the families, in order. */
  readonly types: readonly number[];
  readonly port: number;
  /** The transport; null for those of the restrictions, or TCP. */
  readonly protocol: number | null;
  readonly restrictions: readonly AFPROTOCOLS[];
}

const SOCKET_TYPES = new Map<number, number>([[IPPROTO_TCP, SOCK_STREAM], [IPPROTO_UDP, SOCK_DGRAM]]);

interface Address {
  readonly family: number;
  readonly bytes: Uint8Array;
}

/** The addresses among records. */
function addressesIn(records: readonly DnsRecord[]): Address[] {
  return records.flatMap(({ type, data }) => {
    const family = FAMILIES.find((each) => each.type === type);
    if (family === undefined || data.kind !== 'address') return [];
    const bytes = type === RR.A ? parseIpv4(data.address) : parseIpv6(data.address);
    return bytes === null ? [] : [{ family: family.number, bytes }];
  });
}

/** One result with all addresses of a host. */
export function hostAnswer(found: readonly Found[], wanted: Wanted): Answer {
  const [first] = found;
  const addresses = addressesIn(found.flatMap(({ records }) => records));
  const name = first?.canonicalName ?? '';
  const aliases = first?.aliases ?? [];
  return { name, aliases, addresses: socketAddresses(addresses, wanted), blob: hostBlob(name, aliases, addresses) };
}

/** The CSADDR_INFOs of records. */
export function recordAddresses(found: readonly Found[], wanted: Wanted): CSADDR_INFO[] {
  return socketAddresses(addressesIn(found.flatMap(({ records }) => records)), wanted);
}

function socketAddresses(addresses: readonly Address[], wanted: Wanted): CSADDR_INFO[] {
  return addresses.flatMap((address) => protocolsFor(address, wanted).map((iProtocol) => socketAddress(address, wanted.port, iProtocol)));
}

function protocolsFor({ family }: Address, { protocol, restrictions }: Wanted): number[] {
  if (protocol !== null) return [protocol];
  const asked = restrictions.filter(({ iAddressFamily }) => iAddressFamily === family || iAddressFamily === 0);
  const protocols = new Set(asked.map(({ iProtocol }) => (iProtocol === 0 ? IPPROTO_TCP : iProtocol)));
  return protocols.size === 0 ? [IPPROTO_TCP] : [...protocols];
}

function socketAddress({ family, bytes }: Address, port: number, iProtocol: number): CSADDR_INFO {
  const end = (address: Uint8Array, at: number): SOCKET_ADDRESS => {
    const lpSockaddr = sockaddrBytes(family, { bytes: address, port: at, scopeId: 0 });
    return new SOCKET_ADDRESS({ lpSockaddr, iSockaddrLength: lpSockaddr.length });
  };
  return new CSADDR_INFO({
    LocalAddr: end(new Uint8Array(bytes.length), 0),
    RemoteAddr: end(bytes, port),
    iSocketType: SOCKET_TYPES.get(iProtocol) ?? SOCK_RAW,
    iProtocol,
  });
}

/** A hostent has addresses of one family: IPv4 where there are any. */
function hostBlob(h_name: string, aliases: readonly string[], addresses: readonly Address[]): Uint8Array {
  const [first] = [...addresses].sort((a, b) => a.bytes.length - b.bytes.length);
  const h_addr_list = addresses.filter(({ family }) => family === first?.family).map(({ bytes }) => bytes);
  return packHostent(
    new hostent({ h_name, h_aliases: [...aliases], h_addrtype: first?.family ?? 0, h_length: first?.bytes.length ?? 0, h_addr_list }),
  );
}

/** The result for the names of an address: the first is its own, the others are aliases. */
export function reverseAnswer({ records }: Found, address: string): Answer {
  const [name = '', ...aliases] = records.flatMap(({ data }) => (data.kind === 'name' ? [data.target] : []));
  const type = address.includes(':') ? RR.AAAA : RR.A;
  const record: DnsRecord = { name, type, class: 1, ttl: 0, data: { kind: 'address', address } };
  return { name, aliases, blob: hostBlob(name, aliases, addressesIn([record])) };
}

/** The result for one record: the name that it leads to, or its own. */
export function recordAnswer(record: DnsRecord): Answer {
  const { data, name } = record;
  const blob = encodeRecord(record) ?? new Uint8Array();
  switch (data.kind) {
    case 'name':
      return { name: data.target, blob };
    case 'mx':
      return { name: data.target, comment: String(data.preference), blob };
    case 'srv':
      return { name: data.target, comment: `${data.priority} ${data.weight} ${data.port}`, blob };
    case 'txt':
      return { name, comment: data.texts.map((text) => new TextDecoder().decode(text)).join(''), blob };
    case 'soa':
      return { name: data.primary, blob };
    case 'address':
      return { name, comment: data.address, blob };
    case 'raw':
      return { name, blob };
  }
}

/** SRV records in the order to try them (RFC 2782): by priority, and by lot among those of one, weights being the chances. */
export function inServiceOrder(records: readonly DnsRecord[], random: () => number = Math.random): DnsRecord[] {
  const lot = new Map(records.map((record) => {
    const { priority, weight } = record.data.kind === 'srv' ? record.data : { priority: 0, weight: 0 };
    // The first of exponentially distributed times is each one's with a chance of its share of the weights.
    return [record, { priority, time: -Math.log(1 - random()) / (weight + 1e-3) }];
  }));
  const of = (record: DnsRecord): { priority: number; time: number } => lot.get(record) ?? { priority: 0, time: 0 };
  return [...records].sort((a, b) => of(a).priority - of(b).priority || of(a).time - of(b).time);
}
