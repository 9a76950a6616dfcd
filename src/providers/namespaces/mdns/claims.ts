// How names become ours and stay so: probing, ties, conflicts and new names, announcing, taking back (RFC 6762, 8 to 10). What
// is answered to questions is the responder's.
import type { Clock, DatagramAddress } from '../../../win32/index.js';
import type { RecordCache } from './cache.js';
import { Claim, type ClaimPlan } from './claim.js';
import type { Link, Links } from './links.js';
import { PACKET, encode, sizeOf, type MdnsMessage } from './message.js';
import { keyOf } from './names.js';
import type { Random } from './random.js';
import { TYPE, compareRecords, recordKey, type MdnsRecord } from './records.js';

const PROBES = 3;
const PROBE_INTERVAL = 250;
const ANNOUNCE_AGAIN = 1000;
/** After a lost tie. */
const TIE_PAUSE = 1000;
/** So many conflicts within so long, and every further try waits. */
const MANY_CONFLICTS = 15;
const CONFLICT_WINDOW = 10_000;
const CONFLICT_PAUSE = 5000;

export class Claims {
  readonly #clock: Clock;
  readonly #links: Links;
  readonly #cache: RecordCache;
  readonly #random: Random;
  readonly #announced: (link: Link, records: readonly MdnsRecord[]) => void;
  readonly #renamed: (claim: Claim) => void;
  readonly #claims = new Set<Claim>();

  constructor(
    tools: { readonly clock: Clock; readonly links: Links; readonly cache: RecordCache; readonly random: Random },
    told: {
      /** Records were multicast. */
      readonly announced: (link: Link, records: readonly MdnsRecord[]) => void;
      readonly renamed: (claim: Claim) => void;
    },
  ) {
    this.#clock = tools.clock;
    this.#links = tools.links;
    this.#cache = tools.cache;
    this.#random = tools.random;
    this.#announced = told.announced;
    this.#renamed = told.renamed;
  }

  get size(): number {
    return this.#claims.size;
  }

  /** What is answered with on a link. */
  records(link: Link): MdnsRecord[] {
    const owned = [...this.#claims].filter(({ state }) => state === 'owned').flatMap((claim) => [...claim.records(link)]);
    // Several services say that their type is there.
    return [...new Map(owned.map((record) => [recordKey(record), record])).values()];
  }

  /** Begins to claim a name. */
  add(plan: ClaimPlan): Claim {
    const claim = new Claim(plan);
    this.#claims.add(claim);
    this.#probe(claim, this.#random.between(0, PROBE_INTERVAL));
    return claim;
  }

  /** The claim's records, but not its name, have become other ones. */
  update(claim: Claim): void {
    if (claim.state === 'owned') this.#announce(claim, 2);
  }

  /** Says goodbye and forgets it. */
  remove(claim: Claim): void {
    this.#claims.delete(claim);
    claim.next(null);
    this.#takeBack(claim);
    claim.state = 'gone';
    claim.settle();
  }

  /** The links have changed: everything is told anew. */
  announceAll(): void {
    for (const claim of this.#claims) this.update(claim);
  }

  close(): void {
    for (const claim of [...this.#claims]) this.remove(claim);
  }

  /** Somebody else probes for what we probe for: the later records win (8.2). */
  rivalled({ authorities }: MdnsMessage, link: Link): void {
    for (const claim of this.#claims) {
      if (claim.state !== 'probing') continue;
      const theirs = authorities.filter(({ name }) => keyOf(name) === keyOf(claim.name));
      if (theirs.length > 0 && isLater(theirs, claim.uniques(link))) this.#probe(claim, TIE_PAUSE);
    }
  }

  /** Somebody has said something: perhaps about a name of ours. */
  heard({ answers, additionals }: MdnsMessage, link: Link, from: DatagramAddress): void {
    const said = [...answers, ...additionals];
    for (const claim of this.#claims) {
      const about = said.filter(({ name }) => keyOf(name) === keyOf(claim.name));
      const isOurMachine = claim.plan.isOfMachine && this.#links.isOwn(from.address);
      if (!isOurMachine && about.some((record) => isConflict(claim, record, link))) this.#conflict(claim);
      // Somebody took back what is still true.
      else if (about.some((record) => record.ttl === 0 && claim.has(record, link))) this.update(claim);
    }
  }

  #conflict(claim: Claim): void {
    const now = this.#clock.now();
    if (claim.state === 'owned') {
      // Ours until now: probing tells whose it is.
      this.#unpublish(claim);
      this.#probe(claim, this.#random.between(0, PROBE_INTERVAL));
      return;
    }
    claim.conflicts = [...claim.conflicts.filter((when) => now - when < CONFLICT_WINDOW), now];
    claim.name = claim.plan.rename(claim.name);
    this.#renamed(claim);
    this.#probe(claim, claim.conflicts.length >= MANY_CONFLICTS ? CONFLICT_PAUSE : this.#random.between(0, PROBE_INTERVAL));
  }

  #probe(claim: Claim, delay: number): void {
    claim.state = 'probing';
    claim.probesSent = 0;
    const step = (): void => {
      if (claim.probesSent === PROBES) {
        claim.state = 'owned';
        this.#announce(claim, 2);
        claim.settle();
        return;
      }
      claim.probesSent += 1;
      for (const link of this.#links.links) this.#sendProbe(claim, link);
      claim.next(this.#clock.setTimer(PROBE_INTERVAL, step));
    };
    claim.next(this.#clock.setTimer(delay, step));
  }

  #sendProbe(claim: Claim, link: Link): void {
    const authorities = claim.uniques(link).map((record) => ({ ...record, unique: false }));
    // A link where the name stands for nothing yet needs no probe.
    if (authorities.length === 0) return;
    const questions = [{ name: claim.name, type: TYPE.ANY, unicast: false }];
    this.#links.multicast(link, encode({ isResponse: false, questions, authorities }));
  }

  #announce(claim: Claim, times: number): void {
    for (const link of this.#links.links) {
      const records = claim.records(link);
      const current = new Set(records.map((record) => recordKey(record)));
      const gone = (claim.published.get(link.index) ?? []).filter((record) => !current.has(recordKey(record)));
      for (const record of gone) this.#cache.disown(link.index, record);
      for (const record of records) this.#cache.own(link.index, record);
      claim.published.set(link.index, records);
      this.#multicast(link, [...gone.map((record) => ({ ...record, ttl: 0, unique: false })), ...records]);
      this.#announced(link, records);
    }
    const left = times - 1;
    claim.next(left === 0 ? null : this.#clock.setTimer(ANNOUNCE_AGAIN, () => {
      this.#announce(claim, left);
    }));
  }

  #takeBack(claim: Claim): void {
    for (const link of this.#links.links) {
      const gone = this.#onlyOf(claim, link.index);
      this.#multicast(link, gone.map((record) => ({ ...record, ttl: 0, unique: false })));
    }
    this.#unpublish(claim);
  }

