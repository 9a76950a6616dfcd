// A host of the network: its name, where it is plugged in, its routes, and its stack while it is up. Owns what survives a
// crash; the stack is made anew at every start.
import type { IpAddress, IpFamily } from '../ip/address.js';
import { contains, parsePrefix } from '../ip/prefix.js';
import type { InterfacePrefix } from '../ip/service.js';
import * as ipv6 from '../wire/ipv6.js';
import { Attachment } from './attachment.js';
import { HostStack } from './host-stack.js';
import { Nat, type NatFiltering, type PortForward } from './nat/nat.js';
import type { NatTimeouts } from './nat/mapping.js';
import type { SimNetwork } from './network.js';
import type { Segment } from './segment.js';

/** A plug of a host. */
export interface PlugOptions {
  /** Which segment; without it the network's first one. */
  readonly segment?: string | Segment;
  /** As 'a.b.c.d/24' or 'fd00::1/64'; without them the next free ones of the segment. */
  readonly addresses?: readonly string[];
  readonly mtu?: number;
}

export interface HostOptions extends PlugOptions {
  /** For a host with several plugs, or with none; instead of `segment`, `addresses` and `mtu`. */
  readonly interfaces?: readonly PlugOptions[];
  /** Carry on packets that are for others: a router. */
  readonly forwarding?: boolean;
  /** Translate addresses between two segments; implies `forwarding`. */
  readonly nat?: NatOptions;
  /** Default gateways: addresses, or names of hosts on the same segment. */
  readonly gateway?: string | readonly string[];
}

/** A NAT: hosts on the inside segment share this host's address on the outside one. */
export interface NatOptions {
  readonly inside: string;
  readonly outside: string;
  readonly forwards?: readonly PortForward[];
  /** Whom mappings let in; without it those whom the inside host has sent to, with their port. */
  readonly filtering?: NatFiltering;
  readonly timeouts?: Partial<NatTimeouts>;
}

/** A static route, as it was asked for. */
interface StaticRoute {
  readonly prefix: InterfacePrefix;
  readonly gateway: IpAddress;
  readonly index: number;
}

export class SimHost {
  readonly name: string;
  readonly network: SimNetwork;
  readonly forwarding: boolean;
  readonly attachments: Attachment[] = [];
  readonly #routes: StaticRoute[] = [];
  /** Told of every stack that is made, before it does anything. */
  readonly #starting: ((stack: HostStack) => void)[] = [];
  readonly #natOptions: NatOptions | null;
  #nat: Nat | null = null;
  #stack: HostStack;
  #up = true;
  #starts = 0;

  constructor(network: SimNetwork, name: string, options: HostOptions = {}) {
    this.network = network;
    this.name = name;
    this.#natOptions = options.nat ?? null;
    this.forwarding = options.forwarding ?? options.nat !== undefined;
    this.#stack = this.#start();
    for (const plug of options.interfaces ?? [options]) this.attach(plug.segment, plug);
    const { gateway = [] } = options;
    for (const one of typeof gateway === 'string' ? [gateway] : gateway) this.addGateway(one);
    this.#translate();
  }

  get up(): boolean {
    return this.#up;
  }

  /** The stack; of a host that is down the one that it had. */
  get stack(): HostStack {
    return this.#stack;
  }

  /** Its address translation; null if it does none. */
  get nat(): Nat | null {
    return this.#nat;
  }

  /** The own addresses but for loopback and link-local ones, in the order of interfaces. */
  get addresses(): readonly IpAddress[] {
    const all = this.attachments.flatMap((attachment) => attachment.addresses.map(({ address }) => address));
    return all.filter((address) => !address.isLinkLocal);
  }

  /** The first address of a family. @throws Error if it has none. */
  address(family: IpFamily = 'ipv4'): string {
    const found = this.addresses.find((address) => address.family === family);
    if (found === undefined) throw new Error(`host '${this.name}' has no ${family} address`);
    return found.text;
  }

