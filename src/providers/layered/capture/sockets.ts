// The sockets of a capture: which connection or datagram each transfer belongs to.
import { SOCK_STREAM, SOL_SOCKET, SO_TYPE, ref, sockaddr_storage, type Memory, type SOCKET } from '../../../abi/index.js';
import type { WSPPROC_TABLE } from '../../../spi/index.js';
import { placeIn, type Place } from '../kit/address-rule.js';
import { Connection, datagramPacket, type Packet } from './flow.js';

/** What is known of a socket. */
interface Known {
  readonly isStream: boolean;
  connection: Connection | null;
}

/** The sockets that calls have named, until they are closed. */
export class CapturedSockets {
  readonly #below: WSPPROC_TABLE;
  readonly #packet: Packet;
  readonly #known = new Map<SOCKET, Known>();

  constructor(below: WSPPROC_TABLE, toPacket: Packet) {
    this.#below = below;
    this.#packet = toPacket;
  }

  /** A connection has come about. Its addresses are the socket's, unless they are given. */
  connected(s: SOCKET, isOurs: boolean, local = this.#local(s), peer = this.#peer(s)): void {
    const known = this.#of(s);
    if (!known.isStream || known.connection !== null || local === null || peer === null) return;
    known.connection = new Connection(local, peer, isOurs, this.#packet);
  }

  /** Data has moved; `other` is the address that a call named or was told. */
  moved(s: SOCKET, isSent: boolean, data: Uint8Array, other: Place | null = null): void {
    const known = this.#of(s);
    if (known.isStream) {
      // Whoever does not wait for a connection is not told of it by connect.
      this.connected(s, true);
      known.connection?.data(isSent, data);
      return;
    }
    const local = this.#local(s);
    if (local === null) return;
    // A program may receive without asking from whom.
    const peer = other ?? this.#peer(s) ?? { address: new Uint8Array(local.address.length), port: 0 };
    const [from, to] = isSent ? [local, peer] : [peer, local];
    this.#packet(datagramPacket(sameFamily(from, peer), sameFamily(to, peer), data));
  }

  /** One side of a connection has ended. */
  ended(s: SOCKET, isSent: boolean): void {
    this.#known.get(s)?.connection?.end(isSent);
  }

  closed(s: SOCKET): void {
    this.ended(s, true);
    this.#known.delete(s);
  }

  isStream(s: SOCKET): boolean {
    return this.#of(s).isStream;
  }

  #of(s: SOCKET): Known {
    let known = this.#known.get(s);
    if (known === undefined) {
      const type = new Uint8Array(4);
      const told = this.#below.lpWSPGetSockOpt(s, SOL_SOCKET, SO_TYPE, type, ref<number>(type.length), ref(0));
      known = { isStream: told === 0 && type[0] === SOCK_STREAM, connection: null };
      this.#known.set(s, known);
    }
    return known;
  }

  #local(s: SOCKET): Place | null {
    return named((name, length) => this.#below.lpWSPGetSockName(s, name, length, ref(0)));
  }

  #peer(s: SOCKET): Place | null {
    return named((name, length) => this.#below.lpWSPGetPeerName(s, name, length, ref(0)));
  }
}

/** A socket on every address has none of a family. */
function sameFamily({ address, port }: Place, { address: { length } }: Place): Place {
  return { address: address.length === length ? address : new Uint8Array(length), port };
}

function named(ask: (name: Memory, length: { value: number }) => number): Place | null {
  const name = new Uint8Array(sockaddr_storage.size);
  const length = ref<number>(name.length);
  return ask(name, length) === 0 ? placeIn(name, length.value) : null;
}
