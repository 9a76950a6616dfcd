// Raw sockets of one host: who is shown which packets. It sees every packet that comes for the host, besides the protocol
// whose it is. What a raw socket sends: sockets/raw.ts.
import type { Arrival, IpProtocol, IpService } from '../ip/service.js';
import { AddressTranslator } from '../sockets/addresses.js';

/** A raw socket as the layer knows it. */
export interface RawSocket {
  /** Its protocol, 0 for every one. */
  readonly protocol: number;
  /** Whether a packet is for it: by its addresses, memberships and peer. */
  wants(arrival: Arrival): boolean;
  deliver(arrival: Arrival): void;
  /** The host went down. */
  halted(): void;
}

const NONE: readonly RawSocket[] = [];

export class RawLayer implements IpProtocol {
  readonly ip: IpService;
  readonly addresses: AddressTranslator;
  /** Counts changes of the own addresses. */
  addressChanges = 0;
  /** By protocol; the lists are replaced, never changed, so that sockets may come and go while one is walked. */
  readonly #sockets = new Map<number, readonly RawSocket[]>();
  #halted = false;

  constructor(ip: IpService) {
    this.ip = ip;
    this.addresses = new AddressTranslator(ip.book);
    ip.register(0, this);
  }

  get isHalted(): boolean {
    return this.#halted;
  }

  add(socket: RawSocket): void {
    this.#sockets.set(socket.protocol, [...(this.#sockets.get(socket.protocol) ?? NONE), socket]);
  }

  remove(socket: RawSocket): void {
    const rest = (this.#sockets.get(socket.protocol) ?? NONE).filter((other) => other !== socket);
    if (rest.length === 0) this.#sockets.delete(socket.protocol);
    else this.#sockets.set(socket.protocol, rest);
  }

  arrived(arrival: Arrival): boolean {
    // Nearly every host has no raw socket, and all its packets come by here.
    if (this.#sockets.size === 0) return false;
    const own = this.#show(this.#sockets.get(arrival.protocol) ?? NONE, arrival);
    const every = arrival.protocol === 0 ? false : this.#show(this.#sockets.get(0) ?? NONE, arrival);
    return own || every;
  }

  #show(sockets: readonly RawSocket[], arrival: Arrival): boolean {
    let wanted = false;
    for (const socket of sockets) {
      if (!socket.wants(arrival)) continue;
      wanted = true;
      socket.deliver(arrival);
    }
    return wanted;
  }

  /** Raw sockets see the ICMP messages themselves. */
  reported(): void {
    // Nothing to add.
  }

  addressesChanged(): void {
    this.addressChanges += 1;
  }

  /** The host goes down: sockets hear nothing more, not even that. */
  halt(): void {
    this.#halted = true;
    const lists = [...this.#sockets.values()];
    this.#sockets.clear();
    for (const sockets of lists) for (const socket of sockets) socket.halted();
  }
}
