// A network in a box: hosts on segments, what the links between them are like, and what goes wrong on them. Everything
// that happens in it happens by its clock and its seed.
import { AddressBook } from '../ip/address.js';
import { parsePrefix } from '../ip/prefix.js';
import type { InterfacePrefix } from '../ip/service.js';
import type { WirePacket } from '../ip/wire-packet.js';
import { SimClock } from '../clock.js';
import { Random } from '../random.js';
import { type Fabric, LinkCounts } from './fabric.js';
import { type HostOptions, SimHost } from './host.js';
import { type LinkProperties, mergeLinks } from './link-properties.js';
import { Partition } from './partition.js';
import { type HostChoice, namesOf, type Rule, type RuleDescription } from './rule.js';
import { RuleBook } from './rule-book.js';
import { Segment } from './segment.js';
import { type TapListener, Taps } from './taps.js';

const DEFAULT_SEED = 1;
const DEFAULT_MTU = 1500;
const DEFAULT_SEGMENT = 'lan';

export interface NetworkOptions extends LinkProperties {
  readonly seed?: number;
}

export interface SegmentOptions extends LinkProperties {
  /** The networks that hosts are given addresses of; without them 10.0.n.0/24 and fd00:0:0:n::/64. */
  readonly prefixes?: readonly string[];
  readonly mtu?: number;
}

/** What was said about the links between two hosts, or sets of them. */
interface LinkOverride {
  readonly from: ReadonlySet<string> | null;
  readonly to: ReadonlySet<string> | null;
  readonly properties: LinkProperties;
}

export class SimNetwork {
  readonly seed: number;
  readonly clock = new SimClock();
  readonly random: Random;
  readonly book = new AddressBook();
  readonly hosts = new Map<string, SimHost>();
  readonly segments = new Map<string, Segment>();
  /** What all links share. */
  readonly fabric: Fabric;
  readonly #properties: LinkProperties;
  readonly #overrides: LinkOverride[] = [];
  #linkLocals = 0;

  constructor(options: NetworkOptions = {}) {
    const { seed = DEFAULT_SEED, ...properties } = options;
    this.seed = seed;
    this.random = new Random(seed);
    mergeLinks(properties);
    this.#properties = properties;
    const { clock, random, book } = this;
    this.fabric = { clock, random, book, rules: new RuleBook(), taps: new Taps(), counts: new LinkCounts() };
  }

  /** What became of packets on all links. */
  get counts(): Readonly<LinkCounts> {
    return this.fabric.counts;
  }

  /** A new host; without options it is on the first segment, which is made if there is none. */
  host(name: string, options: HostOptions = {}): SimHost {
    if (this.hosts.has(name)) throw new Error(`there is a host '${name}' already`);
    const host = new SimHost(this, name, options);
    this.hosts.set(name, host);
    return host;
  }

  /** A new segment. */
  segment(name: string, options: SegmentOptions = {}): Segment {
    if (this.segments.has(name)) throw new Error(`there is a segment '${name}' already`);
    const { prefixes, mtu = DEFAULT_MTU, ...properties } = options;
    mergeLinks(properties);
    const n = this.segments.size;
    const texts = prefixes ?? [`10.0.${n}.0/24`, n === 0 ? 'fd00::/64' : `fd00:0:0:${n.toString(16)}::/64`];
    const networks = texts.map((text) => parsePrefix(this.book, text));
    const segment = new Segment(this.fabric, name, networks, mtu, properties, (where, from, to) =>
      this.#plan(where, from, to),
    );
    this.segments.set(name, segment);
    return segment;
  }

  /** The segment of this name; without one the first, which is made if there is none. */
  findSegment(segment?: string | Segment): Segment {
    if (segment === undefined) {
      const [first] = this.segments.values();
      return first ?? this.segment(DEFAULT_SEGMENT);
    }
    if (typeof segment !== 'string') return segment;
    const found = this.segments.get(segment);
    if (found === undefined) throw new Error(`there is no segment '${segment}'`);
    return found;
  }

  /** Says what links between two hosts are like, from now on and both ways. */
  link(a: HostChoice, b: HostChoice, properties: LinkProperties & { readonly oneWay?: boolean }): void {
    const { oneWay = false, ...wanted } = properties;
    mergeLinks(wanted);
    const from = this.#known(a);
    const to = this.#known(b);
    this.#overrides.push({ from, to, properties: wanted });
    if (!oneWay) this.#overrides.push({ from: to, to: from, properties: wanted });
    for (const segment of this.segments.values()) segment.replan();
  }

  /** Makes something happen to packets. */
  rule(description: RuleDescription): Rule {
    if (description.from !== undefined) this.#known(description.from);
    if (description.to !== undefined) this.#known(description.to);
    return this.fabric.rules.add(description);
  }

  /** Keeps hosts from hearing each other until it is healed; with `oneWay` only `b` from hearing `a`. */
  partition(a: HostChoice, b: HostChoice, options: { readonly oneWay?: boolean } = {}): Partition {
    const { oneWay = false } = options;
    const list = (side: HostChoice): string => [...this.#known(side)].join(', ');
    const name = `partition of ${list(a)} ${oneWay ? 'to' : 'and'} ${list(b)}`;
    return new Partition(this.rule({ name, from: a, to: b, bothWays: !oneWay, verdict: 'drop' }));
  }

  /** Rules that never fired, whether or not they are still in force; a partition counts as one. */
  unusedRules(): Rule[] {
    return this.fabric.rules.unused;
  }

  /** Shows every packet on every link to `listener`; the result stops that. */
  tap(listener: TapListener): () => void {
    return this.fabric.taps.add(listener);
  }

  /** Ends everything: no packet arrives any more and no timer fires. */
  stop(): void {
    for (const host of this.hosts.values()) host.crash();
    this.clock.stop();
    for (const segment of this.segments.values()) {
      for (const attachment of segment.attachments) for (const path of attachment.paths) path.clear();
    }
  }

  // For the parts of the network.

  /** A link-local address that no other interface has: as from a card with the address 02-00-00-00-00-nn (RFC 4291). */
  nextLinkLocal(): InterfacePrefix {
    this.#linkLocals += 1;
    const high = this.#linkLocals >>> 16;
    const low = this.#linkLocals & 0xffff;
    const address = this.book.parse(`fe80::ff:${(0xfe00 | high).toString(16)}:${low.toString(16)}`);
    return { address, prefixLength: 64 };
  }

  showLoopback(host: string, packet: WirePacket): void {
    const { taps } = this.fabric;
    if (!taps.listening) return;
    const place = { from: host, to: host, fromInterface: 1, toInterface: 1, link: 'loopback' };
    taps.show(this.clock.us, place, packet, 'sent', null);
  }

  #plan(segment: Segment, from: string, to: string): Required<LinkProperties> {
    const said = this.#overrides.filter((one) => (one.from?.has(from) ?? true) && (one.to?.has(to) ?? true));
    return mergeLinks(this.#properties, segment.properties, ...said.map((one) => one.properties));
  }

  /** The names of hosts that there are. @throws Error for one that there is not. */
  #known(choice: HostChoice): ReadonlySet<string> {
    const names = namesOf(choice) ?? new Set();
    for (const name of names) if (!this.hosts.has(name)) throw new Error(`there is no host '${name}'`);
    return names;
  }
}
