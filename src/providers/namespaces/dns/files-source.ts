// The hosts file before DNS, as on Windows: a name or address that the machine's files know is asked of nobody else. What the
// files say is not owned here, nor remembered: the device looks at them itself.
import { WSANO_DATA } from '../../../abi/index.js';
import type { HostEntry, NameFiles } from '../../../win32/index.js';
import { FAMILIES } from './device-source.js';
import { canonicalName } from './domain-name.js';
import { foundHere, notFound, type Lookup, type LookupOptions, type NameSource } from './lookup.js';
import { RR } from './message.js';
import { addressOfReverse, specialAnswer } from './special-names.js';

/** Asks the files, and `next` for what they do not know. */
export class FilesSource implements NameSource {
  readonly #files: NameFiles;
  readonly #next: NameSource;

  constructor(files: NameFiles, next: NameSource) {
    this.#files = files;
    this.#next = next;
  }

  lookup(given: string, type: number, options?: LookupOptions): ReturnType<NameSource['lookup']> {
    return this.#known(canonicalName(given), type) ?? this.#next.lookup(given, type, options);
  }

  #known(name: string, type: number): Lookup | null {
    // `localhost` and its like mean the same everywhere, whatever a file says.
    if (specialAnswer(name, type) !== null) return null;
    const family = FAMILIES.find((each) => each.type === type)?.family;
    if (family !== undefined) return addressesOf(this.#files.host(name, family), name, type);
    const address = type === RR.PTR ? addressOfReverse(name) : null;
    return address === null ? null : namesOf(this.#files.hostAt(address), name);
  }
}

/** A host without addresses of the family is known all the same. */
function addressesOf(host: HostEntry | null, asked: string, type: number): Lookup | null {
  if (host === null) return null;
  if (host.addresses.length === 0) return notFound(WSANO_DATA);
  const found = foundHere(host.name, type, host.addresses.map(({ address }) => ({ kind: 'address', address })));
  const isAlias = canonicalName(host.name) !== asked;
  return { ...found, aliases: isAlias ? [asked, ...host.aliases.filter((alias) => canonicalName(alias) !== asked)] : host.aliases };
}

function namesOf(host: HostEntry | null, asked: string): Lookup | null {
  if (host === null) return null;
  return foundHere(asked, RR.PTR, [host.name, ...host.aliases].map((target) => ({ kind: 'name', target })));
}
