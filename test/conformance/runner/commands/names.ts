// Host, service and protocol names.
import { addrinfo, in_addr, ref, type Memory, type Ref } from '../../../../src/abi/index.js';
import type { Args } from '../args.js';
import type { CommandTable } from '../command.js';
import { errorName } from '../error-names.js';
import type { Face, Host } from '../face.js';
import { addressText, dataText, familyText, hexNumber, hexText, ipv4Text, protocolText, stringText, typeText } from '../format.js';
import type { Session } from '../session.js';
import { outText, textBuffer } from '../text-buffers.js';
import { hex, junk, number, string } from '../words.js';

/** In this area ports are what they are. */
function plainAddress(memory: Memory): string {
  return addressText(memory, String);
}

function hints(args: Args): addrinfo | null {
  if (args.isNull('hints')) return null;
  return new addrinfo({
    ai_flags: args.namedNumber('flags', 0),
    ai_family: args.namedNumber('family', 0),
    ai_socktype: args.namedNumber('type', 0),
    ai_protocol: args.namedNumber('proto', 0),
    ai_addrlen: args.namedNumber('addrlen', 0),
  });
}

function infoText(entry: addrinfo): string {
  const address = entry.ai_addr === null ? 'none' : plainAddress(entry.ai_addr);
  const canonical = entry.ai_canonname === null ? '' : ` canon=${stringText(entry.ai_canonname)}`;
  const numbers = [familyText(entry.ai_family), typeText(entry.ai_socktype), protocolText(entry.ai_protocol)];
  return ` (${numbers.join(' ')} ${address}${canonical})`;
}

async function addressInfo(session: Session, args: Args, wide: boolean): Promise<string> {
  const result: Ref<addrinfo | null> = ref(null);
  const [node, service] = [string(args.word(0)), string(args.word(1))];
  const code = await session.call(wide ? 'GetAddrInfoW' : 'getaddrinfo', node, service, hints(args), result);
  if (code !== 0) return errorName(code);
  let text = 'ok';
  for (let entry = result.value; entry !== null; entry = entry.ai_next) text += infoText(entry);
  await session.call(wide ? 'FreeAddrInfoW' : 'freeaddrinfo', result.value);
  return text;
}

async function nameInfo(session: Session, args: Args, wide: boolean): Promise<string> {
  const name = session.address(args, 0);
  const [hostLength, serviceLength] = [args.namedNumber('hostlen', 256), args.namedNumber('servlen', 64)];
  const flags = args.namedNumber('flags', 0);
  const host = args.isNull('host') ? null : textBuffer(hostLength, wide);
  const service = args.isNull('serv') ? null : textBuffer(serviceLength, wide);
  const code = await (wide
    ? session.call(
        'GetNameInfoW', name.bytes, name.length, host as Uint16Array | null, hostLength, service as Uint16Array | null,
        serviceLength, flags,
      )
    : session.call(
        'getnameinfo', name.bytes, name.length, host as Uint8Array | null, hostLength, service as Uint8Array | null,
        serviceLength, flags,
      ));
  if (code !== 0) return errorName(code);
  const hostText = host === null || hostLength === 0 ? '' : ` host=${outText(host)}`;
  const serviceText = service === null || serviceLength === 0 ? '' : ` serv=${outText(service)}`;
  return `ok${hostText}${serviceText}`;
}

async function textToAddress(session: Session, args: Args, wide: boolean): Promise<string> {
  const out = session.addressOut(args);
  const [af, text] = [args.int(0), string(args.word(1))];
  const name = wide ? 'WSAStringToAddressW' : 'WSAStringToAddressA';
  const result = await session.call(name, text, af, null, out.buffer, out.length);
  const length = out.length === null ? '' : String(out.length.value);
  if (result !== 0) return `-1 ${session.error}${session.error === 'WSAEFAULT' ? ` /${length}` : ''}`;
  return `ok ${out.buffer === null ? 'none' : plainAddress(out.buffer)}/${length}`;
}

