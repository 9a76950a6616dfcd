// The name files contract: what the hosts, services, protocol and networks files of a machine say, and the machine's own name.
// A process has them as a device, so that everybody who answers questions about names asks the same files. Reading them is
// the business of whoever mounts the device.
import type { Process } from './process.js';

/** The name under which a process's name files are mounted. */
export const NAME_FILES_DEVICE = '\\Device\\NameFiles';

/** An internet address as text, without scope and port. */
export interface HostAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly scopeId: number;
}

/** A host. */
export interface HostEntry {
  /** The canonical name. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** In the order of the file. */
  readonly addresses: readonly HostAddress[];
}

/** A service with one protocol. */
export interface ServiceEntry {
  readonly name: string;
  /** In host order. */
  readonly port: number;
  readonly protocol: string;
  readonly aliases: readonly string[];
}

/** A protocol. */
export interface ProtocolEntry {
  readonly name: string;
  readonly number: number;
  readonly aliases: readonly string[];
}

/** A network. */
export interface NetworkEntry {
  readonly name: string;
  /** Its number as an IPv4 address, as `127.0.0.0`. */
  readonly address: string;
  readonly aliases: readonly string[];
}

/** The entries of all files, in their order. */
export interface NameFileEntries {
  readonly hosts: readonly HostEntry[];
  readonly services: readonly ServiceEntry[];
  readonly protocols: readonly ProtocolEntry[];
  readonly networks: readonly NetworkEntry[];
}

/** Where files are that are not in the system's places. */
export type NameFilePaths = Partial<Readonly<Record<keyof NameFileEntries, string>>>;

/** What the files say now. Names are the same in any case; null stands for nothing. A look-up never fails otherwise. */
export interface NameFiles {
  /** This machine's own name. */
  hostName(): string;
  /**
   * A host by its name or alias, with everything that the file says about it.
   *
   * @param name - a dot at the end does not count
   * @param family - leaves only the addresses of one family; none may be left. The name is then known all the same, and
   *   nobody else needs to be asked, as on Windows
   */
  host(name: string, family: HostAddress['family'] | null): HostEntry | null;
  /** The host at an address, in any form of its text; a scope does not count. */
  hostAt(address: string): HostEntry | null;
  /** The first service of this name or alias, of any protocol if null. */
  service(name: string, protocol: string | null): ServiceEntry | null;
  /** The first service at this port (host order), of any protocol if null. */
  serviceAt(port: number, protocol: string | null): ServiceEntry | null;
  protocol(name: string): ProtocolEntry | null;
  protocolNumbered(number: number): ProtocolEntry | null;
  network(name: string): NetworkEntry | null;
  /** The network with this number, as an IPv4 address. */
  networkAt(address: string): NetworkEntry | null;
  /** The system's own files, with those that are not read unless `at` names them. */
  readonly system: NameFilePaths;
  /** All entries. */
  entries(): NameFileEntries;
  /** The same with other files; those that are not named stay. */
  at(paths: NameFilePaths): NameFiles;
  /** Calls `changed` after the files have changed, until the result is called; null where nobody can notice. */
  readonly watch: ((changed: () => void) => () => void) | null;
}

const nothing: NameFiles = {
  hostName: () => '',
  host: () => null,
  hostAt: () => null,
  service: () => null,
  serviceAt: () => null,
  protocol: () => null,
  protocolNumbered: () => null,
  network: () => null,
  networkAt: () => null,
  system: {},
  entries: () => ({ hosts: [], services: [], protocols: [], networks: [] }),
  at: () => nothing,
  watch: null,
};

/** The name files of a process; where none are mounted, they say nothing. */
export function nameFilesOf(process: Process): NameFiles {
  return (process.openDevice(NAME_FILES_DEVICE) as NameFiles | undefined) ?? nothing;
}
