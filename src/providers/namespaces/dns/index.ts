// The DNS name space (NS_DNS), built in as `winsock2/namespaces/dns`: host names, addresses, services and any record of DNS
// through WSALookupServiceBegin. What it asks for, by service class:
//   SVCID_HOSTNAME without a name         this machine's name
//   SVCID_HOSTNAME, SVCID_INET_HOSTADDRBYNAME    the addresses of a host (of this one without a name), and its hostent
//   SVCID_INET_HOSTADDRBYINETSTRING       the names of an address
//   SVCID_TCP(port), SVCID_UDP(port)      the addresses of a host, with that port
//   any class but those of hosts, with `zone` set    the services registered in the zone (registration.ts)
//   SVCID_DNS(type), SVCID_TCP_RR(port, type), SVCID_UDP_RR(port, type)    records, each a result of its own
// Services by name (SVCID_INET_SERVICEBYNAME) are in no DNS: another name space has them. The hosts file is asked before DNS.
// Does not own: asking and remembering (resolver.ts), what is registered (registry.ts).
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IS_SVCID_DNS,
  IS_SVCID_TCP,
  IS_SVCID_UDP,
  LUP_FLUSHCACHE,
  PORT_FROM_SVCID_TCP,
  RR_FROM_SVCID,
  SVCID_HOSTNAME,
  SVCID_INET_HOSTADDRBYINETSTRING,
  SVCID_INET_HOSTADDRBYNAME,
  WSAEINVAL,
  WSAHOST_NOT_FOUND,
  WSANO_DATA,
  WSANO_RECOVERY,
  WSASERVICE_NOT_FOUND,
  WSASYSNOTREADY,
  WSATRY_AGAIN,
  WSA_E_CANCELLED,
} from '../../../abi/index.js';
import { resolverOf, type DnsConfiguration, type NameResolver } from '../../../spi/resolver-device.js';
import { nameFilesOf, type Clock, type NameFiles } from '../../../win32/index.js';
import { nameSpaceProvider, type Answer, type Answers, type NameSpace, type Question } from '../kit/index.js';
import { hostAnswer, inServiceOrder, recordAddresses, recordAnswer, reverseAnswer, type Wanted } from './answers.js';
import { DeviceSource, FAMILIES } from './device-source.js';
import { canonicalName, isAbsolute } from './domain-name.js';
import { FilesSource } from './files-source.js';
import { isFound, type Found, type Lookup, type NameSource } from './lookup.js';
import { RR } from './message.js';
import { openRegistrations, type Registrations } from './registration.js';
import { DnsResolver } from './resolver.js';
import { candidates, completed, readSettings, type DnsSettings } from './settings.js';
import { reverseName, specialAnswer } from './special-names.js';

type Result = AsyncGenerator<Answer | number>;
type Search = Pick<DnsConfiguration, 'search' | 'ndots'>;

/** Of several errors, the one that says most: that it is not known, before that there is nothing. */
const WORST_FIRST: readonly number[] = [WSA_E_CANCELLED, WSATRY_AGAIN, WSANO_RECOVERY, WSANO_DATA, WSAHOST_NOT_FOUND];

function worst(lookups: readonly Lookup[]): number {
  const errors = lookups.map(({ error }) => error);
  return WORST_FIRST.find((error) => errors.includes(error)) ?? errors[0] ?? WSAHOST_NOT_FOUND;
}

class DnsNameSpace implements NameSpace {
  readonly #machine: NameResolver;
  readonly #settings: DnsSettings;
  readonly #clock: Clock;
  readonly #files: NameFiles;
  readonly #local: NameSource;
  readonly #registrations: Registrations | null;
  /** Made for the first question: a start asks the machine nothing. */
  #dns: { readonly resolver: DnsResolver; readonly source: NameSource; readonly search: Search } | null = null;

  constructor(
    machine: NameResolver,
    files: NameFiles,
    settings: DnsSettings,
    clock: Clock,
    registrations: Registrations | null,
  ) {
    this.#machine = machine;
    this.#files = files;
    this.#settings = settings;
    this.#clock = clock;
    this.#local = new FilesSource(files, new DeviceSource(machine));
    this.#registrations = registrations;
  }

