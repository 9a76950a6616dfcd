// Registered services in memory, by the rules of WSASetService's page: what registering, deregistering and removing do to a
// service's addresses, with SERVICE_MULTIPLE and without. Where they are kept for longer is the provider's.
import { WSASERVICE_NOT_FOUND, bytesOf, type CSADDR_INFO, type SOCKET_ADDRESS } from '../../../abi/index.js';
import type { Answer, Question, Registration } from './name-space.js';

/** A service as it was registered. */
export interface ServiceRecord {
  readonly registration: Registration;
  readonly addresses: readonly CSADDR_INFO[];
  /** Not since it was deregistered: it is kept, and nobody finds it. */
  readonly isRegistered: boolean;
}

type Key = Pick<Registration, 'name' | 'serviceClassId' | 'context'>;

/** Names are the same in any case, as hosts' are. */
const keyOf = ({ name, serviceClassId, context }: Key): string =>
  [serviceClassId.toString(), context.toLowerCase(), name.toLowerCase()].join('\n');

function sameEnd(a: SOCKET_ADDRESS, b: SOCKET_ADDRESS): boolean {
  const left = a.lpSockaddr === null ? new Uint8Array() : bytesOf(a.lpSockaddr);
  const right = b.lpSockaddr === null ? new Uint8Array() : bytesOf(b.lpSockaddr);
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Whether two address pairs are the same one: an address to be removed must match in everything. */
export function sameAddress(a: CSADDR_INFO, b: CSADDR_INFO): boolean {
  if (a.iSocketType !== b.iSocketType || a.iProtocol !== b.iProtocol) return false;
  return sameEnd(a.LocalAddr, b.LocalAddr) && sameEnd(a.RemoteAddr, b.RemoteAddr);
}

const without = (from: readonly CSADDR_INFO[], these: readonly CSADDR_INFO[]): CSADDR_INFO[] =>
  from.filter((address) => !these.some((each) => sameAddress(each, address)));

/** The services of one name space, in the order of their first registration. */
export class ServiceTable {
  readonly #records = new Map<string, ServiceRecord>();
  readonly #changed: () => void;

  /** @param changed - called after every change */
  constructor(changed: () => void = () => undefined) {
    this.#changed = changed;
  }

  /** All services, those deregistered too. */
  get records(): readonly ServiceRecord[] {
    return [...this.#records.values()];
  }

  /** Takes a service as it is, for one that was kept somewhere. */
  restore(record: ServiceRecord): void {
    this.#records.set(keyOf(record.registration), record);
  }

  /** RNRSERVICE_REGISTER: 0. */
  register(registration: Registration): number {
    const known = this.#records.get(keyOf(registration));
    const kept = registration.multiple ? without(known?.addresses ?? [], registration.addresses) : [];
    return this.#put({ registration, addresses: [...kept, ...registration.addresses], isRegistered: true });
  }

  /** RNRSERVICE_DEREGISTER: 0 or WSASERVICE_NOT_FOUND. */
  deregister(registration: Registration): number {
    const known = this.#records.get(keyOf(registration));
    if (known === undefined) return WSASERVICE_NOT_FOUND;
    const addresses = registration.multiple ? without(known.addresses, registration.addresses) : [];
    return this.#put({ registration: known.registration, addresses, isRegistered: known.isRegistered && addresses.length > 0 });
  }

  /** RNRSERVICE_DELETE: 0 or WSASERVICE_NOT_FOUND. */
  remove(registration: Registration): number {
    const known = this.#records.get(keyOf(registration));
    if (known === undefined) return WSASERVICE_NOT_FOUND;
    const addresses = registration.multiple ? without(known.addresses, registration.addresses) : [];
    if (addresses.length > 0) return this.#put({ ...known, addresses });
    this.#records.delete(keyOf(registration));
    this.#changed();
    return 0;
  }

  /** The registered services of a question's class and context: the one of its name, or all of them without a name. */
  find({ name, serviceClassId, context }: Question): Answer[] {
    const wanted = this.records.filter(({ registration, isRegistered }) => {
      if (!isRegistered || registration.serviceClassId.toString() !== serviceClassId.toString()) return false;
      const inPlace = registration.context.toLowerCase() === context.toLowerCase();
      return inPlace && (name === '' || registration.name.toLowerCase() === name.toLowerCase());
    });
    return wanted.map(answerOf);
  }

  #put(record: ServiceRecord): number {
    this.#records.set(keyOf(record.registration), record);
    this.#changed();
    return 0;
  }
}

function answerOf({ registration, addresses }: ServiceRecord): Answer {
  const { name, serviceClassId, version, comment, context, blob } = registration;
  return {
    name,
    serviceClassId,
    context,
    addresses,
    ...(version === null ? {} : { version }),
    ...(comment === null ? {} : { comment }),
    ...(blob === null ? {} : { blob }),
  };
}
