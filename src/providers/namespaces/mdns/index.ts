// Names and services of the local links by multicast DNS (RFC 6762) and DNS-SD (RFC 6763): `kitchen.local`, and what others
// announce as `_http._tcp`. Built in as `winsock2/namespaces/mdns`. Settings: `host`, the name to announce; `announce=host`,
// to announce it without services too; `interface`, one or more; `timeout`, milliseconds that a query waits; `seed`, for
// jitter that can be made to happen again.
import { WSASERVICE_NOT_FOUND, WSASYSNOTREADY } from '../../../abi/index.js';
import { NETWORK_DEVICE, type NetworkService } from '../../../win32/index.js';
import { nameSpaceProvider, type Answers, type NameSpace, type NameSpaceStart, type Question } from '../kit/index.js';
import { Engine } from './engine.js';
import { Lookup } from './lookup.js';
import { nameBytes, nameOf } from './names.js';
import { seeded, unseeded } from './random.js';
import { Services } from './services.js';
import { subjectOf } from './subject.js';

/** Hosts and single services answer at once or never; three tries are in this time. */
const NAME_TIMEOUT = 3500;
/** When there may always be one more, it ends with the second try. */
const BROWSE_TIMEOUT = 1500;
const LONGEST_TIMEOUT = 25_000;

class MdnsNameSpace implements NameSpace {
  readonly hasContainers = true;
  readonly #engine: Engine;
  readonly #services: Services;
  readonly #timeout: number | null;
  /** Open queries, by what ends them: a question that is asked again is of the same query. */
  readonly #lookups = new Map<AbortSignal, Lookup>();

  constructor(network: NetworkService, { settings, process }: NameSpaceStart) {
    const host = hostLabel(settings.get('host') ?? network.hostName());
    const seed = settings.get('seed');
    this.#engine = new Engine({
      network,
      clock: process.clock,
      // Two machines with one seed are not to do everything at once.
      random: seed === null ? unseeded : seeded(`${seed} ${host} ${String(process.id)}`),
      interfaces: settings.getAll('interface'),
    });
    this.#services = new Services(this.#engine, host, settings.get('announce') === 'host');
    const timeout = Number(settings.get('timeout') ?? 0);
    this.#timeout = timeout > 0 ? Math.min(timeout, LONGEST_TIMEOUT) : null;
  }

  query(question: Question): Answers {
    const lookup = this.#lookups.get(question.signal);
    if (lookup === undefined) return WSASERVICE_NOT_FOUND;
    if (question.again) return lookup.changes();
    const isOne = ['host', 'service'].includes(subjectOf(question)?.kind ?? '');
    return lookup.answers(this.#timeout ?? (isOne ? NAME_TIMEOUT : BROWSE_TIMEOUT));
  }

  /** Called before `query`, and undone when the query ends: so long the lookup is open. */
  watch(question: Question, changed: () => void): () => void {
    const subject = subjectOf(question);
    const release = subject === null ? null : this.#engine.use();
    if (subject === null || release === null) return () => undefined;
    const lookup = new Lookup(this.#engine, subject, question.flags, release, changed);
    this.#lookups.set(question.signal, lookup);
    return () => {
      this.#lookups.delete(question.signal);
      lookup.close();
    };
  }

  register(registration: Parameters<Services['register']>[0]): Promise<number> {
    return this.#services.register(registration);
  }

  deregister(registration: Parameters<Services['deregister']>[0]): number {
    return this.#services.deregister(registration);
  }

  remove(registration: Parameters<Services['remove']>[0]): number {
    return this.#services.remove(registration);
  }

  close(): void {
    this.#engine.end();
  }
}

/** The first label of a machine's name, if it can be one. */
function hostLabel(name: string): string {
  const [label = ''] = name.split('.');
  return label !== '' && nameBytes(nameOf(label, 'local')) !== null ? label : 'host';
}

/** Opens the name space: nothing is sent, and no port is taken, until somebody asks or registers. */
export function mdnsNameSpace(start: NameSpaceStart): NameSpace | number {
  const network = start.process.openDevice(NETWORK_DEVICE) as NetworkService | undefined;
  if (network === undefined) return WSASYSNOTREADY;
  return new MdnsNameSpace(network, start);
}

export const { NSPStartup } = nameSpaceProvider(mdnsNameSpace);
