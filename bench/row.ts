// What a benchmark row is. The rows themselves are in rows/, the timing in child.ts, the order of runs in harness.ts.
import type * as winsock2 from '../src/index.js';
import type * as testing from '../src/testing/index.js';

/** The built C face. */
export type Winsock = typeof winsock2;

/** The built simulated network. */
export type Testing = typeof testing;

/** What a process has used: processor time in microseconds since it began, and the resident set in bytes. */
export interface Usage {
  readonly cpu: number;
  readonly rss: number;
}

/** One side of a row, set up and ready. */
export interface Bench {
  /** Does the row's work `count` times over; throws if the work was not done. */
  run(count: number): Promise<void> | void;
  /** Takes everything down, so that the process ends by itself. */
  close(): Promise<void> | void;
  /** What the process that is measured has used, where that is not this one. */
  usage?(): Promise<Usage>;
}

interface RowFacts {
  readonly name: string;
  /** The work, in a few words. */
  readonly title: string;
  /** What is counted; MiB is what the timed run adds to the resident set, ms how long one count takes. */
  readonly unit: 'round trips/s' | 'MiB/s' | 'connections/s' | 'messages/s' | 'datagrams/s' | 'ns/call' | 'MiB' | 'ms';
  /** How much of the unit one count is: 1, or the MiB moved. */
  readonly perCount: number;
  /** Counts in a timed run, and in the untimed run before it. */
  readonly count: number;
  readonly warmup: number;
  /** Kept on one CPU: rows that measure latency, where a wake on another CPU would drown what is measured. */
  readonly pinned: boolean;
  /** Compare the memory of the process too. */
  readonly memory: boolean;
}

/** A row whose work has both its ends in one process. */
export interface WorkRow extends RowFacts {
  /** The same work with `net` or `dgram`; null where there is nothing to compare with. */
  readonly raw: (() => Promise<Bench>) | null;
  readonly ours: (api: Winsock, testing: () => Promise<Testing>) => Promise<Bench> | Bench;
}

/** Runs until its clients are gone; tells its port once they can come. */
export type Serve = (listening: (port: number) => void) => Promise<void>;

/**
 * A row that compares servers: each is in a process of its own, and the same client, which is raw Node for both, in
 * another. As the two share the machine, the processor time of the server is measured too.
 */
export interface ServerRow extends RowFacts {
  readonly serve: { readonly raw: Serve; readonly ours: Serve };
  readonly client: (port: number) => Promise<Bench>;
}

export type Row = WorkRow | ServerRow;

/** Whether a side of a row can be run. */
export function hasRaw(row: Row): boolean {
  return 'serve' in row || row.raw !== null;
}

/** What one child process measured. */
export interface Sample {
  /** In the row's unit. */
  readonly value: number;
  /** Resident set of the process measured, in bytes, at the end of the timed run. */
  readonly rss: number;
  /** Processor time of the process measured, in microseconds per unit. */
  readonly cpu: number;
}
