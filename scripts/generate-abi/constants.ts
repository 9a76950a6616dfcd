// Constants: which family file each one goes to, and how its value is written.

import { head, quote } from './text.js';

interface Constant {
  readonly name: string;
  readonly value: number | string;
  readonly header: string;
  readonly group: string;
  readonly hex?: string;
  readonly note?: string;
  readonly legacy11?: boolean;
}

// Written by hand in handles.ts, because they are typed as handles.
const elsewhere = new Set(['INVALID_SOCKET', 'WSA_INVALID_EVENT']);

const families: Readonly<Record<string, { readonly what: string; readonly groups: readonly string[] }>> = {
  core: { what: 'Version, limits and the values that calls return.', groups: ['core', 'limit', 'wait', 'spi-status', 'hyperv', 'port-reservation', 'interface-flag'] },
  error: { what: 'Error codes; their meanings are in ../errors.ts.', groups: ['error'] },
  'error-qos': { what: 'Error codes of quality of service.', groups: ['error-qos'] },
  'error-getaddrinfo': { what: 'Error codes as getaddrinfo names them.', groups: ['eai'] },
  'address-family': { what: 'Address families and their twins, the protocol families.', groups: ['address-family', 'protocol-family'] },
  'socket-type': { what: 'Socket types, WSASocket flags, ways of shutting down, accept decisions, groups.', groups: ['socket-type', 'wsa-flag', 'shutdown', 'accept-condition', 'socket-group', 'join-leaf'] },
  protocol: { what: 'Protocol numbers of the IPPROTO family.', groups: ['protocol'] },
  port: { what: 'Well-known ports and IMP link numbers.', groups: ['port', 'implink'] },
  level: { what: 'Option levels that are not protocol numbers.', groups: ['level'] },
  'option-socket': { what: 'Options of level SOL_SOCKET.', groups: ['option:SOL_SOCKET', 'option-value:SO_OPENTYPE'] },
  'option-ip': { what: 'Options of level IPPROTO_IP, and those shared with IPPROTO_IPV6, with their special values.', groups: ['option:IPPROTO_IP', 'option:IPPROTO_IP+IPPROTO_IPV6', 'option-value:IP_MTU_DISCOVER', 'option-value', 'option-value:IP_USER_MTU', 'multicast-filter-mode'] },
  'option-ipv6': { what: 'Options of level IPPROTO_IPV6, with their special values.', groups: ['option:IPPROTO_IPV6', 'option-value:IPV6_PROTECTION_LEVEL'] },
  'option-tcp': { what: 'Options of level IPPROTO_TCP, and the values of TCP ioctls.', groups: ['option:IPPROTO_TCP', 'option-value:TCP_OFFLOAD_PREFERENCE', 'tcp-state', 'tcp-tuning'] },
  'option-udp': { what: 'Options of level IPPROTO_UDP.', groups: ['option:IPPROTO_UDP'] },
  'option-pgm': { what: 'Options and values of reliable multicast (level IPPROTO_RM).', groups: ['option:IPPROTO_RM', 'pgm'] },
  'option-irda': { what: 'Options and values of infrared sockets (level SOL_IRLMP).', groups: ['option:SOL_IRLMP', 'irda'] },
  'option-ipx': { what: 'Options of level NSPROTO_IPX.', groups: ['option:NSPROTO_IPX'] },
  'option-hyperv': { what: 'Options of level HV_PROTOCOL_RAW.', groups: ['option:HV_PROTOCOL_RAW'] },
  ioctl: { what: 'Control codes; what they take and give is in ../ioctls.ts.', groups: ['ioctl'] },
  'ioctl-encoding': { what: 'The bits that control codes are made of.', groups: ['ioctl-encoding'] },
  'ioctl-value': { what: 'Values that control codes take or give.', groups: ['rcvall', 'timestamping', 'priority-hint', 'control-channel-trigger', 'socket-usage', 'compat-mode', 'transport-hint', 'wsacompletion'] },
  'socket-security': { what: 'Values of the secure socket functions.', groups: ['socket-security'] },
  'msg-flag': { what: 'Flags of sending and receiving.', groups: ['msg-flag'] },
  'fd-event': { what: 'Network events of WSAAsyncSelect and WSAEventSelect.', groups: ['fd-event'] },
  poll: { what: 'Events of WSAPoll and of socket notifications.', groups: ['poll', 'sock-notify'] },
  address: { what: 'Address classes, well-known addresses and scope levels.', groups: ['address', 'scope'] },
  'address-initialiser': { what: 'Well-known addresses as bytes in network order.', groups: ['address-initialiser'] },
  resolver: { what: 'Flags of getaddrinfo, GetAddrInfoEx and getnameinfo.', groups: ['ai', 'addrinfoex', 'ni'] },
  catalog: { what: 'Values of protocol catalog entries and of layered provider categories.', groups: ['protocol-info', 'lsp-category', 'provider-info'] },
  xp1: { what: 'Service flags of a protocol (dwServiceFlags1).', groups: ['xp1'] },
  pfl: { what: 'Provider flags of a protocol (dwProviderFlags).', groups: ['pfl'] },
  namespace: { what: 'Name spaces, lookup controls, registration operations.', groups: ['namespace', 'lup', 'result', 'rnr-op', 'comparator', 'res', 'string', 'pnrp', 'email-ns'] },
  nla: { what: 'Values of network location awareness.', groups: ['nla'] },
  'service-11': { what: 'Values of the 1.1 service and protocol functions (nspapi.h).', groups: ['svc', 'svc-prop', 'nstype', 'xp'] },
  extension: { what: 'Flags of the Microsoft extension functions.', groups: ['transmitfile-flag', 'transmitpackets-flag', 'disconnectex-flag'] },
  rio: { what: 'Values of registered I/O.', groups: ['rio'] },
  guid: { what: 'Identifiers of extension functions, service classes and name space providers.', groups: ['guid'] },
  qos: { what: 'Values of quality of service.', groups: ['qos'] },
  atm: { what: 'Values of ATM sockets.', groups: ['atm'] },
  bluetooth: { what: 'Values of Bluetooth sockets, with the options of level SOL_RFCOMM.', groups: ['bluetooth', 'option:SOL_RFCOMM'] },
  'other-families': { what: 'Values of ISO and NetBIOS addresses.', groups: ['iso', 'netbios'] },
};

