// Owns: one UDP transport over node:dgram, whose socket is made at bind or first use, when its options are known.
// Does not own: settings and memberships (datagram-settings.ts), sending (datagram-sender.ts), receiving
// (datagram-intake.ts).

import { createSocket, type Socket } from 'node:dgram';
import type {
  BindOptions,
  DatagramSink,
  DatagramTransport,
  DriverError,
  Membership,
  NetAddress,
  SendControl,
  Setting,
} from '../contract.js';
import { type AddressCache, anyAddress, fromNode, hostText } from './address.js';
import { DatagramIntake } from './datagram-intake.js';
import { attempt, DatagramSettings, numericLookup } from './datagram-settings.js';
import { DatagramSender } from './datagram-sender.js';
import { nameOfError, nameOfStatus } from './errors.js';

type Done = (error: DriverError | null) => void;
type UdpFamily = 'ipv4' | 'ipv6';

const DEFAULTS: BindOptions = { v6Only: false, shared: false };

/** Node 24 and later connect with the error at once. */
interface ConnectSync {
  connectSync?(port: number, address: string): void;
}

export class NodeDatagram implements DatagramTransport {
  local: NetAddress | null = null;
  remote: NetAddress | null = null;

  readonly #family: UdpFamily;
  readonly #senders: AddressCache;
  readonly #settings: DatagramSettings;
  #sink: DatagramSink | null;
  #socket: Socket | null = null;
  #sender: DatagramSender | null = null;
  #intake: DatagramIntake | null = null;
  #bound: BindOptions = DEFAULTS;
  #asked: NetAddress | null = null;
  /** The system knows the peer too. If not, this side does the filtering. */
  #systemConnected = false;
  /** Where an 'error' event goes that Node emits from inside `bind`. */
  #bindError: DriverError | null = null;
  #binding = false;

