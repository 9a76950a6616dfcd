// The names that the process's own driver knows, as a name space: on a simulated host those of the network's hosts, elsewhere
// what the system's resolver finds. Built in as `winsock2/namespaces/simulated`, for a process that is to ask nobody else. The
// lookup is the one that getaddrinfo falls back to: the process's resolver device.
import {
  AF_INET,
  AF_INET6,
  CSADDR_INFO,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IS_SVCID_TCP,
  IS_SVCID_UDP,
  PORT_FROM_SVCID_TCP,
  PORT_FROM_SVCID_UDP,
  SOCKET_ADDRESS,
  SOCK_DGRAM,
  SOCK_STREAM,
  SVCID_HOSTNAME,
  SVCID_INET_HOSTADDRBYINETSTRING,
  SVCID_INET_HOSTADDRBYNAME,
  WSANO_RECOVERY,
  WSASERVICE_NOT_FOUND,
  type GUID,
} from '../../../abi/index.js';
import { parseSockaddr, sockaddrBytes } from '../../../abi/address-text.js';
import { parseIpv4, parseIpv6 } from '../../../abi/inet-text.js';
import { resolverError, resolverOf, type NameResolver, type ResolvedAddress } from '../../../spi/index.js';
import { nameSpaceProvider, type Answer, type NameSpace, type Question } from '../kit/index.js';

/** What is asked for under a class. */
type Kind = 'name' | 'addresses' | 'reverse';

function kindOf({ serviceClassId, name }: Question): Kind | null {
  const id = serviceClassId.toString();
  if (id === SVCID_INET_HOSTADDRBYINETSTRING.toString()) return 'reverse';
  if (id === SVCID_HOSTNAME.toString() && name === '') return 'name';
  const isHost = id === SVCID_HOSTNAME.toString() || id === SVCID_INET_HOSTADDRBYNAME.toString();
  return isHost || IS_SVCID_TCP(serviceClassId) || IS_SVCID_UDP(serviceClassId) ? 'addresses' : null;
}

function end(family: number, text: string, port: number, scopeId: number): SOCKET_ADDRESS {
  const bytes = (family === AF_INET ? parseIpv4(text) : parseIpv6(text.replace(/%.*$/, ''))) ?? new Uint8Array(family === AF_INET ? 4 : 16);
  const lpSockaddr = sockaddrBytes(family, { bytes, port, scopeId });
  return new SOCKET_ADDRESS({ lpSockaddr, iSockaddrLength: lpSockaddr.length });
}

/** An address to connect to with the port of the class; the own end is left to the system. */
function pairOf({ family, address, scopeId }: ResolvedAddress, classId: GUID): CSADDR_INFO {
  const datagrams = IS_SVCID_UDP(classId);
  const port = datagrams ? PORT_FROM_SVCID_UDP(classId) : IS_SVCID_TCP(classId) ? PORT_FROM_SVCID_TCP(classId) : 0;
  const af = family === 'ipv4' ? AF_INET : AF_INET6;
  return new CSADDR_INFO({
    LocalAddr: end(af, af === AF_INET ? '0.0.0.0' : '::', 0, 0),
    RemoteAddr: end(af, address, port, scopeId),
    iSocketType: datagrams ? SOCK_DGRAM : SOCK_STREAM,
    iProtocol: datagrams ? IPPROTO_UDP : IPPROTO_TCP,
  });
}

async function* addressesOf(resolver: NameResolver, { name, serviceClassId }: Question): AsyncGenerator<Answer | number> {
  const found = await resolver.lookup(name === '' ? resolver.hostName() : name, null);
  if (!found.ok) yield resolverError(found.error);
  else yield { name, addresses: found.value.filter(({ family }) => family !== 'unix').map((each) => pairOf(each, serviceClassId)) };
}

async function* namesOf(resolver: NameResolver, { name }: Question): AsyncGenerator<Answer | number> {
  const family = parseSockaddr(AF_INET, name) === null ? 'ipv6' : 'ipv4';
  const found = await resolver.reverse({ family, address: name, port: 0, scopeId: 0 });
  if (!found.ok) {
    yield resolverError(found.error);
    return;
  }
  const [first = name, ...aliases] = found.value;
  yield { name: first, aliases };
}

/** The names of a resolver as a name space. */
export function namesOfResolver(resolver: NameResolver): NameSpace {
  return {
    query(question) {
      const kind = kindOf(question);
      if (kind === 'name') return [{ name: resolver.hostName() }];
      if (kind === 'addresses') return addressesOf(resolver, question);
      return kind === 'reverse' ? namesOf(resolver, question) : WSASERVICE_NOT_FOUND;
    },
  };
}

export const { NSPStartup } = nameSpaceProvider(({ process }) => {
  const resolver = resolverOf(process);
  return resolver === null ? WSANO_RECOVERY : namesOfResolver(resolver);
});
