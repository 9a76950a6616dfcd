// What a host is between two crashes: a Winsock process over the host's stack, and those who wait for what runs in it.
import { MAKEWORD, WSADATA, createProcess, errorName, type MemoryStore, type WinsockHost } from '../../index.js';
import { simDriver, type SimHost } from '../../drivers/sim/index.js';
import { WaitingCalls } from '../calls/waiting-calls.js';
import { watch, type Watch } from '../checker/watch.js';
import { HostClock } from './host-clock.js';

/** What a host is asked to run ends with this when the host crashes. */
export class HostCrashed extends Error {
  override readonly name = 'HostCrashed';
  readonly host: string;

  constructor(host: string) {
    super(`the host '${host}' has crashed`);
    this.host = host;
  }
}

/** How to start. */
export interface LifeOptions {
  readonly processId: number;
  /** The catalog, which outlives a crash as a file does. */
  readonly store: MemoryStore;
  readonly check: boolean;
  readonly noteCalls: boolean;
}

/** One life. */
export class Life {
  readonly process: WinsockHost;
  readonly clock: HostClock;
  /** The calls that have not returned; null if nobody notes them. */
  readonly waiting: WaitingCalls | null;
  /** The checker; null if nobody asked for it. */
  readonly watch: Watch | null;
  #crashed: HostCrashed | null = null;
  readonly #runs = new Set<(crashed: HostCrashed) => void>();
  /** WSAStartup calls that `start` has made. */
  #starts = 0;

  constructor(host: SimHost, { processId, store, check, noteCalls }: LifeOptions) {
    this.clock = new HostClock(host.network.clock);
    this.process = createProcess({ name: host.name, id: processId, driver: simDriver(host), clock: this.clock, store });
    this.waiting = noteCalls ? new WaitingCalls(this.process) : null;
    this.watch = check ? watch(this.process) : null;
  }

  /** Runs `body` in the process; when the host crashes first, the result is HostCrashed. */
  run<R>(body: () => R | Promise<R>): Promise<R> {
    if (this.#crashed !== null) return Promise.reject(this.#crashed);
    const result = new Promise<R>((resolve, reject) => {
      const give = (crashed: HostCrashed): void => {
        // The test has made the host crash: that nobody waits for this run is no mistake.
        result.catch(() => undefined);
        reject(crashed);
      };
      this.#runs.add(give);
      const running = this.process.run(async () => await body());
      void running.then(resolve, reject).finally(() => this.#runs.delete(give));
    });
    return result;
  }

  /** WSAStartup, undone by `end`. */
  async start(): Promise<void> {
    const error = await this.process.bind().WSAStartup(MAKEWORD(2, 2), new WSADATA());
    if (error !== 0) throw new Error(`WSAStartup on '${this.process.name}': ${errorName(error)}`);
    this.#starts += 1;
  }

  /** Nothing of it goes on; whoever waits for what runs in it is told so. */
  crash(): void {
    const crashed = new HostCrashed(this.process.name);
    this.#crashed = crashed;
    this.#halt();
    for (const give of this.#runs) give(crashed);
    this.#runs.clear();
  }

  /** Nothing of it goes on, and nobody is told. Gives what the checker has found; '' for nothing. */
  end(): string {
    // What a crash leaves open is not the program's fault.
    if (this.#crashed !== null) return '';
    const { WSACleanup } = this.process.bind();
    for (; this.#starts > 0; this.#starts -= 1) void WSACleanup();
    this.watch?.stop();
    this.#halt();
    return this.watch?.report() ?? '';
  }

  #halt(): void {
    this.clock.halt();
    this.waiting?.stop();
    this.process.ended = true;
  }
}
