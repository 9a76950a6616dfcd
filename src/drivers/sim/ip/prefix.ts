// Networks as prefixes of addresses: what belongs to one, and how much two addresses have in common.
import type { AddressBook, IpAddress } from './address.js';
import type { InterfacePrefix } from './service.js';

/** How many leading bits two addresses of one family have in common. */
export function commonBits(a: IpAddress, b: IpAddress): number {
  const { length } = a.bytes;
  for (let i = 0; i < length; i += 1) {
    const different = (a.bytes[i] ?? 0) ^ (b.bytes[i] ?? 0);
    if (different !== 0) return i * 8 + Math.clz32(different) - 24;
  }
  return length * 8;
}

/** Whether `address` lies in the network that the first `prefixLength` bits of `network` name. */
export function contains(network: IpAddress, prefixLength: number, address: IpAddress): boolean {
  return network.family === address.family && commonBits(network, address) >= prefixLength;
}

/** All bits behind the prefix set; null for networks without broadcast (IPv6; /31 and /32, RFC 3021). */
export function broadcastOf(book: AddressBook, prefix: InterfacePrefix): IpAddress | null {
  const { address, prefixLength } = prefix;
  if (address.family !== 'ipv4' || prefixLength > 30) return null;
  const bytes = address.bytes.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, prefixLength - i * 8));
    return byte | (0xff >>> kept);
  });
  return book.ipv4(bytes, 0);
}

/** `address/length`; without a length, the address alone is the network. @throws Error for anything else. */
export function parsePrefix(book: AddressBook, text: string): InterfacePrefix {
  const [host = '', length] = text.split('/');
  const address = book.parse(host);
  const most = address.bytes.length * 8;
  const prefixLength = length === undefined ? most : Number(length);
  if (length === '' || !Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > most) {
    throw new Error(`not a prefix: '${text}'`);
  }
  return { address, prefixLength };
}
