// Owns: what a compliance case works with: a fresh driver, addresses of its family, and ready-made connections.
// Does not own: the cases, nor how they are declared (suite.ts).

import type { BindOptions, Driver, Family, NetAddress } from '../../../drivers/sim/index.js';
import type { Skip } from '../declare.js';
import type { Expect } from '../test-api.js';
import { Answer, type ComplianceClock, DatagramProbe, StreamProbe, Watch } from './probes.js';

/** A driver, as the suite wants it. */
export interface DriverUnderTest {
  create(): Driver;
  /** The families to run the suite for. */
  readonly families: readonly Family[];
  readonly skip?: readonly Skip[];
  /** For a simulated network: moved on while a test waits. */
  readonly clock?: ComplianceClock;
  /** The interface for multicast, as `Membership.interface` spells it; without one those cases are skipped. */
  readonly multicast?: { readonly ipv4?: string; readonly ipv6?: string };
  /**
   * Chooses the multicast groups; 1 by default, which will do where nobody else can be heard. On Linux a socket that is
   * bound to every address hears each group that any process of the machine is a member of, so that a group shared with
   * a test worker beside this one is still heard after leaving it: there, the process id is a good choice.
   */
  readonly groupNumber?: number;
  /** A fresh path for family 'unix'. */
  readonly path?: () => string;
}

export const SOLE: BindOptions = { v6Only: false, shared: false };
export const SHARED: BindOptions = { v6Only: false, shared: true };

/** What a case works with. */
export class Bench {
  readonly driver: Driver;
  readonly family: Family;
  readonly watch: Watch;
  readonly multicast: string;
  readonly groupNumber: number;
  readonly expect: Expect;
  readonly #path: () => string;

  constructor(under: DriverUnderTest, family: Family, expect: Expect) {
    this.driver = under.create();
    this.family = family;
    this.watch = new Watch(under.clock ?? null);
    this.multicast = multicastOf(under, family) ?? '';
    this.groupNumber = under.groupNumber ?? 1;
    this.expect = expect;
    this.#path =
      under.path ??
      ((): string => {
        throw new Error("family 'unix' needs a path function");
      });
  }

  /** A loopback address; port 0, or for 'unix' a fresh path. */
  address(port = 0): NetAddress {
    if (this.family === 'unix') return { family: 'unix', address: this.#path(), port: 0, scopeId: 0 };
    return { family: this.family, address: this.family === 'ipv4' ? '127.0.0.1' : '::1', port, scopeId: 0 };
  }

  any(port = 0): NetAddress {
    return { family: this.family, address: this.family === 'ipv4' ? '0.0.0.0' : '::', port, scopeId: 0 };
  }

  stream(): StreamProbe {
    return StreamProbe.open(this.watch, this.driver, this.family);
  }

  /** A stream bound to loopback. */
  bound(): StreamProbe {
    const probe = this.stream();
    this.expect(probe.transport.bind(this.address(), SOLE)).toBeNull();
    return probe;
  }

  listener(backlog = 16): StreamProbe {
    const probe = this.bound();
    this.expect(probe.transport.listen(backlog)).toBeNull();
    return probe;
  }

  /** A client connected to `listener`, and the accepted end, not yet reading. */
  async dial(listener: StreamProbe, client = this.stream()): Promise<{ client: StreamProbe; server: StreamProbe }> {
    this.expect(client.transport.connect(localOf(listener))).toBeNull();
    this.expect(await client.next()).toEqual({ type: 'connected' });
    return { client, server: await listener.accept() };
  }

  /** Two connected streams, both reading. */
  async pair(): Promise<{ client: StreamProbe; server: StreamProbe; listener: StreamProbe }> {
    const listener = this.listener();
    const ends = await this.dial(listener);
    ends.server.transport.attach(ends.server);
    return { ...ends, listener };
  }

  datagram(): DatagramProbe {
    return DatagramProbe.open(this.watch, this.driver, this.family);
  }

  /** A datagram transport bound to loopback. */
  boundDatagram(options = SOLE): DatagramProbe {
    const probe = this.datagram();
    this.expect(probe.transport.bind(this.address(), options)).toBeNull();
    return probe;
  }
}

/** The bound address of a probe's transport. */
export function localOf(probe: StreamProbe | DatagramProbe): NetAddress {
  const { local } = probe.transport;
  if (local === null) throw new Error('not bound');
  return local;
}

/** One requirement: a name that states it, the families it holds for (all by default), and a body that shows it. */
export interface Case {
  readonly name: string;
  readonly families?: readonly Family[];
  readonly multicast?: true;
  readonly run: (bench: Bench) => void | Promise<void>;
}

/** The interface to use for multicast, null when there is none. */
export function multicastOf(under: DriverUnderTest, family: Family): string | null {
  return (family === 'unix' ? undefined : under.multicast?.[family]) ?? null;
}

/** `length` bytes that repeat at no power of two, so that a lost or doubled buffer shows. */
export function pattern(length: number, seed = 0): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) out[i] = (i * 7 + (i >>> 8) + seed) % 251;
  return out;
}

/** A sum that notices changed order: FNV-1a. */
export function checksum(data: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of data) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

export const CHUNK = 64 * 1024;

/** Writes the chunk `pattern(CHUNK)` until the driver takes no more at once; tells how many, and the open answer. */
export function queue(bench: Bench, probe: StreamProbe): { readonly count: number; readonly answer: Answer } {
  const chunk = pattern(CHUNK);
  for (let count = 1; count <= 4096; count += 1) {
    const answer = new Answer(bench.watch);
    if (!probe.transport.write([chunk], answer.done)) return { count, answer };
  }
  throw new Error('256 MB and no back-pressure');
}