  constructor(family: UdpFamily, senders: AddressCache, sink: DatagramSink) {
    this.#family = family;
    this.#senders = senders;
    this.#sink = sink;
    this.#settings = new DatagramSettings(family === 'ipv4' ? 'udp4' : 'udp6');
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    if (this.#sink === null) return 'EBADF';
    if (this.#socket !== null) return 'EINVAL';
    if (address.family !== this.#family) return 'EAFNOSUPPORT';
    this.#bound = options;
    return this.#open(address);
  }

  #open(address: NetAddress): DriverError | null {
    const { shared, v6Only } = this.#bound;
    const type = this.#family === 'ipv4' ? 'udp4' : 'udp6';
    const socket = createSocket({ type, reuseAddr: shared, ipv6Only: v6Only && type === 'udp6', lookup: numericLookup });
    this.#bindError = null;
    this.#binding = true;
    socket.on('error', (error) => {
      this.#failed(error);
    });
    const thrown = attempt(() => socket.bind({ address: hostText(address), port: address.port, exclusive: true }));
    this.#binding = false;
    const error = thrown ?? this.#bindError ?? this.#settings.apply(socket);
    if (error !== null) {
      socket.close();
      return error;
    }
    this.#intake = new DatagramIntake(socket, {
      received: (data, text, port) => {
        this.#received(data, text, port);
      },
      failed: (name) => this.#sink?.failed(name),
    });
    this.#socket = socket;
    this.#sender = new DatagramSender(socket, {
      unreachable: (name) => this.#sink?.failed(name),
      drained: () => {
        if (this.#sink === null) this.#release();
      },
    });
    this.#asked = address;
    this.#readLocal();
    return null;
  }

  /** The sender of the socket, bound to the any address if nobody bound it; or the error of that. */
  #ready(): DatagramSender | DriverError {
    // Closed, the socket may still be there to send what is queued, and nothing else.
    if (this.#sink === null) return 'EBADF';
    if (this.#sender !== null) return this.#sender;
    const any: NetAddress = { family: this.#family, address: anyAddress(this.#family), port: 0, scopeId: 0 };
    return this.#open(any) ?? this.#sender ?? 'EBADF';
  }

  #readLocal(): void {
    const socket = this.#socket;
    if (socket !== null) this.local = fromNode(this.#family, socket.address());
  }

  #failed(error: Error): void {
    const name = nameOfError(error);
    if (this.#binding) this.#bindError = name;
    else this.#sink?.failed(name);
  }

  /** This side lets in one sender only, as the system does not. */
  get #filters(): boolean {
    return this.remote !== null && !this.#systemConnected;
  }

  #received(data: Uint8Array, text: string, port: number): void {
    const from = this.#senders.of(this.#family, text, port);
    if (this.remote !== null && this.#filters && !isSame(from, this.remote)) return;
    this.#sink?.received(data, from, null);
  }

  pull(into: Uint8Array): number | DriverError | null {
    if (this.#sink === null || this.#intake === null || this.#filters) return null;
    return this.#intake.read(into);
  }

  set(setting: Setting, value: number): DriverError | null {
    return this.#settings.set(setting, value, this.#socket);
  }

  connect(remote: NetAddress): DriverError | null {
    if (remote.family !== this.#family) return 'EAFNOSUPPORT';
    if (!isPort(remote.port)) return 'EADDRNOTAVAIL';
    const undone = this.disconnect();
    if (undone !== null && undone !== 'ENOTCONN') return undone;
    const sender = this.#ready();
    if (typeof sender === 'string') return sender;
    const error = this.#connectSystem(sender, remote);
    if (error !== null) return error;
    this.#systemConnected = true;
    this.remote = remote;
    this.#readLocal();
    return null;
  }

  #connectSystem({ tap }: DatagramSender, remote: NetAddress): DriverError | null {
    const socket: (Socket & ConnectSync) | null = this.#socket;
    if (socket === null) return 'EBADF';
    const host = hostText(remote);
    if (socket.connectSync !== undefined) return attempt(() => socket.connectSync?.(remote.port, host));
    if (tap !== null) tap.status = null;
    const thrown = attempt(() => {
      // The callback keeps a failure from being emitted as well.
      socket.connect(remote.port, host, nothing);
    });
    if (thrown !== null) return thrown;
    const status = tap?.status ?? null;
    if (status !== null) return status < 0 ? nameOfStatus(status) : null;
    return attempt(() => socket.remoteAddress());
  }

  disconnect(): DriverError | null {
    if (this.remote === null) return 'ENOTCONN';
    const error = this.#disconnectSystem();
    if (error === null) this.remote = null;
    return error;
  }

  #disconnectSystem(): DriverError | null {
    const socket = this.#socket;
    if (socket === null || !this.#systemConnected) return null;
    const error = attempt(() => {
      socket.disconnect();
    });
    if (error !== null) return error;
    this.#systemConnected = false;
    const before = this.local;
    this.#readLocal();
    if (before === null || this.local?.port === before.port) return null;
    // Linux gives a port up on disconnect unless it was bound by number: take it again, this time by number.
    return this.#reopen(before.port);
  }

  #reopen(port: number): DriverError | null {
    const address = this.#asked;
    if (address === null) return null;
    this.#release();
    this.local = null;
    return this.#open({ ...address, port });
  }

  send(chunks: readonly Uint8Array[], to: NetAddress | null, control: SendControl | null, done: Done): void {
    if (control !== null) {
      done('ENOTSUP');
      return;
    }
    const target = this.#target(to);
    if (typeof target === 'string') {
      done(target);
      return;
    }
    // Asked for after the target, whose choice may have replaced the socket.
    const sender = this.#ready();
    if (typeof sender === 'string') {
      done(sender);
      return;
    }
    sender.send(chunks, target, done);
  }

  /** Where a datagram goes: null for the peer that the system knows. */
  #target(to: NetAddress | null): NetAddress | null | DriverError {
    const { remote } = this;
    if (to === null) {
      if (remote === null) return 'EDESTADDRREQ';
      return this.#systemConnected ? null : remote;
    }
    if (to.family !== this.#family) return 'EAFNOSUPPORT';
    if (!isPort(to.port)) return 'EADDRNOTAVAIL';
    if (!this.#systemConnected) return to;
    if (remote !== null && isSame(to, remote)) return null;
    // The system lets a connected socket send nowhere else, Winsock does: from now on this side keeps the peer.
    return this.#disconnectSystem() ?? to;
  }

  join(membership: Membership): DriverError | null {
    return this.#settings.join(membership, this.#socket);
  }

  leave(membership: Membership): DriverError | null {
    return this.#settings.leave(membership, this.#socket);
  }

  setSourceFilter(): DriverError {
    return 'ENOTSUP';
  }

  /** Node tells nothing of the path. */
  pathMtu(): null {
    return null;
  }

  setMulticastInterface(address: string): DriverError | null {
    return this.#settings.setMulticastInterface(address, this.#socket);
  }

  close(): void {
    this.#sink = null;
    // What is queued still goes out; the last of it closes the socket.
    if (this.#sender === null || this.#sender.queued === 0) this.#release();
  }

  #release(): void {
    this.#intake?.end();
    this.#intake = null;
    this.#socket?.close();
    this.#socket = null;
    this.#sender = null;
  }
}

function nothing(): void {
  // The tap has the answer.
}

/** A port that can be a destination; the handle takes whole numbers only, on pain of death. */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= 0xffff;
}

function isSame(a: NetAddress, b: NetAddress): boolean {
  return a === b || (a.port === b.port && a.address === b.address && a.scopeId === b.scopeId);
}