  #unpublish(claim: Claim): void {
    for (const link of claim.published.keys()) {
      for (const record of this.#onlyOf(claim, link)) this.#cache.disown(link, record);
    }
    claim.published.clear();
  }

  /** What a claim has told on a link, and no other one has. */
  #onlyOf(claim: Claim, link: number): MdnsRecord[] {
    const others = [...this.#claims].filter((other) => other !== claim).flatMap(({ published }) => [...(published.get(link) ?? [])]);
    const kept = new Set(others.map((record) => recordKey(record)));
    return (claim.published.get(link) ?? []).filter((record) => !kept.has(recordKey(record)));
  }

  #multicast(link: Link, records: readonly MdnsRecord[]): void {
    for (const answers of packets(records)) this.#links.multicast(link, encode({ isResponse: true, answers }));
  }
}

/** Records in portions that fit into a packet each. */
export function packets(records: readonly MdnsRecord[]): MdnsRecord[][] {
  const portions: MdnsRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const size = sizeOf(record);
    room -= size;
    const last = portions.at(-1);
    if (last === undefined || room < 0) {
      portions.push([record]);
      room = PACKET - size;
    } else {
      last.push(record);
    }
  }
  return portions;
}

/** While a name is not ours, whoever has anything under it has it; then, whoever says otherwise about what we say. */
function isConflict(claim: Claim, record: MdnsRecord, link: Link): boolean {
  if (record.ttl === 0 || record.type === TYPE.NSEC || claim.has(record, link)) return false;
  return claim.state === 'probing' || claim.uniques(link).some(({ type }) => type === record.type);
}

/** Whether one set of records comes after another one. */
function isLater(theirs: readonly MdnsRecord[], ours: readonly MdnsRecord[]): boolean {
  const [a, b] = [[...theirs].sort(compareRecords), [...ours].sort(compareRecords)];
  for (const [i, their] of a.entries()) {
    const our = b[i];
    const order = our === undefined ? 1 : compareRecords(their, our);
    if (order !== 0) return order > 0;
  }
  return false;
}
