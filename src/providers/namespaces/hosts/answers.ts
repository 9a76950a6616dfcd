// Questions about hosts, services, protocols and networks, answered from the name files. It is a function, so that whoever
// asks the files first (on Windows the DNS client does) has the same answers as this folder's own name space.
import {
  AF_INET,
  AF_INET6,
  CSADDR_INFO,
  type GUID,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IS_SVCID_TCP,
  IS_SVCID_UDP,
  PORT_FROM_SVCID_TCP,
  SOCKET_ADDRESS,
  SOCK_DGRAM,
  SOCK_STREAM,
  SVCID_HOSTNAME,
  SVCID_INET_HOSTADDRBYINETSTRING,
  SVCID_INET_HOSTADDRBYNAME,
  SVCID_INET_SERVICEBYNAME,
  SVCID_TCP,
  SVCID_UDP,
  WSANO_DATA,
  guid,
  hostent,
  protoent,
  servent,
} from '../../../abi/index.js';
import { sockaddrBytes, sockaddrSize } from '../../../abi/address-text.js';
import { parseIpv4, parseIpv6 } from '../../../abi/inet-text.js';
import { packHostent, packProtoent, packServent } from '../../../abi/pack-database.js';
import type { HostAddress, HostEntry, NameFiles, NetworkEntry, ProtocolEntry, ServiceEntry } from '../../../win32/index.js';
import type { Answer } from '../kit/index.js';

/** The class of protocols, by name or number. Windows has none: its getprotobyname reads the file itself. */
export const PROTOCOL_CLASS = /* @__PURE__ */ guid('{3B1C2D61-5E0B-4C1B-9B1E-6A0D5C0F2A01}');
/** The class of networks, by name or number. Windows has none. */
export const NETWORK_CLASS = /* @__PURE__ */ guid('{3B1C2D61-5E0B-4C1B-9B1E-6A0D5C0F2A02}');

/** What is asked: a class and a name. */
export interface FileQuestion {
  readonly serviceClassId: GUID;
  readonly name: string;
}

/** How a host is reached: what an address of it is made with. */
interface Port {
  readonly port: number;
  readonly iSocketType: number;
  readonly iProtocol: number;
}

const ANY_PORT: readonly Port[] = [{ port: 0, iSocketType: SOCK_STREAM, iProtocol: IPPROTO_TCP }];

const bytesOfAddress = ({ address }: HostAddress): Uint8Array => parseIpv4(address) ?? parseIpv6(address) ?? new Uint8Array(4);

function pairOf(host: HostAddress, { port, iSocketType, iProtocol }: Port): CSADDR_INFO {
  const family = host.family === 'ipv4' ? AF_INET : AF_INET6;
  const remote = sockaddrBytes(family, { bytes: bytesOfAddress(host), port, scopeId: host.scopeId });
  const end = (lpSockaddr: Uint8Array): SOCKET_ADDRESS =>
    new SOCKET_ADDRESS({ lpSockaddr, iSockaddrLength: sockaddrSize(family) });
  const local = sockaddrBytes(family, { bytes: new Uint8Array(bytesOfAddress(host).length), port: 0, scopeId: 0 });
  return new CSADDR_INFO({ LocalAddr: end(local), RemoteAddr: end(remote), iSocketType, iProtocol });
}

/** A hostent has one family; it is IPv4's wherever there is an address of it. */
function hostBlob({ name, aliases, addresses }: HostEntry): Uint8Array {
  const v4 = addresses.filter(({ family }) => family === 'ipv4');
  const listed = v4.length > 0 ? v4 : addresses;
  const isV6 = v4.length === 0 && listed.length > 0;
  return packHostent(
    new hostent({
      h_name: name,
      h_aliases: [...aliases],
      h_addrtype: isV6 ? AF_INET6 : AF_INET,
      h_length: isV6 ? 16 : 4,
      h_addr_list: listed.map(bytesOfAddress),
    }),
  );
}

function hostAnswer(host: HostEntry, ports: readonly Port[] = ANY_PORT): Answer {
  const addresses = host.addresses.flatMap((address) => ports.map((port) => pairOf(address, port)));
  return { name: host.name, aliases: host.aliases, addresses, blob: hostBlob(host) };
}

function serviceAnswer({ name, aliases, port, protocol }: ServiceEntry): Answer {
  const swapped = ((port & 0xff) << 8) | (port >> 8);
  const entry = new servent({ s_name: name, s_aliases: [...aliases], s_port: swapped, s_proto: protocol });
  const classes: Readonly<Record<string, GUID>> = { tcp: SVCID_TCP(port), udp: SVCID_UDP(port) };
  const serviceClassId = classes[protocol];
  return { name, aliases, blob: packServent(entry), ...(serviceClassId === undefined ? {} : { serviceClassId }) };
}

