// A host of the network as tests use it: a machine that can crash, with a Winsock process on it.
import { MemoryStore, type Clock, type Winsock, type WinsockHost } from '../../index.js';
import type { SimHost } from '../../drivers/sim/index.js';
import type { WaitingCall } from '../calls/waiting-calls.js';
import type { Watch } from '../checker/watch.js';
import { Netstat } from '../netstat.js';
import { Life } from './life.js';

/** Process ids are multiples of four, as Windows gives them. */
const ID_STEP = 4;

/** How to make one; `createNetwork` knows. */
export interface HostSetup {
  /** Process ids begin after this one. */
  readonly firstId: number;
  readonly check: boolean;
  readonly noteCalls: boolean;
}

/** A host. Made by `net.host`. */
export class Host {
  /** The machine below: its interfaces, addresses, routes, stack. */
  readonly sim: SimHost;
  readonly #store = new MemoryStore();
  readonly #setup: HostSetup;
  #processId: number;
  #life: Life;

  constructor(sim: SimHost, setup: HostSetup) {
    this.sim = sim;
    this.#setup = setup;
    this.#processId = setup.firstId;
    this.#life = this.#live();
  }

  get name(): string {
    return this.sim.name;
  }

  /** The process; after a restart another one. */
  get process(): WinsockHost {
    return this.#life.process;
  }

  /** The whole C face bound to the process, whichever process the caller itself is in. After a restart another one. */
  get winsock(): Winsock {
    return this.#life.process.bind();
  }

  /** The network's clock, for what is to end with the host: after a crash its timers do not fire. */
  get clock(): Clock {
    return this.#life.clock;
  }

  get up(): boolean {
    return this.sim.up;
  }

  /** Every address but loopback and link-local ones. */
  get addresses(): readonly string[] {
    return this.sim.addresses.map(({ text }) => text);
  }

  /** The first address of a family. @throws Error if it has none. */
  address(family: 'ipv4' | 'ipv6' = 'ipv4'): string {
    return this.sim.address(family);
  }

  /** The checker of the process; null unless the network was made with `check`. */
  get watch(): Watch | null {
    return this.#life.watch;
  }

  /**
   * Runs `body` on this host: the functions of `winsock2` act there, in it and in all that it starts. When the host
   * crashes first, the result is HostCrashed.
   */
  run<R>(body: () => R | Promise<R>): Promise<R> {
    return this.#life.run(body);
  }

  /** Calls WSAStartup for a test that has no program to do it; the end of the network undoes it. */
  start(): Promise<void> {
    return this.#life.start();
  }

  /** A power cut: not a packet is sent, the calls that are waiting never return, and what is run ends in HostCrashed. */
  crash(): void {
    this.sim.crash();
    this.#life.crash();
  }

  /** Comes up again, after a crash if it was running. Process and stack are new and know nothing; the catalog is kept. */
  restart(): void {
    this.crash();
    this.sim.restart();
    this.#life = this.#live();
  }

  /** The sockets of the host, as `netstat -an` shows them. */
  netstat(): Netstat {
    return new Netstat(this.up ? this.sim.stack.rows() : []);
  }

  /** The calls of Winsock that have not returned; null unless the network notes calls. */
  waiting(): readonly WaitingCall[] | null {
    return this.#life.waiting?.list() ?? null;
  }

  /** For the network: nothing goes on here any more. Gives what the checker has found; '' for nothing. */
  end(): string {
    return this.#life.end();
  }

  #live(): Life {
    this.#processId += ID_STEP;
    const { check, noteCalls } = this.#setup;
    return new Life(this.sim, { processId: this.#processId, store: this.#store, check, noteCalls });
  }
}
