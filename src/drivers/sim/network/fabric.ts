// What all links of a network share: the clock, chance, the rules, those who watch, and what was counted.
import type { AddressBook } from '../ip/address.js';
import type { SimClock } from '../clock.js';
import type { Random } from '../random.js';
import type { RuleBook } from './rule-book.js';
import type { Taps } from './taps.js';

/** What became of packets on all links together. */
export class LinkCounts {
  sent = 0;
  delivered = 0;
  duplicated = 0;
  corrupted = 0;
  lost = 0;
  queueFull = 0;
  droppedByRule = 0;
  /** Nobody on the segment has the address. */
  noNeighbour = 0;
  /** The host was down when it was sent, or when it would have arrived. */
  hostDown = 0;
}

export interface Fabric {
  readonly clock: SimClock;
  readonly random: Random;
  readonly book: AddressBook;
  readonly rules: RuleBook;
  readonly taps: Taps;
  readonly counts: LinkCounts;
}