  query(question: Question): Answers {
    const { serviceClassId: id, name } = question;
    const isClass = (other: { toString(): string }): boolean => id.toString() === other.toString();
    if (isClass(SVCID_HOSTNAME) && name === '') return [{ name: this.#machine.hostName() }];
    if (isClass(SVCID_HOSTNAME) || isClass(SVCID_INET_HOSTADDRBYNAME)) return this.#host(question, wanted(question, 0, null));
    if (isClass(SVCID_INET_HOSTADDRBYINETSTRING)) {
      const reverse = reverseName(name);
      return reverse === null ? WSAEINVAL : this.#reverse(question, reverse, name);
    }
    const isTcp = IS_SVCID_TCP(id);
    const isPort = isTcp || IS_SVCID_UDP(id);
    const type = isPort ? RR_FROM_SVCID(id) : 0;
    if (this.#registrations !== null && type === 0) return this.#service(this.#registrations, question);
    if (!isPort) return WSASERVICE_NOT_FOUND;
    if (type === 0) return this.#host(question, wanted(question, PORT_FROM_SVCID_TCP(id), isTcp ? IPPROTO_TCP : IPPROTO_UDP));
    if (type === RR.A || type === RR.AAAA) {
      const how = IS_SVCID_DNS(id) ? wanted(question, 0, null) : wanted(question, PORT_FROM_SVCID_TCP(id), isTcp ? IPPROTO_TCP : IPPROTO_UDP);
      return this.#host(question, { ...how, types: [type] });
    }
    return name === '' ? WSASERVICE_NOT_FOUND : this.#records(question, type);
  }

  close(): void {
    this.#dns?.resolver.close();
  }

  async *#host(question: Question, how: Wanted): Result {
    const found = await this.#find(question, question.name === '' ? this.#machine.hostName() : question.name, how.types);
    yield typeof found === 'number' ? found : hostAnswer(found, how);
  }

  /** Registered services; where there is none of the name, a class of a port means a host. */
  async *#service(registrations: Registrations, question: Question): Result {
    const { serviceClassId: id, name } = question;
    const isTcp = IS_SVCID_TCP(id);
    const mayBeHost = name !== '' && (isTcp || IS_SVCID_UDP(id));
    for await (const each of registrations.find(question)) {
      if (each === WSASERVICE_NOT_FOUND && mayBeHost) {
        yield* this.#host(question, wanted(question, PORT_FROM_SVCID_TCP(id), isTcp ? IPPROTO_TCP : IPPROTO_UDP));
      } else {
        yield each;
      }
    }
  }

  async *#reverse(question: Question, name: string, address: string): Result {
    const found = await this.#find(question, `${name}.`, [RR.PTR]);
    if (typeof found === 'number') yield found;
    else for (const each of found) yield reverseAnswer(each, address);
  }

  async *#records(question: Question, type: number): Result {
    const found = await this.#find(question, question.name, [type]);
    if (typeof found === 'number') {
      yield found;
      return;
    }
    const [first] = found;
    let aliases = first?.aliases ?? [];
    for (const record of inServiceOrder(first?.records ?? [])) {
      const answer = recordAnswer(record);
      if (record.data.kind === 'srv') {
        const protocol = /\._udp(?:\.|$)/.test(canonicalName(record.name)) ? IPPROTO_UDP : IPPROTO_TCP;
        const how = wanted(question, record.data.port, protocol);
        // A server without addresses now is still one that the name has.
        const hosts = await this.#find(question, `${record.data.target}.`, how.types);
        yield { ...answer, aliases, addresses: typeof hosts === 'number' ? [] : recordAddresses(hosts, how) };
      } else {
        yield { ...answer, aliases };
      }
      aliases = [];
    }
  }

  /** What is found of these types under a name, in the first of the domains where there is something; or the error. */
  async #find(question: Question, name: string, types: readonly number[]): Promise<readonly Found[] | number> {
    const { source, search } = this.#sourceOf(name);
    const options = { signal: question.signal, fresh: (question.flags & LUP_FLUSHCACHE) !== 0 };
    const canonical = canonicalName(name);
    const isWhole = isAbsolute(name) || types.some((type) => specialAnswer(canonical, type) !== null);
    const failed: Lookup[] = [];
    for (const candidate of candidates(canonical, isWhole, search)) {
      const lookups = await Promise.all(types.map(async (type) => source.lookup(candidate, type, options)));
      const found = lookups.filter(isFound);
      if (found.length > 0) return found;
      failed.push(...lookups);
      if (question.signal.aborted) return WSA_E_CANCELLED;
    }
    return worst(failed);
  }

  /** Who knows a name: this machine its own, and where there is no DNS all of them. */
  #sourceOf(name: string): { readonly source: NameSource; readonly search: Search } {
    const machine = this.#machine;
    const alone = { source: this.#local, search: { search: [], ndots: 0 } };
    if (machine.dns === undefined || canonicalName(name) === canonicalName(machine.hostName())) return alone;
    this.#dns ??= this.#open(machine.dns());
    return this.#dns;
  }

  #open(machine: DnsConfiguration): { readonly resolver: DnsResolver; readonly source: NameSource; readonly search: Search } {
    const { servers, search, ndots } = completed(this.#settings, machine);
    const { timeout, rounds } = this.#settings;
    const limits = { ...(timeout === null ? {} : { timeout }), ...(rounds === null ? {} : { rounds }) };
    const resolver = new DnsResolver({ clock: this.#clock, servers, ...limits });
    return { resolver, source: new FilesSource(this.#files, resolver), search: { search, ndots } };
  }
}

/** Which addresses a question is for: those of its protocols, or all. */
function wanted({ restrictions }: Question, port: number, protocol: number | null): Wanted {
  const asked = restrictions.lpafpProtocols ?? [];
  const isWanted = (family: number): boolean =>
    asked.length === 0 || asked.some(({ iAddressFamily }) => iAddressFamily === family || iAddressFamily === AF_UNSPEC);
  const families = [AF_INET, AF_INET6].filter(isWanted);
  const types = FAMILIES.filter(({ number }) => families.includes(number)).map(({ type }) => type);
  return { types, port, protocol, restrictions: asked };
}

export const { NSPStartup } = nameSpaceProvider((start) => {
  const machine = resolverOf(start.process);
  if (machine === null) return WSASYSNOTREADY;
  const read = readSettings(start.settings);
  // A machine without DNS is on a network of its own, where no server is.
  const registrations = machine.dns === undefined ? null : openRegistrations(start);
  if (read === null || typeof registrations === 'number') return WSAEINVAL;
  const space = new DnsNameSpace(machine, nameFilesOf(start.process), read, start.process.clock, registrations);
  if (registrations === null) return space;
  const { register, deregister, remove } = registrations;
  return Object.assign(space, { register, deregister, remove });
});