function protocolAnswer({ name, aliases, number }: ProtocolEntry): Answer {
  const entry = new protoent({ p_name: name, p_aliases: [...aliases], p_proto: number });
  return { name, aliases, blob: packProtoent(entry) };
}

function networkAnswer({ name, aliases, address }: NetworkEntry): Answer {
  const place: HostAddress = { family: 'ipv4', address, scopeId: 0 };
  return { name, aliases, addresses: ANY_PORT.map((port) => pairOf(place, port)) };
}

/** `name/protocol`, `port/protocol`, or one of the two without a protocol. */
function findService(files: NameFiles, question: string): ServiceEntry | null {
  const slash = question.indexOf('/');
  const name = slash < 0 ? question : question.slice(0, slash);
  const protocol = slash < 0 || slash === question.length - 1 ? null : question.slice(slash + 1);
  const byName = files.service(name, protocol);
  return byName === null && /^\d{1,5}$/.test(name) ? files.serviceAt(Number(name), protocol) : byName;
}

function findProtocol(files: NameFiles, question: string): ProtocolEntry | null {
  return /^\d{1,3}$/.test(question) ? files.protocolNumbered(Number(question)) : files.protocol(question);
}

type OneKind = (files: NameFiles, name: string) => Answer | number | null;
type AllOfKind = (files: NameFiles) => Answer[];

/** How a class is answered: one name of it, and all that there is. */
interface ClassAnswers {
  readonly one: OneKind;
  readonly all: AllOfKind;
}

function answered<T>(entry: T | null, answer: (entry: T) => Answer): Answer | null {
  return entry === null ? null : answer(entry);
}

function hostsWith(ports: readonly Port[]): ClassAnswers {
  return {
    one: (files, name) => {
      const host = files.host(name, null);
      return host === null ? null : hostAnswer(host, ports);
    },
    all: (files) => files.entries().hosts.map((host) => hostAnswer(host, ports)),
  };
}

const namesOfAddresses: ClassAnswers = {
  one: (files, name) => answered(files.hostAt(name), hostAnswer),
  all: (files) => files.entries().hosts.map((host) => hostAnswer(host)),
};

/** Without a name it asks for this machine's own. */
const hostNames: ClassAnswers = {
  one: (files, name) => answered(files.host(name, null), hostAnswer),
  all: (files) => [{ name: files.hostName() }],
};

const CLASSES: readonly (readonly [GUID, ClassAnswers])[] = [
  [SVCID_INET_HOSTADDRBYNAME, hostsWith(ANY_PORT)],
  [SVCID_INET_HOSTADDRBYINETSTRING, namesOfAddresses],
  [SVCID_HOSTNAME, hostNames],
  [
    SVCID_INET_SERVICEBYNAME,
    {
      one: (files, name) => answered(findService(files, name), serviceAnswer),
      all: (files) => files.entries().services.map(serviceAnswer),
    },
  ],
  [
    PROTOCOL_CLASS,
    {
      one: (files, name) => answered(findProtocol(files, name), protocolAnswer),
      all: (files) => files.entries().protocols.map(protocolAnswer),
    },
  ],
  [
    NETWORK_CLASS,
    {
      one: (files, name) => answered(files.network(name) ?? files.networkAt(name), networkAnswer),
      all: (files) => files.entries().networks.map(networkAnswer),
    },
  ],
];

function answersOf(id: GUID): ClassAnswers | null {
  const text = id.toString();
  const found = CLASSES.find(([known]) => known.toString() === text);
  if (found !== undefined) return found[1];
  const port = PORT_FROM_SVCID_TCP(id);
  if (IS_SVCID_TCP(id)) return hostsWith([{ port, iSocketType: SOCK_STREAM, iProtocol: IPPROTO_TCP }]);
  return IS_SVCID_UDP(id) ? hostsWith([{ port, iSocketType: SOCK_DGRAM, iProtocol: IPPROTO_UDP }]) : null;
}

/**
 * What the files answer to a question.
 *
 * @param files - see `nameFilesOf`
 * @param question - of the class of a host (SVCID_INET_HOSTADDRBYNAME, SVCID_HOSTNAME, SVCID_TCP(port), SVCID_UDP(port)), of an
 *   address (SVCID_INET_HOSTADDRBYINETSTRING), of a service (SVCID_INET_SERVICEBYNAME, `name/protocol` or `port/protocol`), or of
 *   this folder's two classes. Without a name it asks for everything, SVCID_HOSTNAME for this machine's name
 * @returns the answers; null when the files know nothing of it, so that somebody else may; WSANO_DATA when there is nothing of
 *   such a class here at all
 */
export function fileAnswers(files: NameFiles, { serviceClassId, name }: FileQuestion): readonly Answer[] | number | null {
  const answers = answersOf(serviceClassId);
  if (answers === null) return WSANO_DATA;
  if (name === '') return answers.all(files);
  const one = answers.one(files, name);
  return one === null || typeof one === 'number' ? one : [one];
}
