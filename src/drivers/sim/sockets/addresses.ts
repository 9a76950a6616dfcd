// Between the contract's addresses (text) and the simulation's (one object each). Owns: IPv4 addresses written as
// IPv4-mapped IPv6 ones on dual-stack sockets, scope ids of link-local addresses, and the caches that keep a
// conversation from costing an object or a parsed text per packet.
// Does not own: which addresses a host has, and whether it can be reached.
import type { DriverError, NetAddress } from '../../contract.js';
import type { AddressBook, IpAddress, IpFamily } from '../ip/address.js';

/** Addresses remembered per direction and family; a power of two. */
const SLOTS = 1024;

/** The translator of one protocol on one host; its sockets share it. */
export class AddressTranslator {
  readonly #book: AddressBook;
  /** What texts stand for, mapped addresses as they are written. */
  readonly #byText = new Map<string, IpAddress>();
  readonly #ipv4 = new Outward('ipv4');
  readonly #ipv6 = new Outward('ipv6');

  constructor(book: AddressBook) {
    this.#book = book;
  }

  /**
   * The address that packets carry, for a socket of `family`: of an IPv4-mapped one the IPv4 address inside, which only
   * a socket that is not `v6Only` can have. EAFNOSUPPORT for another family's, EADDRNOTAVAIL for what is no address.
   */
  inward(family: IpFamily, v6Only: boolean, given: NetAddress): IpAddress | DriverError {
    if (given.family !== family) return 'EAFNOSUPPORT';
    const address = this.text(given.address);
    if (address?.family !== family) return 'EADDRNOTAVAIL';
    if (family === 'ipv4') return address;
    const inside = this.#book.unmapped(address);
    if (inside === null) return address;
    return v6Only ? 'EADDRNOTAVAIL' : inside;
  }

  /** The address that a text stands for, or null. */
  text(text: string): IpAddress | null {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const address = this.#book.find(text);
    if (address === null) return null;
    // Forgetting everything now and then is cheaper than knowing what was used last.
    if (this.#byText.size >= SLOTS) this.#byText.clear();
    this.#byText.set(text, address);
    return address;
  }

  /**
   * The address as a socket of `family` sees it: IPv4 becomes IPv4-mapped on an IPv6 one, a link-local address gets
   * `interfaceIndex` for its scope. The same object as last time unless another peer took its slot since.
   */
  outward(family: IpFamily, address: IpAddress, port: number, interfaceIndex: number): NetAddress {
    const scopeId = needsScope(address) ? interfaceIndex : 0;
    return (family === 'ipv4' ? this.#ipv4 : this.#ipv6).of(address, port, scopeId);
  }
}

/** Whether an address means something together with an interface only. */
export function needsScope(address: IpAddress): boolean {
  if (address.family === 'ipv4') return false;
  // FF01 and FF02: groups of the interface and of the link (RFC 4291, 2.7).
  return address.isLinkLocal || (address.isMulticast && ((address.bytes[1] ?? 0) & 0x0f) <= 2);
}

/** The interface that an address names by its scope id; null: none, so that the routing table chooses. */
export function scopeOf(given: NetAddress, address: IpAddress): number | null {
  return given.scopeId !== 0 && needsScope(address) ? given.scopeId : null;
}

/** The contract's addresses of recent peers, as sockets of one family see them. */
class Outward {
  readonly #family: IpFamily;
  readonly #addresses: (IpAddress | undefined)[] = [];
  readonly #values: (NetAddress | undefined)[] = [];

  constructor(family: IpFamily) {
    this.#family = family;
  }

  of(address: IpAddress, port: number, scopeId: number): NetAddress {
    const { bytes } = address;
    const slot = (port ^ ((bytes[bytes.length - 1] ?? 0) << 2) ^ (bytes[bytes.length - 2] ?? 0)) & (SLOTS - 1);
    const known = this.#values[slot];
    if (known?.port === port && this.#addresses[slot] === address && known.scopeId === scopeId) return known;
    const text = address.family === this.#family ? address.text : `::ffff:${address.text}`;
    const fresh: NetAddress = { family: this.#family, address: text, port, scopeId };
    this.#addresses[slot] = address;
    this.#values[slot] = fresh;
    return fresh;
  }
}
