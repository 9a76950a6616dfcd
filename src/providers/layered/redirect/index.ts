// A layer that makes connections by way of a SOCKS5 proxy. The protocol is socks.ts's, what a socket sees of it
// redirected.ts's; this file reads the settings.
import { INVALID_SOCKET, SOCK_DGRAM, SOCK_RAW, WSAESOCKTNOSUPPORT, parseIpv4, parseIpv6 } from '../../../abi/index.js';
import type { LPWSPSTARTUP, WSPPROC_TABLE } from '../../../spi/index.js';
import { deviceLayer, type NetAddress } from '../device/index.js';
import { AddressRule } from '../kit/address-rule.js';
import { SettingError, Settings } from '../kit/settings.js';
import { Redirected } from './redirected.js';
import type { User } from './socks.js';

const MOST_TEXT = 255;
const DEFAULT_PATIENCE = 21;
const MOST_PATIENCE = 3600;

function bytesIn({ address }: NetAddress): Uint8Array {
  const mapped = address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
  return parseIpv4(mapped) ?? parseIpv6(address) ?? new Uint8Array(0);
}

/** Reads `127.0.0.1:1080` or `[::1]:1080`. */
function proxyIn(settings: Settings): NetAddress {
  const text = settings.text('proxy') ?? '';
  const [, ipv6, ipv4 = '', digits] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d+)$/.exec(text) ?? [];
  const [address, port] = [ipv6 ?? ipv4, Number(digits)];
  const known = ipv6 === undefined ? parseIpv4(address) : parseIpv6(address);
  if (known !== null && port > 0 && port < 65_536) return { family: ipv6 === undefined ? 'ipv4' : 'ipv6', address, port, scopeId: 0 };
  throw new SettingError(`the setting 'proxy' is '${text}' and no address with a port, as 127.0.0.1:1080 or [::1]:1080`);
}

function userIn(settings: Settings): User | null {
  const [name, password] = [settings.text('user'), settings.text('password')];
  if (name === null && password === null) return null;
  const lengths = [name, password].map((text) => new TextEncoder().encode(text ?? '').length);
  if (lengths.every((length) => length >= 1 && length <= MOST_TEXT)) return { name: name ?? '', password: password ?? '' };
  throw new SettingError("the settings 'user' and 'password' come together and have 1 to 255 bytes each");
}

/** Reads `198.18.0.1=www.example.com`, several times. */
function namesIn(settings: Settings): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const text of settings.all('name')) {
    const at = text.indexOf('=');
    const [address, name] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
    const bytes = parseIpv4(address) ?? parseIpv6(address);
    const length = new TextEncoder().encode(name).length;
    if (bytes === null || length === 0 || length > MOST_TEXT) {
      throw new SettingError(`the setting 'name' is '${text}' and no address with a name, as 198.18.0.1=www.example.com`);
    }
    names.set(bytes.join('.'), name);
  }
  return names;
}

/** Refuses sockets for datagrams. */
function streamsOnly({ lpWSPSocket }: WSPPROC_TABLE): Partial<WSPPROC_TABLE> {
  return {
    lpWSPSocket: (af, type, protocol, info, g, flags, lpErrno) => {
      if (type !== SOCK_DGRAM && type !== SOCK_RAW) return lpWSPSocket(af, type, protocol, info, g, flags, lpErrno);
      lpErrno.value = WSAESOCKTNOSUPPORT;
      return INVALID_SOCKET;
    },
  };
}

/**
 * Makes the WSPStartup of a redirect layer. Its settings:
 *
 * - `proxy`: address and port of a SOCKS5 proxy; must be there.
 * - `user`, `password`: for a proxy that wants to know who asks (RFC 1929).
 * - `direct`: an address or network to connect to without the proxy, as `10.0.0.0/8` or `[fd00::/8]:80`; any number of them.
 * - `name`: `198.18.0.1=www.example.com` asks the proxy for the name where a program connects to the address; any number.
 * - `others`: `pass` or `refuse` what SOCKS would call BIND and UDP ASSOCIATE: listening (WSAEOPNOTSUPP) and sockets for
 *   datagrams (WSAESOCKTNOSUPPORT). They pass the proxy by without it.
 * - `timeout`: seconds that the proxy has for its answers; 21 without it.
 *
 * @returns WSPStartup; a setting that makes no sense is an exception, which fails the start with WSAEPROVIDERFAILEDINIT
 */
export function redirectLayer(): LPWSPSTARTUP {
  return deviceLayer({
    description: 'connects by way of a proxy',
    module: 'winsock2/layers/redirect',
    start: ({ process: { clock }, started, note }) => {
      const settings = new Settings(started.settings);
      const proxy = proxyIn(settings);
      const user = userIn(settings);
      const direct = settings.all('direct').map((text) => AddressRule.parse(text));
      const names = namesIn(settings);
      const outgoingOnly = settings.choice('others', ['pass', 'refuse'] as const) === 'refuse';
      const patience = 1000 * (settings.number('timeout', 1, MOST_PATIENCE) ?? DEFAULT_PATIENCE);
      settings.done();
      const route = {
        proxy,
        user,
        patience,
        note,
        outgoingOnly,
        nameOf: (target: NetAddress) => names.get(bytesIn(target).join('.')) ?? null,
        isDirect: (target: NetAddress) => direct.some((rule) => rule.matches(bytesIn(target), [target.port])),
      };
      return { make: () => new Redirected(clock, route), entries: outgoingOnly ? streamsOnly : () => ({}) };
    },
  });
}

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = redirectLayer();
