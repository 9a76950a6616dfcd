// The client's side of SOCKS5 (RFC 1928), with user name and password (RFC 1929): bytes in, bytes out. It knows no stream.
import { parseIpv4, parseIpv6 } from '../../../abi/index.js';
import type { DriverError, NetAddress } from '../device/index.js';

const VERSION = 5;
const CONNECT = 1;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const PASSWORD_VERSION = 1;

/** Who asks, for a proxy that wants to know. */
export interface User {
  readonly name: string;
  readonly password: string;
}

/** What RFC 1928 calls each reply, and the error of connect that comes nearest. */
const REPLIES: readonly (readonly [text: string, error: DriverError])[] = [
  ['succeeded', ''],
  ['general SOCKS server failure', 'ECONNREFUSED'],
  ['connection not allowed by ruleset', 'EACCES'],
  ['network unreachable', 'ENETUNREACH'],
  ['host unreachable', 'EHOSTUNREACH'],
  ['connection refused', 'ECONNREFUSED'],
  ['TTL expired', 'ETIMEDOUT'],
  ['command not supported', 'ECONNREFUSED'],
  ['address type not supported', 'ENETUNREACH'],
];

/** Where the negotiation stands after some bytes: what to send next, or how it ended. */
export type Progress =
  | { readonly send: Uint8Array }
  | { readonly failed: DriverError; readonly reason: string }
  /** Through; `rest` is what came behind it, and belongs to the program. */
  | { readonly rest: Uint8Array }
  /** More bytes are needed. */
  | null;

const refused = (reason: string, failed: DriverError = 'ECONNREFUSED'): Progress => ({ failed, reason });

/** One negotiation for one connection. */
export class Negotiation {
  readonly #target: Uint8Array;
  readonly #user: User | null;
  #bytes = new Uint8Array(0);
  #step: 'method' | 'password' | 'reply' = 'method';

  /**
   * @param target - where to connect
   * @param name - the name to ask for in its place, or null
   * @param user - null for nobody
   */
  constructor(target: NetAddress, name: string | null, user: User | null) {
    this.#target = destination(target, name);
    this.#user = user;
  }

  /** What to send first. */
  greeting(): Uint8Array {
    const methods = this.#user === null ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_AND_PASSWORD];
    return Uint8Array.of(VERSION, methods.length, ...methods);
  }

  /** Takes bytes of the proxy's. To be called until it gives null or the end, with no bytes after the first time. */
  take(bytes: Uint8Array): Progress {
    this.#bytes = Uint8Array.of(...this.#bytes, ...bytes);
    if (this.#step === 'method') return this.#method();
    return this.#step === 'password' ? this.#verdict() : this.#reply();
  }

  #next(length: number): void {
    this.#bytes = this.#bytes.slice(length);
  }

  #method(): Progress {
    const [version, method] = this.#bytes;
    if (version !== undefined && version !== VERSION) return refused('the proxy does not speak SOCKS5');
    if (method === undefined) return null;
    this.#next(2);
    if (method === NO_AUTHENTICATION) return this.#request();
    const user = this.#user;
    if (method !== USER_AND_PASSWORD || user === null) return refused('the proxy wants to know who asks', 'EACCES');
    this.#step = 'password';
    const [name, password] = [user.name, user.password].map((text) => new TextEncoder().encode(text));
    return { send: Uint8Array.of(PASSWORD_VERSION, ...counted(name), ...counted(password)) };
  }

  #verdict(): Progress {
    const [, status] = this.#bytes;
    if (status === undefined) return null;
    this.#next(2);
    return status === 0 ? this.#request() : refused('the proxy knows no such user and password', 'EACCES');
  }

  #request(): Progress {
    this.#step = 'reply';
    return { send: Uint8Array.of(VERSION, CONNECT, 0, ...this.#target) };
  }

  #reply(): Progress {
    const [version, reply = 0, , type, first = 0] = this.#bytes;
    if (version !== undefined && version !== VERSION) return refused('the proxy does not speak SOCKS5');
    if (this.#bytes.length < 2) return null;
    // A failure may end here: some proxies leave the address out.
    if (reply !== 0) return refused(`the proxy says: ${REPLIES[reply]?.[0] ?? String(reply)}`, REPLIES[reply]?.[1] ?? 'ECONNREFUSED');
    if (type === undefined || this.#bytes.length < 5) return null;
    const sizes: Readonly<Record<number, number>> = { [IPV4]: 4, [IPV6]: 16, [NAME]: 1 + first };
    const size = sizes[type];
    if (size === undefined) return refused('the proxy does not speak SOCKS5');
    const length = 4 + size + 2;
    return this.#bytes.length < length ? null : { rest: this.#bytes.slice(length) };
  }
}

function counted(bytes: Uint8Array | undefined): number[] {
  return [bytes?.length ?? 0, ...(bytes ?? [])];
}

/** Type, address and port, as the request has them. */
function destination({ family, address, port }: NetAddress, name: string | null): Uint8Array {
  const end = [port >> 8, port & 0xff];
  if (name !== null) return Uint8Array.of(NAME, ...counted(new TextEncoder().encode(name)), ...end);
  const mapped = address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
  const ipv4 = family === 'ipv4' || mapped !== address ? parseIpv4(mapped) : null;
  if (ipv4 !== null) return Uint8Array.of(IPV4, ...ipv4, ...end);
  return Uint8Array.of(IPV6, ...(parseIpv6(address) ?? new Uint8Array(16)), ...end);
}
