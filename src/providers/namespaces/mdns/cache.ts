// What is known of each link: records that were heard, until their time is over, and our own. It is bounded: what has been known
// for longest makes room.
import type { Clock, Timer } from '../../../win32/index.js';
import { TICK } from './random.js';
import { recordKey, setKey, type MdnsRecord, type NameAndType } from './records.js';

/** Bounds of what strangers can make us keep. */
const MOST_RECORDS = 4096;
const MOST_BYTES = 1 << 20;
const RECORD_OVERHEAD = 100;
/** A record that is taken back, or flushed, goes a second later: somebody may rescue it (RFC 6762, 10.1 and 10.2). */
const LAST_SECOND = 1000;

/** A record that is known. */
export interface Known {
  readonly key: string;
  readonly record: MdnsRecord;
  /** The interface's number. */
  readonly link: number;
  /** Ours: it stays until we take it back. */
  readonly own: boolean;
  /** When it was heard. */
  readonly since: number;
  /** When it will be forgotten. */
  expires: number;
}

export class RecordCache {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #known = new Map<string, Known>();
  readonly #sets = new Map<string, Set<Known>>();
  #bytes = 0;
  #timer: Timer | null = null;
  #due = Infinity;

  /** @param changed - called when a record is new or gone */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get size(): number {
    return this.#known.size;
  }

  /** What is known for a question, on every link. */
  find(question: NameAndType): Known[] {
    return [...(this.#sets.get(setKey(question)) ?? [])];
  }

  /** A record that was heard. With a lifetime of 0 it is taken back. */
  put(link: number, record: MdnsRecord): void {
    const now = this.#clock.now();
    const key = keyOn(link, record);
    const before = this.#known.get(key);
    if (before?.own === true) return;
    if (record.ttl === 0) {
      if (before !== undefined) this.#expire(before, now + LAST_SECOND);
      return;
    }
    const known: Known = { key, record, link, own: false, since: now, expires: now + record.ttl * 1000 };
    if (before === undefined) this.#add(known);
    else this.#replace(before, known);
    this.#plan(known.expires);
  }

  /** Forgets, a second from now, what else was known of a unique record's name and type for longer than a second. */
  flush(link: number, set: NameAndType, confirmed: ReadonlySet<string>): void {
    const now = this.#clock.now();
    for (const known of this.find(set)) {
      if (known.link !== link || known.own || confirmed.has(recordKey(known.record))) continue;
      if (now - known.since > LAST_SECOND) this.#expire(known, now + LAST_SECOND);
    }
  }

  /** Forgets what was heard for a question at once. */
  forget(set: NameAndType): void {
    for (const known of this.find(set)) {
      if (!known.own) this.#remove(known);
    }
  }

  /** A record of ours. */
  own(link: number, record: MdnsRecord): void {
    const key = keyOn(link, record);
    const before = this.#known.get(key);
    if (before !== undefined) this.#remove(before);
    this.#add({ key, record, link, own: true, since: this.#clock.now(), expires: Infinity });
  }

  /** Takes back what `own` was given. */
  disown(link: number, record: MdnsRecord): void {
    const known = this.#known.get(keyOn(link, record));
    if (known?.own === true) this.#remove(known);
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#due = Infinity;
    this.#known.clear();
    this.#sets.clear();
    this.#bytes = 0;
  }

  #add(known: Known): void {
    this.#insert(known);
    for (const oldest of this.#known.values()) {
      if (this.#known.size <= MOST_RECORDS && this.#bytes <= MOST_BYTES) break;
      if (!oldest.own && oldest !== known) this.#remove(oldest);
    }
    this.#changed();
  }

  #insert(known: Known): void {
    const set = setKey(known.record);
    this.#known.set(known.key, known);
    this.#bytes += weight(known);
    const others = this.#sets.get(set);
    if (others === undefined) this.#sets.set(set, new Set([known]));
    else others.add(known);
  }

  /** The same record again: its lifetime begins anew, and nobody is told. */
  #replace(before: Known, known: Known): void {
    this.#drop(before);
    this.#insert(known);
  }

  #remove(known: Known): void {
    this.#drop(known);
    this.#changed();
  }

  #drop(known: Known): void {
    const set = setKey(known.record);
    const others = this.#sets.get(set);
    this.#known.delete(known.key);
    this.#bytes -= weight(known);
    others?.delete(known);
    if (others?.size === 0) this.#sets.delete(set);
  }

  #expire(known: Known, when: number): void {
    known.expires = Math.min(known.expires, when);
    this.#plan(known.expires);
  }

  #plan(when: number): void {
    if (when >= this.#due) return;
    this.#timer?.cancel();
    this.#due = when;
    this.#timer = this.#clock.setTimer(Math.max(0, when - this.#clock.now()), () => {
      this.#sweep();
    });
  }

  #sweep(): void {
    this.#due = Infinity;
    const now = this.#clock.now();
    let next = Infinity;
    for (const known of [...this.#known.values()]) {
      if (known.expires <= now + TICK) this.#remove(known);
      else next = Math.min(next, known.expires);
    }
    if (next !== Infinity) this.#plan(next);
  }
}

const keyOn = (link: number, record: MdnsRecord): string => `${String(link)} ${recordKey(record)}`;
const weight = ({ record }: Known): number => 2 * record.name.length + 3 * record.data.length + RECORD_OVERHEAD;
