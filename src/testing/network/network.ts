// The network as tests use it: made from a seed, with hosts that are Winsock processes, and tests run on it to an end.
import {
  SimNetwork,
  type HostChoice,
  type HostOptions,
  type LinkProperties,
  type NetworkOptions as SimNetworkOptions,
  type Partition,
  type Rule,
  type RuleDescription,
  type Segment,
  type SegmentOptions,
  type SimClock,
  type TapListener,
} from '../../drivers/sim/index.js';
import { Capture, type CaptureOptions } from '../capture/capture.js';
import { installTimers, type InstalledTimers, type TimerTarget } from '../timers/install.js';
import { Host } from './host.js';
import { describeHosts, seconds } from './report.js';
import { seedFromEnvironment, withSeedIn } from './seed.js';

const DEFAULT_SEED = 1;
/** Ten minutes: longer than any timeout of TCP but those for keeping idle connections. */
const DEFAULT_LIMIT = 600_000;
/** Process ids of one host and its restarts do not meet those of the next. */
const IDS_PER_HOST = 0x1000;

/** How to make a network. What it says of links holds for all that nothing else is said of. */
export interface NetworkOptions extends SimNetworkOptions {
  /** What everything that is left to chance comes from; WINSOCK2_SEED, or 1, if left out. */
  readonly seed?: number;
  /** Watch every host with the checker; what it finds is an error when the network is disposed of. */
  readonly check?: boolean;
  /**
   * Note every call, so that a test that does not end can be told who waits in which; true if left out. It doubles what
   * a call costs.
   */
  readonly noteCalls?: boolean;
  /** Whether it is an error that a rule has never fired when the network is disposed of; true if left out. */
  readonly rulesMustFire?: boolean;
}

/** How to run a test. */
export interface RunOptions {
  /** How much virtual time it may take: 600,000 ms if left out. */
  readonly limitMs?: number;
}

/** A network. Made by `createNetwork`. */
export class Network {
  /** The simulation below. */
  readonly sim: SimNetwork;
  readonly hosts = new Map<string, Host>();
  readonly #check: boolean;
  readonly #noteCalls: boolean;
  readonly #rulesMustFire: boolean;
  readonly #partitions: Partition[] = [];
  /** A run has failed: what is found at the end would only hide why. */
  #failed = false;
  #disposed = false;

  constructor({ check = false, noteCalls = true, rulesMustFire = true, ...options }: NetworkOptions = {}) {
    this.sim = new SimNetwork({ ...options, seed: options.seed ?? seedFromEnvironment() ?? DEFAULT_SEED });
    this.#check = check;
    this.#noteCalls = noteCalls;
    this.#rulesMustFire = rulesMustFire;
  }

  get seed(): number {
    return this.sim.seed;
  }

  /** Virtual time; it goes on by itself whenever everybody waits. */
  get clock(): SimClock {
    return this.sim.clock;
  }

  /** A new host, on the first segment if nothing else is said; addresses are given out in order: 10.0.0.1, 10.0.0.2... */
  host(name: string, options?: HostOptions): Host {
    const sim = this.sim.host(name, options);
    const firstId = (this.hosts.size + 1) * IDS_PER_HOST;
    const host = new Host(sim, { firstId, check: this.#check, noteCalls: this.#noteCalls });
    this.hosts.set(name, host);
    return host;
  }

  /** A new segment: hosts on it reach each other directly. */
  segment(name: string, options?: SegmentOptions): Segment {
    return this.sim.segment(name, options);
  }

  /** Says what the links between hosts are like, from now on and, unless `oneWay`, both ways. */
  link(a: HostChoice, b: HostChoice, properties: LinkProperties & { readonly oneWay?: boolean }): void {
    this.sim.link(a, b, properties);
  }

  /** Makes something happen to packets. The rule counts its hits and can be removed. */
  rule(description: RuleDescription): Rule {
    return this.sim.rule(description);
  }

  /** Keeps hosts from hearing each other until it is healed; with `oneWay` only `b` from hearing `a`. */
  partition(a: HostChoice, b: HostChoice, options?: { readonly oneWay?: boolean }): Partition {
    const partition = this.sim.partition(a, b, options);
    this.#partitions.push(partition);
    return partition;
  }

  /** Shows every packet on every link to `listener`, as it is sent; the result stops that. */
  tap(listener: TapListener): () => void {
    return this.sim.tap(listener);
  }

  /** Starts recording packets. */
  capture(options?: CaptureOptions): Capture {
    return new Capture(this.sim, options);
  }

  /** Puts virtual timers and time of day in the place of the program's own; see `installTimers`. */
  installTimers(target?: TimerTarget): InstalledTimers {
    return installTimers(this.clock, target);
  }

  /** Waits in virtual time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.setTimer(ms, resolve));
  }

  /** Virtual time stands still until `work` is done: for what the clock cannot see, as reading a real file. */
  async hold<T>(work: Promise<T>): Promise<T> {
    const release = this.clock.hold();
    try {
      return await work;
    } finally {
      release();
    }
  }

  /**
   * Runs a test. Instead of hanging, it rejects with a report when the body waits for something that will never be, or
   * when the limit of virtual time has passed. Every failure names the seed.
   */
  async run<R>(body: () => R | Promise<R>, { limitMs = DEFAULT_LIMIT }: RunOptions = {}): Promise<R> {
    let stop = (): void => undefined;
    const stuck = new Promise<never>((_, reject) => {
      const give = (): void => reject(this.#stuck(limitMs));
      const limit = this.clock.watchdog(limitMs, give);
      const listening = this.clock.onIdle(give);
      stop = () => {
        limit.cancel();
        listening();
      };
    });
    try {
      return await Promise.race([(async () => await body())(), stuck]);
    } catch (error) {
      this.#failed = true;
      throw withSeedIn(error, this.seed);
    } finally {
      stop();
    }
  }

  /** Rules, and partitions, that have never fired. */
  unusedRules(): readonly (Rule | Partition)[] {
    const partitions = new Map(this.#partitions.map((partition) => [partition.name, partition]));
    const rules = this.sim.unusedRules().filter(({ name }) => !partitions.has(name));
    return [...rules, ...this.#partitions.filter(({ hits }) => hits === 0)];
  }

  /**
   * Ends everything: no packet arrives any more, no timer fires, no call returns.
   *
   * @throws Error naming the rules that never fired and what the checker has found, unless a run has failed before
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const unused = this.#rulesMustFire ? this.unusedRules() : [];
    const complaints = unused.map(({ name }) => `the rule '${name}' never fired`);
    for (const host of this.hosts.values()) complaints.push(host.end());
    this.sim.stop();
    const found = complaints.filter((complaint) => complaint !== '');
    if (found.length > 0 && !this.#failed) throw withSeedIn(new Error(found.join('\n')), this.seed);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #stuck(limitMs: number): Error {
    const why =
      this.clock.pending === 0
        ? 'the test waits for something that will never be: nothing is to come any more (real work needs net.hold)'
        : `the test has not ended after ${seconds(limitMs)} of virtual time (its limitMs)`;
    return new Error(`${why}\n\n${describeHosts(this.hosts.values())}`);
  }
}

/** Makes a network. The same seed gives the same packets, byte for byte. */
export function createNetwork(options?: NetworkOptions): Network {
  return new Network(options);
}
