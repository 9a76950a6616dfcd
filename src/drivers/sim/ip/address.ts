// Internet addresses inside the simulation. Each address is one object per network, so that addresses are compared with
// `===`, and looked up by it; text and socket addresses are for the way in and out.
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../../abi/index.js';

/** The internet families; AF_UNIX has no packets. */
export type IpFamily = 'ipv4' | 'ipv6';

/** An address; made by `AddressBook` only, immutable. */
export class IpAddress {
  readonly family: IpFamily;
  /** 4 or 16 bytes in network order; not to be written to. */
  readonly bytes: Uint8Array;
  /** As drivers write it: dotted decimal, or IPv6 text without a scope. */
  readonly text: string;
  readonly isAny: boolean;
  readonly isLoopback: boolean;
  readonly isMulticast: boolean;
  /** 255.255.255.255; the broadcast address of a subnet is known to the interface only. */
  readonly isLimitedBroadcast: boolean;
  readonly isLinkLocal: boolean;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.family = bytes.length === 4 ? 'ipv4' : 'ipv6';
    const four = this.family === 'ipv4';
    const [first = 0, second = 0] = bytes;
    this.text = four ? formatIpv4(bytes) : formatIpv6(bytes);
    this.isAny = bytes.every((byte) => byte === 0);
    this.isLoopback = four ? first === 127 : this.text === '::1';
    this.isMulticast = four ? first >= 224 && first <= 239 : first === 0xff;
    this.isLimitedBroadcast = four && bytes.every((byte) => byte === 0xff);
    this.isLinkLocal = four ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
  }

  toString(): string {
    return this.text;
  }
}

/** Every address that a network has met. */
export class AddressBook {
  readonly #ipv4 = new Map<number, IpAddress>();
  /** By the last four bytes, which differ most; then by comparison. */
  readonly #ipv6 = new Map<number, IpAddress[]>();
  readonly anyIpv4 = this.parse('0.0.0.0');
  readonly anyIpv6 = this.parse('::');
  readonly loopbackIpv4 = this.parse('127.0.0.1');
  readonly loopbackIpv6 = this.parse('::1');
  readonly broadcast = this.parse('255.255.255.255');

  /** The address of the four bytes at `offset`. */
  ipv4(bytes: Uint8Array, offset: number): IpAddress {
    const a = bytes[offset] ?? 0;
    const b = bytes[offset + 1] ?? 0;
    const c = bytes[offset + 2] ?? 0;
    const d = bytes[offset + 3] ?? 0;
    const key = (a << 24) | (b << 16) | (c << 8) | d;
    let address = this.#ipv4.get(key);
    if (address === undefined) {
      address = new IpAddress(Uint8Array.of(a, b, c, d));
      this.#ipv4.set(key, address);
    }
    return address;
  }

  /** The address of the sixteen bytes at `offset`. */
  ipv6(bytes: Uint8Array, offset: number): IpAddress {
    const key =
      ((bytes[offset + 12] ?? 0) << 24) |
      ((bytes[offset + 13] ?? 0) << 16) |
      ((bytes[offset + 14] ?? 0) << 8) |
      (bytes[offset + 15] ?? 0);
    const known = this.#ipv6.get(key);
    if (known !== undefined) {
      for (const address of known) if (same(address.bytes, bytes, offset)) return address;
    }
    const address = new IpAddress(bytes.slice(offset, offset + 16));
    if (known === undefined) this.#ipv6.set(key, [address]);
    else known.push(address);
    return address;
  }

  /** The address of this text. @throws Error if it is none: a mistake in the description of a network. */
  parse(text: string): IpAddress {
    const address = this.find(text);
    if (address === null) throw new Error(`not an internet address: '${text}'`);
    return address;
  }

  /** The address of this text, or null if it is none. */
  find(text: string): IpAddress | null {
    const four = parseIpv4(text);
    if (four !== null) return this.ipv4(four, 0);
    const sixteen = parseIpv6(text);
    return sixteen === null ? null : this.ipv6(sixteen, 0);
  }

  /** The unspecified address of a family. */
  any(family: IpFamily): IpAddress {
    return family === 'ipv4' ? this.anyIpv4 : this.anyIpv6;
  }

  loopback(family: IpFamily): IpAddress {
    return family === 'ipv4' ? this.loopbackIpv4 : this.loopbackIpv6;
  }

  /** The IPv4 address inside an IPv4-mapped one, or null. */
  unmapped(address: IpAddress): IpAddress | null {
    if (address.family !== 'ipv6' || !isMapped(address.bytes)) return null;
    return this.ipv4(address.bytes, 12);
  }

  /** The IPv4-mapped IPv6 address of an IPv4 one. */
  mapped(address: IpAddress): IpAddress {
    const bytes = new Uint8Array(16);
    bytes[10] = bytes[11] = 0xff;
    bytes.set(address.bytes, 12);
    return this.ipv6(bytes, 0);
  }
}

function same(known: Uint8Array, bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < 16; i += 1) if (known[i] !== bytes[offset + i]) return false;
  return true;
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}
