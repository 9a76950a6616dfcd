// One name that we want to be the only owner of, with the records that hang on it: the host's, or a service's.
import type { Timer } from '../../../win32/index.js';
import type { Link } from './links.js';
import { recordKey, type MdnsRecord } from './records.js';

/** Probes until a name is ours, and the time between them (RFC 6762, 8.1). */
export type ClaimState = 'probing' | 'owned' | 'gone';

/** How a claim is made. */
export interface ClaimPlan {
  readonly name: string;
  /** The records under the name, and those that point to it, as they are on a link. */
  readonly make: (name: string, link: Link) => readonly MdnsRecord[];
  /** The name to try next when `name` is taken. */
  readonly rename: (name: string) => string;
  /** What this machine says itself, through whichever process, takes no name from us: for the host's name. */
  readonly isOfMachine: boolean;
}

export class Claim {
  readonly plan: ClaimPlan;
  name: string;
  state: ClaimState = 'probing';
  probesSent = 0;
  /** When names were taken from it, lately. */
  conflicts: readonly number[] = [];
  /** What others have been told, for each link. */
  published = new Map<number, readonly MdnsRecord[]>();
  /** It has been announced, or was given up. */
  readonly settled: Promise<void>;
  settle: () => void = () => undefined;
  #timer: Timer | null = null;

  constructor(plan: ClaimPlan) {
    this.plan = plan;
    this.name = plan.name;
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  records(link: Link): readonly MdnsRecord[] {
    return this.plan.make(this.name, link);
  }

  /** What nobody else may say otherwise. */
  uniques(link: Link): MdnsRecord[] {
    return this.records(link).filter(({ unique }) => unique);
  }

  /** Whether a record is one of ours. */
  has(record: MdnsRecord, link: Link): boolean {
    const key = recordKey(record);
    return this.records(link).some((own) => recordKey(own) === key);
  }

  /** What it does next; only one thing at a time. */
  next(timer: Timer | null): void {
    this.#timer?.cancel();
    this.#timer = timer;
  }
}
