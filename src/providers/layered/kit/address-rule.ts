// Addresses and ports as settings name them: `10.0.0.0/8`, `10.0.0.1:80`, `[fd00::/8]:80-90`, `*:53`; and whether a socket
// address is among them. IPv4 addresses within IPv6 (::ffff:10.0.0.1) are IPv4 addresses.
import { AF_INET, AF_INET6, bytesOf, parseIpv4, parseIpv6, type Memory } from '../../../abi/index.js';
import { SettingError, wholeNumber } from './settings.js';

/** Where a packet comes from or goes to. */
export interface Place {
  /** Four or sixteen bytes. */
  readonly address: Uint8Array;
  readonly port: number;
}

const HIGHEST_PORT = 65_535;
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** The place in a sockaddr; null for another family, or memory that is too short for its own. */
export function placeIn(name: Memory | null, length: number): Place | null {
  if (name === null) return null;
  const bytes = bytesOf(name).subarray(0, Math.max(length, 0));
  const family = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  const port = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  if (family === AF_INET && bytes.length >= 8) return { address: bytes.slice(4, 8), port };
  if (family !== AF_INET6 || bytes.length < 24) return null;
  const address = bytes.slice(8, 24);
  return { address: MAPPED.every((byte, i) => address[i] === byte) ? address.slice(12) : address, port };
}

/** Whether it stands for every address of the machine. */
export function isWildcard({ address }: Place): boolean {
  return address.every((byte) => byte === 0);
}

/** Some addresses, with some of their ports. */
export class AddressRule {
  readonly #network: Uint8Array | null;
  readonly #bits: number;
  readonly #first: number;
  readonly #last: number;

  private constructor(network: Uint8Array | null, bits: number, first: number, last: number) {
    this.#network = network;
    this.#bits = bits;
    this.#first = first;
    this.#last = last;
  }

  /**
   * Reads a rule.
   *
   * @param text - `*` or an address, with `/bits` for a network, and with `:port` or `:first-last`; an IPv6 address that a
   *   port follows is in brackets
   * @throws SettingError for anything else
   */
  static parse(text: string): AddressRule {
    const wrong = new SettingError(`'${text}' is no address: write 10.0.0.1, 10.0.0.0/8:80, [fd00::/8]:80-90 or *:53`);
    const [, bracketed, plain, ports] = /^(?:\[([^\]]*)\]|(\*|[\d.]+(?:\/\d+)?))(?::([\d-]+))?$/.exec(text) ?? [];
    const [host = '', bits, ...more] = (bracketed ?? plain ?? text).split('/');
    const [first, last] = portsIn(text, ports);
    if (host === '*') return new AddressRule(null, 0, first, last);
    const network = host.includes(':') ? parseIpv6(host) : parseIpv4(host);
    if (network === null || more.length > 0) throw wrong;
    const all = network.length * 8;
    return new AddressRule(network, bits === undefined ? all : wholeNumber(`the length in '${text}'`, bits, 0, all), first, last);
  }

  /** Whether the rule names some ports only. */
  get hasPorts(): boolean {
    return this.#first > 0 || this.#last < HIGHEST_PORT;
  }

  /** Whether the address is among them, and one of these ports, if there are any. */
  matches(address: Uint8Array, ports: readonly number[]): boolean {
    if (this.hasPorts && !ports.some((port) => port >= this.#first && port <= this.#last)) return false;
    const network = this.#network;
    if (network === null) return true;
    if (network.length !== address.length) return false;
    for (let bit = 0; bit < this.#bits; bit += 8) {
      const mask = this.#bits - bit >= 8 ? 0xff : 0xff << (8 - (this.#bits - bit));
      if ((((network[bit >> 3] ?? 0) ^ (address[bit >> 3] ?? 0)) & mask & 0xff) !== 0) return false;
    }
    return true;
  }
}

function portsIn(text: string, ports: string | undefined): [number, number] {
  if (ports === undefined) return [0, HIGHEST_PORT];
  const [from = '', to = from] = ports.split('-');
  const first = wholeNumber(`the port in '${text}'`, from, 1, HIGHEST_PORT);
  return [first, wholeNumber(`the last port in '${text}'`, to, first, HIGHEST_PORT)];
}