async function addressToText(session: Session, args: Args, wide: boolean): Promise<string> {
  const from = session.address(args, 0);
  const length = ref(args.namedNumber('buflen', 128));
  const buffer = args.isNull('buf') ? null : textBuffer(length.value, wide);
  const result = await (wide
    ? session.call('WSAAddressToStringW', from.bytes, from.length, null, buffer as Uint16Array | null, length)
    : session.call('WSAAddressToStringA', from.bytes, from.length, null, buffer as Uint8Array | null, length));
  if (result !== 0) return `-1 ${session.error}${session.error === 'WSAEFAULT' ? ` /${String(length.value)}` : ''}`;
  return `ok ${buffer === null ? '""' : outText(buffer)}/${String(length.value)}`;
}

async function pton(session: Session, args: Args, wide: boolean): Promise<string> {
  const af = args.int(0);
  const address = args.isNull('dst') ? null : junk(16);
  const result = await session.call(wide ? 'InetPtonW' : 'inet_pton', af, string(args.word(1)), address);
  if (result === 0) return '0';
  if (result !== 1) return `-1 ${session.error}`;
  const bytes = (address ?? new Uint8Array(0)).subarray(0, familyText(af) === 'AF_INET6' ? 16 : 4);
  return `1 ${hexText(bytes)}`;
}

async function ntop(session: Session, args: Args, wide: boolean): Promise<string> {
  const length = args.namedNumber('len', 64);
  const buffer = args.isNull('dst') ? null : textBuffer(length, wide);
  const [af, address] = [args.int(0), hex(args.word(1))];
  const text = await (wide
    ? session.call('InetNtopW', af, address, buffer as Uint16Array | null, length)
    : session.call('inet_ntop', af, address, buffer as Uint8Array | null, length));
  if (text === null) return `NULL ${session.error}`;
  const written = buffer === null ? stringText(text) : outText(buffer);
  return written === stringText(text) ? written : `${written} returned ${stringText(text)}`;
}

type NameCall = 'getservbyname' | 'getservbyport';

async function service(session: Session, name: NameCall, key: string | number | null, protocol: string | null): Promise<string> {
  const found = await (name === 'getservbyname'
    ? session.call(name, key as string | null, protocol)
    : session.call(name, Number(key), protocol));
  if (found === null) return `NULL ${session.error}`;
  const port = ((found.s_port & 0xff) << 8) | ((found.s_port >> 8) & 0xff);
  return `name=${stringText(found.s_name ?? '')} port=${String(port)} proto=${stringText(found.s_proto ?? '')}`;
}

function protocolNameText(session: Session, found: Awaited<ReturnType<Face['getprotobyname']>>): string {
  if (found === null) return `NULL ${session.error}`;
  const [alias] = found.p_aliases;
  const aliasText = alias === undefined ? 'none' : stringText(alias);
  return `name=${stringText(found.p_name ?? '')} proto=${String(found.p_proto)} alias=${aliasText}`;
}

function hostText(session: Session, found: Host | null, args: Args, from: number): string {
  if (found === null) return `NULL ${session.error}`;
  const name = args.has('noname', from) ? '' : `name=${stringText(found.h_name ?? '')} `;
  const addresses = found.h_addr_list.map((address) => ` ${plainHost(address)}`).join('');
  return `${name}type=${familyText(found.h_addrtype)} len=${String(found.h_length)}${addresses}`;
}

function plainHost(address: Uint8Array): string {
  return address.length === 4 ? ipv4Text(address) : dataText(address);
}

type Converter = 'htons' | 'ntohs' | 'htonl' | 'ntohl';
type SocketConverter = 'WSAHtons' | 'WSANtohs' | 'WSAHtonl' | 'WSANtohl';

async function convert(session: Session, args: Args, name: Converter): Promise<string> {
  return hexNumber(await session.call(name, args.number(0)));
}

