// A broadcast domain: who is plugged in, whose each address is, and the addresses that hosts are given on it. There is no
// ARP: an address that somebody has on the segment is known to all.
import type { AddressBook, IpAddress, IpFamily } from '../ip/address.js';
import { broadcastOf, contains } from '../ip/prefix.js';
import type { InterfacePrefix } from '../ip/service.js';
import type { WirePacket } from '../ip/wire-packet.js';
import type { Attachment } from './attachment.js';
import type { LinkProperties } from './link-properties.js';
import { Path } from './path.js';
import type { Fabric } from './fabric.js';

/** Works out what a path between two hosts is like. */
export type LinkPlan = (segment: Segment, from: string, to: string) => Required<LinkProperties>;

export class Segment {
  readonly name: string;
  /** The networks that hosts are given addresses of, at most one per family. */
  readonly prefixes: readonly InterfacePrefix[];
  readonly properties: LinkProperties;
  readonly mtu: number;
  readonly attachments: Attachment[] = [];
  readonly #fabric: Fabric;
  readonly #plan: LinkPlan;
  readonly #owners = new Map<IpAddress, Attachment>();

  constructor(
    fabric: Fabric,
    name: string,
    prefixes: readonly InterfacePrefix[],
    mtu: number,
    properties: LinkProperties,
    plan: LinkPlan,
  ) {
    this.#fabric = fabric;
    this.name = name;
    this.prefixes = prefixes;
    this.mtu = mtu;
    this.properties = properties;
    this.#plan = plan;
  }

  add(attachment: Attachment): void {
    for (const { address } of attachment.addresses) this.#claim(address, attachment);
    this.attachments.push(attachment);
    this.#forgetNeighbours();
  }

  /** Gives a plug other addresses than it had. @throws Error if somebody else has one of them. */
  readdress(attachment: Attachment, addresses: readonly InterfacePrefix[]): void {
    for (const { address } of attachment.addresses) this.#owners.delete(address);
    attachment.addresses = addresses;
    for (const { address } of addresses) this.#claim(address, attachment);
    this.#forgetNeighbours();
  }

  owner(address: IpAddress): Attachment | null {
    return this.#owners.get(address) ?? null;
  }

  /** To everybody else, one by one in the order in which they were plugged in. */
  sendToAll(from: Attachment, packet: WirePacket): void {
    let last: Attachment | null = null;
    for (const attachment of this.attachments) {
      if (attachment === from) continue;
      if (last !== null) from.pathTo(last).send(packet.copy());
      last = attachment;
    }
    if (last !== null) from.pathTo(last).send(packet);
  }

  makePath(from: Attachment, to: Attachment): Path {
    return new Path(this.#fabric, from, to, this.#plan(this, from.host, to.host));
  }

  /** The next free address of each of its networks. */
  allot(book: AddressBook): InterfacePrefix[] {
    return this.prefixes.map((prefix) => this.#nextFree(book, prefix));
  }

  /** Works out anew what all paths are like. */
  replan(): void {
    for (const attachment of this.attachments) {
      for (const path of attachment.paths) path.setProperties(this.#plan(this, path.from, path.to));
    }
  }

  /** What `host` is reached by on this segment by hosts of the same network. */
  addressOf(host: string, family: IpFamily): IpAddress | null {
    for (const attachment of this.attachments) {
      if (attachment.host !== host) continue;
      const found = attachment.addresses.find(({ address }) => address.family === family && !address.isLinkLocal);
      if (found !== undefined) return found.address;
    }
    return null;
  }

  #nextFree(book: AddressBook, { address, prefixLength }: InterfacePrefix): InterfacePrefix {
    const bytes = address.bytes.slice();
    for (;;) {
      for (let i = bytes.length - 1; i >= 0; i -= 1) {
        bytes[i] = (bytes[i] ?? 0) + 1;
        if (bytes[i] !== 0) break;
      }
      const next = address.family === 'ipv4' ? book.ipv4(bytes, 0) : book.ipv6(bytes, 0);
      if (!contains(address, prefixLength, next)) throw new Error(`segment '${this.name}' has no address left`);
      const broadcast = broadcastOf(book, { address, prefixLength });
      if (next !== broadcast && !this.#owners.has(next)) return { address: next, prefixLength };
    }
  }

  #claim(address: IpAddress, attachment: Attachment): void {
    const owner = this.#owners.get(address);
    if (owner !== undefined && owner !== attachment) {
      const rival = attachment.host;
      throw new Error(`${address.text} is ${owner.host}'s on segment '${this.name}', so it cannot be ${rival}'s`);
    }
    this.#owners.set(address, attachment);
  }

  #forgetNeighbours(): void {
    for (const attachment of this.attachments) attachment.forgetNeighbours();
  }
}
