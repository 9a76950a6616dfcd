// Rules: which packets on which links something happens to, and what. A rule counts how often it fired, can be limited
// and taken away again, and one that never fired can be told from one that did.
import type { PacketView } from './packet-view.js';

/** What a rule does to a packet. */
export type Verdict =
  | 'drop'
  /** Flips one bit. */
  | 'corrupt'
  /** Sends a second one behind it. */
  | 'duplicate'
  /** Lets it go: no later rule sees it. */
  | 'pass'
  /** Holds it back by itself: others overtake it. */
  | { readonly delayMs: number }
  /**
   * Changes it: the function is given a copy to write to, or gives other bytes instead. Checksums are then made right,
   * unless `checksums` is 'keep'.
   */
  | {
      readonly rewrite: (bytes: Uint8Array) => Uint8Array | undefined;
      readonly checksums?: 'fix' | 'keep';
    };

/** A host's name, or several. */
export type HostChoice = OneHost | readonly OneHost[];
type OneHost = string | { readonly name: string };

export interface RuleDescription {
  readonly name: string;
  /** The hosts at the ends of a link that it is for; without them it is for all. Routers are hosts too. */
  readonly from?: HostChoice;
  readonly to?: HostChoice;
  /** Also for packets the other way, from `to` to `from`. */
  readonly bothWays?: boolean;
  /** Which packets; without it all. */
  readonly when?: (packet: PacketView) => boolean;
  readonly verdict: Verdict;
  /** How many of the packets that it is for it lets go before it starts, and how often it fires then. */
  readonly skip?: number;
  readonly times?: number;
  /** The span of virtual time, in milliseconds since the start, in which it is in force. */
  readonly during?: { readonly fromMs?: number; readonly untilMs?: number };
}

export function namesOf(choice: HostChoice | undefined): ReadonlySet<string> | null {
  if (choice === undefined) return null;
  const several = Array.isArray(choice) ? (choice as readonly OneHost[]) : [choice as OneHost];
  return new Set(several.map((one) => (typeof one === 'string' ? one : one.name)));
}

const MICROSECONDS = 1000;

/** A rule in force. */
export class Rule {
  readonly name: string;
  readonly verdict: Verdict;
  /** How often it has fired. */
  hits = 0;
  readonly #from: ReadonlySet<string> | null;
  readonly #to: ReadonlySet<string> | null;
  readonly #bothWays: boolean;
  readonly #when: ((packet: PacketView) => boolean) | null;
  readonly #times: number;
  readonly #since: number;
  readonly #until: number;
  readonly #remove: (rule: Rule) => void;
  #toSkip: number;

  constructor(description: RuleDescription, remove: (rule: Rule) => void) {
    const { name, verdict, from, to, when, skip, times, during } = description;
    this.name = name;
    this.verdict = verdict;
    this.#from = namesOf(from);
    this.#to = namesOf(to);
    this.#bothWays = description.bothWays ?? false;
    this.#when = when ?? null;
    this.#toSkip = skip ?? 0;
    this.#times = times ?? Infinity;
    this.#since = (during?.fromMs ?? 0) * MICROSECONDS;
    this.#until = (during?.untilMs ?? Infinity) * MICROSECONDS;
    this.#remove = remove;
  }

  /** Takes it out of force; its hits stay. Doing so twice does nothing. */
  remove(): void {
    this.#remove(this);
  }

  [Symbol.dispose](): void {
    this.remove();
  }

  /** Whether it can ever be for a packet from one host to the other. */
  concerns(from: string, to: string): boolean {
    return this.#leads(from, to) || (this.#bothWays && this.#leads(to, from));
  }

  /** Whether it fires for this packet on a link that it concerns; counts it if so. */
  fires(packet: PacketView, us: number): boolean {
    if (this.hits >= this.#times || us < this.#since || us >= this.#until) return false;
    if (this.#when !== null && !this.#when(packet)) return false;
    if (this.#toSkip > 0) {
      this.#toSkip -= 1;
      return false;
    }
    this.hits += 1;
    return true;
  }

  #leads(from: string, to: string): boolean {
    return (this.#from?.has(from) ?? true) && (this.#to?.has(to) ?? true);
  }
}
