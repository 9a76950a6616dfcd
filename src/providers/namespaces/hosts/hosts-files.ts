// The name files of a process: look-ups in the machine's hosts, services, protocol and networks files as they are now, and in
// the services and protocols that are built in. Whoever answers questions about names asks it first; see `nameFilesOf`.
import type {
  Clock,
  HostAddress,
  HostEntry,
  NameFileEntries,
  NameFilePaths,
  NameFiles,
  NetworkEntry,
  ProtocolEntry,
  ServiceEntry,
  Trace,
} from '../../../win32/index.js';
import { BUILT_IN_PROTOCOLS } from './built-in/protocols.js';
import { BUILT_IN_SERVICES } from './built-in/services.js';
import { parseHosts, parseNetworks, parseProtocols, parseServices, readHostAddress, readNetworkNumber, type Parsed } from './parse.js';
import { HostTable, NamedTable } from './tables.js';
import type { TextSource } from './text-source.js';
import { WatchedFile, type Looking } from './watched-file.js';

/** What the files stand on. */
export interface HostsFilesOptions {
  readonly source: TextSource;
  /** The files to read. */
  readonly paths: NameFilePaths;
  /** The system's own. */
  readonly system: NameFilePaths;
  readonly process: { readonly clock: Clock; readonly trace: Trace };
  readonly hostName: () => string;
  /** How many milliseconds a look at a file is good for, default 100: who looks up a thousand names looks once. */
  readonly trustMs?: number;
}

const TRUST_MS = 100;
/** Whose notes they are in the trace. */
const LAYER = 'winsock2/namespaces/hosts';

/** Look-ups in the files; nothing is read before the first one. */
export class HostsFiles implements NameFiles {
  readonly system: NameFilePaths;
  readonly watch: NameFiles['watch'];
  readonly #options: HostsFilesOptions;
  readonly #hosts: WatchedFile<HostEntry, HostTable>;
  readonly #services: WatchedFile<ServiceEntry, NamedTable<ServiceEntry>>;
  readonly #protocols: WatchedFile<ProtocolEntry, NamedTable<ProtocolEntry>>;
  readonly #networks: WatchedFile<NetworkEntry, NamedTable<NetworkEntry>>;

  constructor(options: HostsFilesOptions) {
    this.#options = options;
    this.system = options.system;
    const { source, paths, process, trustMs = TRUST_MS } = options;
    const { clock, trace } = process;
    const looking: Looking = {
      source,
      trustMs,
      now: () => clock.now(),
      note: (path, what) => {
        if (trace.on) trace.note(LAYER, what, [path], clock.now());
      },
    };
    this.#hosts = new WatchedFile(paths.hosts, looking, parseHosts, (entries) => new HostTable(entries));
    this.#services = new WatchedFile(
      paths.services,
      looking,
      (text) => after(parseServices(text), parseServices(BUILT_IN_SERVICES)),
      (entries) => new NamedTable(entries, ({ port }) => port),
    );
    this.#protocols = new WatchedFile(
      paths.protocols,
      looking,
      (text) => after(parseProtocols(BUILT_IN_PROTOCOLS), parseProtocols(text)),
      (entries) => new NamedTable(entries, ({ number }) => number),
    );
    this.#networks = new WatchedFile(
      paths.networks,
      looking,
      parseNetworks,
      (entries) => new NamedTable(entries, ({ address }) => address),
    );
    const { watch } = source;
    this.watch = watch === undefined ? null : (changed) => watch(Object.values(paths), changed);
  }

  hostName(): string {
    return this.#options.hostName();
  }

  host(name: string, family: HostAddress['family'] | null): HostEntry | null {
    return this.#hosts.table.named(name, family);
  }

  hostAt(address: string): HostEntry | null {
    const found = readHostAddress(address);
    return found === null ? null : this.#hosts.table.at(found.address);
  }

  service(name: string, protocol: string | null): ServiceEntry | null {
    return this.#services.table.named(name).find((service) => isOf(service, protocol)) ?? null;
  }

  serviceAt(port: number, protocol: string | null): ServiceEntry | null {
    return this.#services.table.with(port).find((service) => isOf(service, protocol)) ?? null;
  }

  protocol(name: string): ProtocolEntry | null {
    return this.#protocols.table.named(name)[0] ?? null;
  }

  protocolNumbered(number: number): ProtocolEntry | null {
    return this.#protocols.table.with(number)[0] ?? null;
  }

  network(name: string): NetworkEntry | null {
    return this.#networks.table.named(name)[0] ?? null;
  }

  networkAt(address: string): NetworkEntry | null {
    const number = readNetworkNumber(address);
    return number === null ? null : (this.#networks.table.with(number)[0] ?? null);
  }

  entries(): NameFileEntries {
    return {
      hosts: this.#hosts.table.entries,
      services: this.#services.table.entries,
      protocols: this.#protocols.table.entries,
      networks: this.#networks.table.entries,
    };
  }

  at(paths: NameFilePaths): HostsFiles {
    return new HostsFiles({ ...this.#options, paths: { ...this.#options.paths, ...paths } });
  }
}

const isOf = (service: ServiceEntry, protocol: string | null): boolean =>
  protocol === null || service.protocol === protocol.toLowerCase();

/** The entries of two files. Services of the machine come before those built in; the names of protocols are Windows' first. */
function after<T>(first: Parsed<T>, second: Parsed<T>): Parsed<T> {
  return { entries: [...first.entries, ...second.entries], bad: [...first.bad, ...second.bad] };
}