  /** Plugs the host into a segment; gives the index of the new interface. */
  attach(segment?: string | Segment, options: PlugOptions = {}): number {
    const { network } = this;
    const wanted = network.findSegment(segment);
    const mtu = options.mtu ?? wanted.mtu;
    const given = options.addresses?.map((text) => parsePrefix(network.book, text)) ?? wanted.allot(network.book);
    // IPv6 needs links that take 1280 bytes (RFC 8200 section 5).
    const addresses = mtu < ipv6.MIN_MTU ? given.filter(({ address }) => address.family === 'ipv4') : given;
    if (mtu >= ipv6.MIN_MTU && !given.some(({ address }) => address.family === 'ipv6' && address.isLinkLocal)) {
      addresses.push(network.nextLinkLocal());
    }
    const index = this.attachments.length + 2;
    const attachment = new Attachment(network.fabric, this.name, index, wanted, mtu, addresses);
    wanted.add(attachment);
    this.attachments.push(attachment);
    if (this.#up) attachment.plug(this.#stack.ip);
    return index;
  }

  /** Gives an interface one more address. */
  addAddress(text: string, interfaceIndex = 2): void {
    const attachment = this.#attachment(interfaceIndex);
    const prefix = parsePrefix(this.network.book, text);
    attachment.segment.readdress(attachment, [...attachment.addresses, prefix]);
    if (this.#up) this.#stack.ip.addAddress(interfaceIndex, prefix);
  }

  removeAddress(text: string, interfaceIndex = 2): void {
    const attachment = this.#attachment(interfaceIndex);
    const address = this.network.book.parse(text);
    const kept = attachment.addresses.filter((prefix) => prefix.address !== address);
    attachment.segment.readdress(attachment, kept);
    if (this.#up) this.#stack.ip.removeAddress(interfaceIndex, address);
  }

  /** Sends what no other route is for to `gateway`: an address, or the name of a host on the same segment. */
  addGateway(gateway: string): void {
    const { book } = this.network;
    const families: readonly IpFamily[] = ['ipv4', 'ipv6'];
    for (const family of families) {
      if (this.#gateway(gateway, family) === null) continue;
      this.addRoute(`${book.any(family).text}/0`, gateway);
    }
  }

  /** Sends what is for the network `prefix` to `gateway`: an address, or the name of a host on the same segment. */
  addRoute(prefix: string, gateway: string): void {
    const network = parsePrefix(this.network.book, prefix);
    const found = this.#gateway(gateway, network.address.family);
    if (found === null) throw new Error(`host '${this.name}' cannot reach the gateway '${gateway}'`);
    const route = { prefix: network, ...found };
    this.#routes.push(route);
    if (this.#up) this.#enter(route);
  }

  /** Calls `starting` for the stack that is there, and for every later one. */
  onStart(starting: (stack: HostStack) => void): void {
    this.#starting.push(starting);
    if (this.#up) starting(this.#stack);
  }

  /** Goes down as in a power cut: nothing is sent, what comes vanishes. */
  crash(): void {
    if (!this.#up) return;
    this.#up = false;
    for (const attachment of this.attachments) attachment.unplug();
    this.#stack.halt();
  }

  /** Comes up with a stack that knows nothing of what was before. */
  restart(): void {
    this.crash();
    this.#up = true;
    this.#stack = this.#start();
    for (const attachment of this.attachments) attachment.plug(this.#stack.ip);
    for (const route of this.#routes) this.#enter(route);
    this.#translate();
    for (const starting of this.#starting) starting(this.#stack);
  }

  #start(): HostStack {
    this.#starts += 1;
    const { clock, random, book } = this.network;
    const chance = random.fork(`host ${this.name} ${this.#starts}`);
    const stack = new HostStack({ clock, random: chance, book, forwarding: this.forwarding });
    stack.ip.loopback.watcher = (packet) => this.network.showLoopback(this.name, packet);
    return stack;
  }

  /** Mappings are lost in a crash like everything else. */
  #translate(): void {
    const options = this.#natOptions;
    if (options === null) return;
    const { inside, outside, ...rest } = options;
    const setup = { ...rest, insideIndex: this.#indexOn(inside), outsideIndex: this.#indexOn(outside) };
    this.#nat = new Nat(this.#stack.ip, setup);
    this.#stack.ip.useTranslator(this.#nat);
  }

  #indexOn(segment: string): number {
    const found = this.attachments.find((attachment) => attachment.segment.name === segment);
    if (found === undefined) throw new Error(`host '${this.name}' is not on segment '${segment}'`);
    return found.index;
  }

  #enter({ prefix, gateway, index }: StaticRoute): void {
    const { router } = this.#stack.ip;
    const iface = router.interfaceAt(index);
    if (iface !== null) router.addRoute(prefix, iface, gateway);
  }

  /** The address of a gateway, and the interface to reach it by. */
  #gateway(gateway: string, family: IpFamily): { gateway: IpAddress; index: number } | null {
    const address = this.network.book.find(gateway);
    for (const { segment, addresses, index } of this.attachments) {
      const hop = address ?? segment.addressOf(gateway, family);
      if (hop?.family !== family) continue;
      const near = addresses.some((own) => contains(own.address, own.prefixLength, hop));
      if (near) return { gateway: hop, index };
    }
    return null;
  }

  #attachment(index: number): Attachment {
    const attachment = this.attachments[index - 2];
    if (attachment === undefined) throw new Error(`host '${this.name}' has no interface ${index} on a segment`);
    return attachment;
  }
}
