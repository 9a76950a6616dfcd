// Network location awareness: the networks that this machine is attached to, as instances of NLA_SERVICE_CLASS_GUID, and notice
// of changes. Built in as `winsock2/namespaces/nla`. A setting names a subnet: `?10.0.0.0/24=office.example`.
//
// Networks cannot be registered: there is no place of the system to keep them in, which other programs would look at.
import {
  LUP_RETURN_ALL,
  LUP_RETURN_BLOB,
  LUP_RETURN_NAME,
  NLA_SERVICE_CLASS_GUID,
  RESULT_IS_ADDED,
  RESULT_IS_CHANGED,
  RESULT_IS_DELETED,
  WSASERVICE_NOT_FOUND,
  WSASYSNOTREADY,
} from '../../../abi/index.js';
import { NETWORK_DEVICE, type Clock, type NetworkService } from '../../../win32/index.js';
import { nameSpaceProvider, type Answer, type NameSpace, type Question } from '../kit/index.js';
import { networkBlob } from './blob.js';
import { logicalNetworks, type LogicalNetwork, type SubnetNames } from './networks.js';

/** Milliseconds from one look at the interfaces to the next, where nobody tells of changes. */
const LOOK_EVERY = 1000;

const CLASS = NLA_SERVICE_CLASS_GUID.toString();

/** The networks as a query last saw them. */
type Seen = readonly LogicalNetwork[];

const answerOf = (network: LogicalNetwork, outputFlags = 0): Answer => ({
  name: network.name,
  blob: networkBlob(network),
  outputFlags,
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What became of the networks: those that came, those whose interfaces are others, those that went. */
function changes(before: Seen, now: Seen): Answer[] {
  const known = new Map(before.map((network) => [network.name, network]));
  const added = now.filter(({ name }) => !known.has(name));
  const changed = now.filter((network) => known.has(network.name) && !same(network, known.get(network.name)));
  const deleted = before.filter(({ name }) => now.every((network) => network.name !== name));
  return [
    ...added.map((network) => answerOf(network, RESULT_IS_ADDED)),
    ...changed.map((network) => answerOf(network, RESULT_IS_CHANGED)),
    // One that is gone is attached to nothing, so there is nothing to tell but its name.
    ...deleted.map(({ name }): Answer => ({ name, outputFlags: RESULT_IS_DELETED })),
  ];
}

/** Whether a query's flags ask for anything that networks have: a name and a blob. They have no comments. */
function wantsSomething({ flags }: Question): boolean {
  return (flags & LUP_RETURN_ALL) === 0 || (flags & (LUP_RETURN_NAME | LUP_RETURN_BLOB)) !== 0;
}

/** What is asked of the network here. */
type Machine = Pick<NetworkService, 'interfaces' | 'watch'>;

class Networks implements NameSpace {
  readonly watchesWhenAsked = true;
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #names: SubnetNames;
  /** By the signal, which a query keeps for as long as it is open. */
  readonly #seen = new WeakMap<AbortSignal, Seen>();

  constructor(machine: Machine, clock: Clock, names: SubnetNames) {
    this.#machine = machine;
    this.#clock = clock;
    this.#names = names;
  }

  query(question: Question): Answer[] | number {
    if (question.serviceClassId.toString() !== CLASS) return WSASERVICE_NOT_FOUND;
    const before = this.#seen.get(question.signal) ?? [];
    const now = this.#look(question);
    this.#seen.set(question.signal, now);
    if (!wantsSomething(question)) return [];
    return question.again ? changes(before, now) : now.map((network) => answerOf(network));
  }

  watch(question: Question, changed: () => void): () => void {
    const look = (): void => {
      if (!same(this.#look(question), this.#seen.get(question.signal) ?? [])) changed();
    };
    look();
    const unwatch = this.#machine.watch(look);
    if (unwatch !== null) return unwatch;
    const lookLater = () => this.#clock.setTimer(LOOK_EVERY, () => {
      timer = lookLater();
      look();
    });
    let timer = lookLater();
    return () => {
      timer.cancel();
    };
  }

  #look({ name }: Question): Seen {
    const networks = logicalNetworks(this.#machine.interfaces(), this.#names);
    return name === '' ? networks : networks.filter((network) => network.name.toLowerCase() === name.toLowerCase());
  }
}

export const { NSPStartup } = nameSpaceProvider(({ process, settings }) => {
  const machine = process.openDevice(NETWORK_DEVICE) as Machine | undefined;
  return machine === undefined ? WSASYSNOTREADY : new Networks(machine, process.clock, new Map(settings));
});
