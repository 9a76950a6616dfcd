// Socket groups: which sockets of a process belong together. All that a group does is to be named (SO_GROUP_ID) and, when
// it is a constrained one, to lead to one host only. Groups live as long as one of their sockets.
import { WSAEINVAL } from '../abi/index.js';
import type { NetAddress } from '../drivers/contract.js';
import type { Endpoint } from './endpoint.js';

/** What WSASocket's g asks for instead of naming a group; no public header defines the two. */
const UNCONSTRAINED = 1;
const CONSTRAINED = 2;

interface SocketGroup {
  readonly id: number;
  readonly constrained: boolean;
  readonly members: Set<Endpoint>;
}

/** The groups of one process. */
export class SocketGroups {
  readonly #groups = new Map<number, SocketGroup>();
  readonly #groupOf = new WeakMap<Endpoint, SocketGroup>();
  #lastId = CONSTRAINED;

  /** Puts a socket into the group `g`, or into a new one; 0, or WSAEINVAL for no such group or one that it does not fit. */
  join(endpoint: Endpoint, g: number): number {
    if (g === 0) return 0;
    this.#forgetClosed();
    const group = g === UNCONSTRAINED || g === CONSTRAINED ? this.#create(g === CONSTRAINED) : this.#groups.get(g);
    if (group === undefined || (group.constrained && endpoint.isDatagram)) return WSAEINVAL;
    this.#groups.set(group.id, group);
    group.members.add(endpoint);
    this.#groupOf.set(endpoint, group);
    return 0;
  }

  /** The number of a socket's group, 0 for none. */
  idOf(endpoint: Endpoint): number {
    return this.#groupOf.get(endpoint)?.id ?? 0;
  }

  /** 0, or WSAEINVAL when the socket's group is constrained and its sockets are connected to another host. */
  connectError(endpoint: Endpoint, { address }: NetAddress): number {
    const group = this.#groupOf.get(endpoint);
    if (group?.constrained !== true) return 0;
    for (const { closed, transport } of group.members) {
      if (!closed && transport.remote !== null && transport.remote.address !== address) return WSAEINVAL;
    }
    return 0;
  }

  #create(constrained: boolean): SocketGroup {
    this.#lastId += 1;
    return { id: this.#lastId, constrained, members: new Set() };
  }

  #forgetClosed(): void {
    for (const { id, members } of this.#groups.values()) {
      for (const member of members) if (member.closed) members.delete(member);
      if (members.size === 0) this.#groups.delete(id);
    }
  }
}