/** The family files, `legacy11.ts` and the index of the folder. */
export function constantFiles(data: unknown): Map<string, string> {
  const { items } = data as { items: readonly Constant[] };
  const files = new Map<string, string>();
  const placed = new Set<string>();
  for (const [family, { what, groups }] of Object.entries(families)) {
    let text = head(what) + imports(family);
    for (const group of groups) {
      placed.add(group);
      const members = items.filter((item) => item.group === group && item.legacy11 !== true && !elsewhere.has(item.name));
      if (members.length === 0) throw new Error(`no constant is left in group ${group}`);
      if (groups.length > 1) text += `// ${group}\n`;
      text += `${members.map(declaration).join('\n')}\n\n`;
    }
    files.set(`constants/${family}.ts`, `${text.trimEnd()}\n`);
  }
  const homeless = items.find((item) => !placed.has(item.group));
  if (homeless !== undefined) throw new Error(`group ${homeless.group} belongs to no family`);
  files.set('constants/legacy11.ts', legacy(items.filter((item) => item.legacy11 === true)));
  const names = [...Object.keys(families), 'legacy11', 'win32'].sort();
  files.set(
    'constants/index.ts',
    `${head('Every constant of the headers, by family.')}${names.map((name) => `export * from './${name}.js';`).join('\n')}\n`,
  );
  return files;
}

function imports(family: string): string {
  return family === 'guid' ? "import { guid } from '../structs/guid.js';\n\n" : '';
}

function declaration(item: Constant): string {
  const note = item.note === undefined ? '' : `/** ${item.note[0]?.toUpperCase() ?? ''}${item.note.slice(1)}. */\n`;
  return `${note}export const ${item.name} = ${literal(item)};`;
}

function literal(item: Constant): string {
  if (typeof item.value === 'number') return hexadecimal(item) ?? String(item.value);
  if (item.group === 'guid') return `/* @__PURE__ */ guid(${quote(item.value)})`;
  if (item.group === 'address-initialiser') return `[${addressBytes(item.value).map(byte).join(', ')}] as const`;
  if (item.group === 'string') return quote(item.value);
  throw new Error(`${item.name}: do not know how to write ${item.value}`);
}

// The table's hexadecimal form is the 32-bit pattern, which is a different number for a negative value.
function hexadecimal(item: Constant): string | null {
  return item.hex !== undefined && Number(item.hex) === item.value ? item.hex.toLowerCase() : null;
}

function byte(value: number): string {
  return value === 0 ? '0' : `0x${value.toString(16).padStart(2, '0')}`;
}

function addressBytes(text: string): number[] {
  if (text.includes('.')) return text.split('.').map(Number);
  const [left = '', right = ''] = text.split('::');
  const words = (part: string): number[] => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const before = words(left);
  const after = words(right);
  const middle = new Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...middle, ...after].flatMap((word) => [word >> 8, word & 0xff]);
}

function legacy(items: readonly Constant[]): string {
  const members = items.map((item) => `  ${item.name}: ${literal(item)},`).join('\n');
  return `${head('Constants whose Winsock 1.1 value (winsock.h) differs from the Winsock 2 one.')}/** The value that a program built for Winsock 1.1 passes, by name. */
export const legacy11 = {
${members}
} as const;
`;
}
