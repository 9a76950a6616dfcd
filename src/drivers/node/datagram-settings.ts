// Owns: what was asked of a datagram socket (settings, memberships, multicast interface), so that it can be asked
// again of a socket that is made later or anew.
// Does not own: ranges and defaults, which are afd's.

import { createSocket, type Socket } from 'node:dgram';
import type { DriverError, Membership, Setting } from '../contract.js';
import { nameOfError } from './errors.js';
import { scopeText } from './interfaces.js';

type UdpType = 'udp4' | 'udp6';
type Apply = (socket: Socket, value: number) => void;

const APPLY = {
  ttl: (socket, value) => socket.setTTL(value),
  multicastTtl: (socket, value) => socket.setMulticastTTL(value),
  multicastLoop: (socket, value) => socket.setMulticastLoopback(value !== 0),
  broadcast: (socket, value) => {
    socket.setBroadcast(value !== 0);
  },
  receiveBuffer: (socket, value) => {
    socket.setRecvBufferSize(value);
  },
  sendBuffer: (socket, value) => {
    socket.setSendBufferSize(value);
  },
} as const satisfies Partial<Record<Setting, Apply>>;

/** What a node:dgram socket can apply. */
export const DATAGRAM_SETTINGS = Object.keys(APPLY) as readonly (keyof typeof APPLY)[];

function isApplicable(setting: Setting): setting is keyof typeof APPLY {
  return Object.hasOwn(APPLY, setting);
}

/** Runs a call of Node's and names its complaint. */
export function attempt(call: () => void): DriverError | null {
  try {
    call();
    return null;
  } catch (error) {
    return nameOfError(error);
  }
}

export class DatagramSettings {
  readonly #type: UdpType;
  readonly #values = new Map<keyof typeof APPLY, number>();
  #memberships: readonly Membership[] = [];
  #multicastInterface: string | null = null;

  constructor(type: UdpType) {
    this.#type = type;
  }

  set(setting: Setting, value: number, socket: Socket | null): DriverError | null {
    if (!isApplicable(setting)) return 'ENOTSUP';
    const error = socket === null ? null : attempt(() => APPLY[setting](socket, value));
    if (error === null) this.#values.set(setting, value);
    return error;
  }

  join(membership: Membership, socket: Socket | null): DriverError | null {
    if (this.#memberships.some((known) => same(known, membership))) return 'EADDRINUSE';
    if (!this.#exists(membership.interface)) return 'ENODEV';
    const error = this.#try(socket, (target) => {
      this.#join(target, membership);
    });
    if (error === null) this.#memberships = [...this.#memberships, membership];
    return error;
  }

  leave(membership: Membership, socket: Socket | null): DriverError | null {
    if (!this.#memberships.some((known) => same(known, membership))) return 'EADDRNOTAVAIL';
    this.#memberships = this.#memberships.filter((known) => !same(known, membership));
    if (socket === null) return null;
    const { group, source } = membership;
    const face = this.#interfaceText(membership.interface);
    return attempt(() => {
      if (source === null) socket.dropMembership(group, face);
      else socket.dropSourceSpecificMembership(source, group, face);
    });
  }

  setMulticastInterface(address: string, socket: Socket | null): DriverError | null {
    if (!this.#exists(address)) return 'ENODEV';
    const error = this.#try(socket, (target) => {
      target.setMulticastInterface(this.#outgoingText(address));
    });
    if (error === null) this.#multicastInterface = address;
    return error;
  }

  /** Asks everything of a fresh, bound socket; returns the first complaint. */
  apply(socket: Socket): DriverError | null {
    return attempt(() => {
      for (const [setting, value] of this.#values) APPLY[setting](socket, value);
      const outgoing = this.#multicastInterface;
      if (outgoing !== null) socket.setMulticastInterface(this.#outgoingText(outgoing));
      for (const membership of this.#memberships) this.#join(socket, membership);
    });
  }

  #join(socket: Socket, { group, source, interface: face }: Membership): void {
    const text = this.#interfaceText(face);
    if (source === null) socket.addMembership(group, text);
    else socket.addSourceSpecificMembership(source, group, text);
  }

  /** An unbound socket has no descriptor to ask yet, so a throw-away one tells whether the answer would be yes. */
  #try(socket: Socket | null, call: (target: Socket) => void): DriverError | null {
    if (socket !== null) return attempt(() => { call(socket); });
    const scratch = createSocket({ type: this.#type, lookup: numericLookup });
    // Multicast settings need a descriptor, which only binding makes.
    const error = attempt(() => {
      scratch.once('error', nothing);
      scratch.bind({ port: 0, exclusive: true });
      call(scratch);
    });
    scratch.close();
    return error;
  }

  /** libuv takes an unknown IPv6 interface for the default one. */
  #exists(face: string): boolean {
    return face === '' || this.#type === 'udp4' || scopeText(Number(face)) !== null;
  }

  /** IPv6 interfaces are indices; Node takes them as the scope of the unspecified address. */
  #interfaceText(face: string): string | undefined {
    if (face === '') return undefined;
    return this.#type === 'udp4' ? face : `::%${scopeText(Number(face)) ?? ''}`;
  }

  #outgoingText(face: string): string {
    return this.#interfaceText(face) ?? (this.#type === 'udp4' ? '0.0.0.0' : '::');
  }
}

function nothing(): void {
  // The failing call that follows tells the error.
}

function same(a: Membership, b: Membership): boolean {
  return a.group === b.group && a.interface === b.interface && a.source === b.source;
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/** Addresses are numeric already; answering at once lets bind and send act in the calling tick. */
export function numericLookup(address: string, options: unknown, callback: LookupCallback): void {
  callback(null, address, typeof options === 'number' ? options : 0);
}
