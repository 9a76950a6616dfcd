// The lines of hosts, services, protocol and networks files. One form for all four: fields between blanks, `#` begins a
// comment. A line that is wrong costs nobody but itself.
import { formatIpv4, formatIpv6, parseIpv4, parseIpv4Loose, parseIpv6 } from '../../../abi/inet-text.js';
import type { HostAddress, HostEntry, NetworkEntry, ProtocolEntry, ServiceEntry } from '../../../win32/index.js';

/** A line that says nothing that can be used. */
export interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** What a file says. */
export interface Parsed<T> {
  readonly entries: readonly T[];
  readonly bad: readonly BadLine[];
}

/** The entries of one line, or what is wrong with it. */
type ReadLine<T> = (fields: readonly [string, ...string[]]) => readonly T[] | string;

/** What a name may not be made of: what cannot be told from the file's own signs, or does not fit a name's 255 bytes. */
const MOST_NAME_CHARACTERS = 255;
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\u0000-\u001f\u007f\ufffd]/;
const HIGHEST_PORT = 65_535;
/** What p_proto can hold: some systems number protocols beyond those of the internet header. */
const HIGHEST_PROTOCOL = 0x7fff;

function parseLines<T>(text: string, read: ReadLine<T>): Parsed<T> {
  const entries: T[] = [];
  const bad: BadLine[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const content = line.replace(/#.*$/s, '').trim();
    if (content === '') continue;
    const fields = content.split(/[ \t]+/) as [string, ...string[]];
    const found = fields.every(isName) ? read(fields) : 'a name has characters that no name has, or too many';
    if (typeof found === 'string') bad.push({ line: index + 1, reason: found });
    else entries.push(...found);
  }
  return { entries, bad };
}

const isName = (field: string): boolean => field.length <= MOST_NAME_CHARACTERS && !CONTROL.test(field);

function whole(text: string, most: number): number | null {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : most + 1;
  return value <= most ? value : null;
}

/** An internet address in its usual text, with a numeric scope; null for none. */
export function readHostAddress(text: string): HostAddress | null {
  const v4 = parseIpv4(text);
  if (v4 !== null) return { family: 'ipv4', address: formatIpv4(v4), scopeId: 0 };
  const [, address = '', scope = '0'] = /^([^%]*)(?:%(\d{1,9}))?$/.exec(text) ?? [];
  const v6 = parseIpv6(address);
  return v6 === null ? null : { family: 'ipv6', address: formatIpv6(v6), scopeId: Number(scope) };
}

/** A network's number as networks files have it: `127`, `127.0.0.0`; the parts that are left out are 0. */
export function readNetworkNumber(text: string): string | null {
  const parts = text.split('.');
  if (parts.length > 4 || parts.some((part) => part === '')) return null;
  const bytes = parseIpv4Loose([...parts, '0', '0', '0'].slice(0, 4).join('.'));
  return bytes === null ? null : formatIpv4(bytes);
}

/** A hosts file: an address, a name, aliases. */
export function parseHosts(text: string): Parsed<HostEntry> {
  return parseLines(text, ([place, name, ...aliases]) => {
    const address = readHostAddress(place);
    if (address === null) return `${place} is no address`;
    return name === undefined ? 'there is no name' : [{ name, aliases, addresses: [address] }];
  });
}

/** A services file: a name, port/protocol, aliases. Several protocols of one port may stand with commas. */
export function parseServices(text: string): Parsed<ServiceEntry> {
  return parseLines(text, ([name, place = '', ...aliases]) => {
    const [, digits = '', protocols = ''] = /^([^/]+)\/([^/]+)$/.exec(place) ?? [];
    const port = whole(digits, HIGHEST_PORT);
    if (port === null || protocols === '') return 'there is no port/protocol behind the name';
    return protocols.split(',').map((protocol) => ({ name, port, protocol: protocol.toLowerCase(), aliases }));
  });
}

/** A protocol file: a name, a number, aliases. */
export function parseProtocols(text: string): Parsed<ProtocolEntry> {
  return parseLines(text, ([name, digits = '', ...aliases]) => {
    const number = whole(digits, HIGHEST_PROTOCOL);
    return number === null ? `there is no number from 0 to ${HIGHEST_PROTOCOL} behind the name` : [{ name, number, aliases }];
  });
}

/** A networks file: a name, a number, aliases. */
export function parseNetworks(text: string): Parsed<NetworkEntry> {
  return parseLines(text, ([name, number = '', ...aliases]) => {
    const address = readNetworkNumber(number);
    return address === null ? 'there is no network number behind the name' : [{ name, address, aliases }];
  });
}
