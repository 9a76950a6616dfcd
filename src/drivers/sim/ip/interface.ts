// An interface of a host: its addresses, the link behind it, and who listens in on it. Owns no decision about packets.
import type { AddressBook, IpAddress } from './address.js';
import { broadcastOf } from './prefix.js';
import type { InterfacePrefix, IpInterface } from './service.js';
import type { WirePacket } from './wire-packet.js';

/** What an interface is plugged into. It never delivers before it returns. */
export interface Link {
  /**
   * Carries a packet to `nextHop`, or to everybody if it is null; the packet is the link's from now on. False: nobody
   * has this address, the packet is gone.
   */
  send(packet: WirePacket, nextHop: IpAddress | null): boolean;
}

/** Somebody who sees what passes an interface (SIO_RCVALL). */
export type InterfaceTap = (packet: Uint8Array, iface: IpInterface) => void;

/** What an interface is made of. */
export interface InterfaceSetup {
  readonly name: string;
  readonly mtu: number;
  readonly link: Link;
  readonly addresses: readonly InterfacePrefix[];
  readonly loopback?: boolean;
}

export class HostInterface implements IpInterface {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  readonly loopback: boolean;
  readonly link: Link;
  up = true;
  readonly #book: AddressBook;
  readonly #addresses: InterfacePrefix[] = [];
  readonly #own = new Set<IpAddress>();
  readonly #broadcasts = new Set<IpAddress>();
  readonly #taps = new Set<InterfaceTap>();

  constructor(book: AddressBook, index: number, setup: InterfaceSetup) {
    this.#book = book;
    this.index = index;
    this.name = setup.name;
    this.mtu = setup.mtu;
    this.link = setup.link;
    this.loopback = setup.loopback ?? false;
    for (const prefix of setup.addresses) this.addAddress(prefix);
  }

  get addresses(): readonly InterfacePrefix[] {
    return this.#addresses;
  }

  addAddress(prefix: InterfacePrefix): void {
    this.#addresses.push(prefix);
    this.#own.add(prefix.address);
    const broadcast = broadcastOf(this.#book, prefix);
    if (broadcast !== null) this.#broadcasts.add(broadcast);
  }

  removeAddress(address: IpAddress): void {
    const kept = this.#addresses.filter((prefix) => prefix.address !== address);
    this.#addresses.length = 0;
    this.#own.clear();
    this.#broadcasts.clear();
    for (const prefix of kept) this.addAddress(prefix);
  }

  has(address: IpAddress): boolean {
    return this.#own.has(address);
  }

  /** Whether it is the broadcast address of a network of this interface; the limited one is everybody's. */
  isBroadcast(address: IpAddress): boolean {
    return address.isLimitedBroadcast || this.#broadcasts.has(address);
  }

  /** Whether packets to this address go to more than one host. */
  isToMany(address: IpAddress): boolean {
    return address.isMulticast || this.isBroadcast(address);
  }

  addTap(tap: InterfaceTap): () => void {
    // Each tap has an entry of its own, even if one function is given twice.
    const entry: InterfaceTap = (packet, iface) => tap(packet, iface);
    this.#taps.add(entry);
    return () => {
      this.#taps.delete(entry);
    };
  }

  /** Shows a packet to those who listen in; without any it costs one comparison. */
  show(packet: WirePacket): void {
    if (this.#taps.size === 0) return;
    const bytes = packet.complete();
    for (const tap of this.#taps) tap(bytes, this);
  }
}
