// The links that multicast DNS is spoken on: which interfaces there are, the two shared ports, the groups, and who counts as
// being on a link. What is said is the others' business.
import { parseIpv4, parseIpv6 } from '../../../abi/index.js';
import type { Clock, DatagramAddress, DatagramPort, NetworkInterface, NetworkService, Timer } from '../../../win32/index.js';

export const MDNS_PORT = 5353;
const GROUPS = { ipv4: '224.0.0.251', ipv6: 'ff02::fb' } as const;
/** RFC 6762, 11. */
const HOPS = 255;
/** How often to look at the interfaces where nobody tells of their changes. */
const LOOK_EVERY = 15_000;
/** How many of our own messages may be on their way back to us. */
const MOST_ECHOES = 64;

type IpFamily = keyof typeof GROUPS;
const FAMILIES: readonly IpFamily[] = ['ipv4', 'ipv6'];

/** An interface with its addresses. */
export interface Link {
  readonly index: number;
  readonly faces: readonly NetworkInterface[];
}

/** Told what happens on the links. */
export interface LinksOwner {
  /** Somebody on a link has sent something. */
  received(bytes: Uint8Array, link: Link, from: DatagramAddress): void;
  /** The links, or their addresses, are other ones than before. */
  linksChanged(): void;
}

function bytesOfAddress(text: string): Uint8Array | null {
  const [address = ''] = text.split('%');
  return parseIpv4(address) ?? parseIpv6(address);
}

/** Whether an address is within an interface's network. */
function isWithin(address: Uint8Array, face: NetworkInterface): boolean {
  const own = bytesOfAddress(face.address);
  if (own?.length !== address.length) return false;
  for (let bit = 0; bit < face.prefixLength; bit += 8) {
    const rest = face.prefixLength - bit;
    const mask = rest >= 8 ? 0xff : 0xff00 >> rest;
    if ((((own[bit >> 3] ?? 0) ^ (address[bit >> 3] ?? 0)) & mask & 0xff) !== 0) return false;
  }
  return true;
}

function textOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The links of one process. */
export class Links {
  links: readonly Link[] = [];
  readonly #network: NetworkService;
  readonly #clock: Clock;
  readonly #owner: LinksOwner;
  readonly #wanted: readonly string[];
  readonly #ports = new Map<IpFamily, DatagramPort>();
  readonly #joined = new Map<string, NetworkInterface>();
  /** What we have sent to the groups comes back to us as well. */
  readonly #echoes: string[] = [];
  #seen = '';
  #timer: Timer | null = null;
  #unwatch: (() => void) | null = null;

  /** @param wanted - names of interfaces; every interface but loopback when there are none */
  constructor(network: NetworkService, clock: Clock, wanted: readonly string[], owner: LinksOwner) {
    this.#network = network;
    this.#clock = clock;
    this.#wanted = wanted;
    this.#owner = owner;
  }

  get isOpen(): boolean {
    return this.#ports.size > 0;
  }

  /** Opens the ports; false when there is none to be had. */
  open(): boolean {
    for (const family of FAMILIES) {
      const port = this.#network.openDatagram({
        family,
        port: MDNS_PORT,
        shared: true,
        multicastHops: HOPS,
        received: (data, from) => {
          this.#received(data, from);
        },
      });
      if (typeof port !== 'string') this.#ports.set(family, port);
    }
    this.#look();
    this.#unwatch = this.#network.watch(() => {
      this.#lookAgain();
    });
    if (this.#unwatch === null && this.isOpen) this.#lookLater();
    return this.isOpen;
  }

  close(): void {
    this.#timer?.cancel();
    this.#unwatch?.();
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
    this.#joined.clear();
    this.#echoes.length = 0;
    this.#seen = '';
    this.links = [];
  }

  /** Whether an address is one of this machine's. */
  isOwn(text: string): boolean {
    return this.links.some(({ faces }) => faces.some(({ address }) => address === text.split('%')[0]));
  }

  /** Sends to everybody on a link, over each family that it has. */
  multicast(link: Link, bytes: Uint8Array): void {
    for (const family of FAMILIES) {
      const face = link.faces.find((one) => one.family === family && this.#joined.has(faceKey(one)));
      const port = this.#ports.get(family);
      if (face === undefined || port === undefined) continue;
      this.#echoes.push(textOf(bytes));
      if (this.#echoes.length > MOST_ECHOES) this.#echoes.shift();
      port.send(bytes, { family, address: GROUPS[family], port: MDNS_PORT, scopeId: family === 'ipv6' ? face.index : 0 }, face);
    }
  }

  /** Sends to one only. */
  unicast(to: DatagramAddress, bytes: Uint8Array): void {
    if (to.family !== 'unix') this.#ports.get(to.family)?.send(bytes, to, null);
  }

  #received(data: Uint8Array, from: DatagramAddress): void {
    const link = this.#linkOf(from);
    if (link === null) return;
    if (from.port === MDNS_PORT && this.isOwn(from.address)) {
      const echo = this.#echoes.indexOf(textOf(data));
      if (echo >= 0) {
        this.#echoes.splice(echo, 1);
        return;
      }
    }
    this.#owner.received(data, link, from);
  }

  /** Only those on a link are heard (RFC 6762, 11). */
  #linkOf({ address, scopeId }: DatagramAddress): Link | null {
    const bytes = bytesOfAddress(address);
    if (bytes === null) return null;
    const onScope = scopeId === 0 ? this.links : this.links.filter(({ index }) => index === scopeId);
    return onScope.find(({ faces }) => faces.some((face) => isWithin(bytes, face))) ?? null;
  }

  #lookLater(): void {
    this.#timer = this.#clock.setTimer(LOOK_EVERY, () => {
      this.#lookLater();
      this.#lookAgain();
    });
  }

  #lookAgain(): void {
    if (this.isOpen && this.#look()) this.#owner.linksChanged();
  }

  /** Finds the links; whether they have changed. */
  #look(): boolean {
    const faces = this.#network.interfaces().filter((face) => this.#isWanted(face));
    const seen = JSON.stringify(faces);
    if (seen === this.#seen) return false;
    this.#seen = seen;
    const links = new Map<number, NetworkInterface[]>();
    for (const face of faces) links.set(face.index, [...(links.get(face.index) ?? []), face]);
    this.links = [...links].map(([index, own]) => ({ index, faces: own }));
    this.#joinAll(faces);
    return true;
  }

  #isWanted({ name, family, up, multicast, loopback }: NetworkInterface): boolean {
    if (!up || family === 'unix') return false;
    return this.#wanted.length > 0 ? this.#wanted.includes(name) : multicast && !loopback;
  }

  #joinAll(faces: readonly NetworkInterface[]): void {
    const present = new Map(faces.map((face) => [faceKey(face), face]));
    for (const [key, face] of this.#joined) {
      if (present.has(key) || face.family === 'unix') continue;
      this.#ports.get(face.family)?.leave(GROUPS[face.family], face);
      this.#joined.delete(key);
    }
    for (const [key, face] of present) {
      if (this.#joined.has(key) || face.family === 'unix') continue;
      if (this.#ports.get(face.family)?.join(GROUPS[face.family], face) === null) this.#joined.set(key, face);
    }
  }
}

/** Memberships are of an address over IPv4, of an interface over IPv6. */
const faceKey = ({ family, index, address }: NetworkInterface): string => (family === 'ipv6' ? `6 ${String(index)}` : `4 ${address}`);