async function socketConvert(session: Session, args: Args, name: SocketConverter): Promise<string> {
  const out = ref(0xcccccccc);
  const s = session.socket(args.word(0));
  const result = await session.call(name, s, args.number(1), args.isNull('dst') ? null : out);
  return result === 0 ? `ok ${hexNumber(out.value)}` : `-1 ${session.error}`;
}

/** The address bytes of a number in network order, as it lies in a little-endian machine's memory. */
function networkBytes(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function addressArgument(args: Args): [Uint8Array | null, number] {
  const address = hex(args.word(1));
  const usual = address?.length ?? (familyText(args.int(0)) === 'AF_INET6' ? 16 : 4);
  return [address, args.namedNumber('len', usual)];
}

export const nameCommands: CommandTable = {
  getaddrinfo: (session, args) => addressInfo(session, args, false),
  getaddrinfow: (session, args) => addressInfo(session, args, true),
  getnameinfo: (session, args) => nameInfo(session, args, false),
  getnameinfow: (session, args) => nameInfo(session, args, true),
  inet_pton: (session, args) => pton(session, args, false),
  inet_ptonw: (session, args) => pton(session, args, true),
  inet_ntop: (session, args) => ntop(session, args, false),
  inet_ntopw: (session, args) => ntop(session, args, true),
  stringtoaddress: (session, args) => textToAddress(session, args, false),
  stringtoaddressw: (session, args) => textToAddress(session, args, true),
  addresstostring: (session, args) => addressToText(session, args, false),
  addresstostringw: (session, args) => addressToText(session, args, true),

  async inet_addr(session, args) {
    const value = await session.call('inet_addr', string(args.word(0)));
    if (value >>> 0 === 0xffffffff) return 'INADDR_NONE';
    return hexText(networkBytes(value));
  },

  async inet_ntoa(session, args) {
    const text = await session.call('inet_ntoa', new in_addr(hex(args.word(0)) ?? new Uint8Array(4)));
    return text === null ? `NULL ${session.error}` : stringText(text);
  },

  getservbyname: (session, args) => service(session, 'getservbyname', string(args.word(0)), string(args.word(1))),

  getservbyport(session, args) {
    const port = number(args.word(0));
    const network = ((port & 0xff) << 8) | ((port >> 8) & 0xff);
    return service(session, 'getservbyport', network, string(args.word(1)));
  },

  async getprotobyname(session, args) {
    return protocolNameText(session, await session.call('getprotobyname', string(args.word(0))));
  },

  async getprotobynumber(session, args) {
    return protocolNameText(session, await session.call('getprotobynumber', args.int(0)));
  },

  async gethostbyname(session, args) {
    return hostText(session, await session.call('gethostbyname', string(args.word(0))), args, 1);
  },

  async gethostbyaddr(session, args) {
    const [address, length] = addressArgument(args);
    return hostText(session, await session.call('gethostbyaddr', address, length, args.int(0)), args, 2);
  },

  async gethostname(session, args) {
    const length = args.namedNumber('len', 256);
    const buffer = args.isNull('buf') ? null : junk(length);
    const result = await session.call('gethostname', buffer, length);
    if (result !== 0) return `-1 ${session.error}`;
    return (buffer?.[0] ?? 0) === 0 ? 'ok empty' : 'ok nonempty';
  },

  htons: (session, args) => convert(session, args, 'htons'),
  ntohs: (session, args) => convert(session, args, 'ntohs'),
  htonl: (session, args) => convert(session, args, 'htonl'),
  ntohl: (session, args) => convert(session, args, 'ntohl'),
  wsahtons: (session, args) => socketConvert(session, args, 'WSAHtons'),
  wsantohs: (session, args) => socketConvert(session, args, 'WSANtohs'),
  wsahtonl: (session, args) => socketConvert(session, args, 'WSAHtonl'),
  wsantohl: (session, args) => socketConvert(session, args, 'WSANtohl'),
};
