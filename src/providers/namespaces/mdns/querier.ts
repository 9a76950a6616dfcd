// Questions that are asked for as long as somebody wants to know: when each is sent, what is told to be known already, and when
// another one's question is as good as ours (RFC 6762, 5.2, 7.1 to 7.3). The QU bit is never set: the port is shared, and what
// comes by unicast gets to one of those who share it only (15.1).
import type { Clock, Timer } from '../../../win32/index.js';
import type { Known, RecordCache } from './cache.js';
import type { Link, Links } from './links.js';
import { PACKET, encode, sizeOf, type MdnsMessage, type MdnsQuestion } from './message.js';
import { TICK, type Random } from './random.js';
import { recordKey, setKey, type MdnsRecord, type NameAndType } from './records.js';

const FIRST_DELAY = [20, 120] as const;
const FIRST_INTERVAL = 1000;
const LONGEST_INTERVAL = 3_600_000;
/** Parts of a record's lifetime after which it is asked for again. */
const REFRESH_AT = [0.8, 0.85, 0.9, 0.95];
const REFRESH_JITTER = 0.02;
/** A question takes about this much of a packet; what is left is for known answers. */
const QUESTIONS_PER_PACKET = 12;

interface Asked {
  readonly question: MdnsQuestion;
  users: number;
  due: number;
  interval: number;
  lastSent: number;
  /** Its only owner has answered: there is nobody else to ask, but again before the answer's time is over. */
  isAnswered: boolean;
  readonly jitter: number;
}

export class Querier {
  readonly #clock: Clock;
  readonly #links: Links;
  readonly #cache: RecordCache;
  readonly #random: Random;
  readonly #asked = new Map<string, Asked>();
  #timer: Timer | null = null;
  #planned = Infinity;

  constructor(clock: Clock, links: Links, cache: RecordCache, random: Random) {
    this.#clock = clock;
    this.#links = links;
    this.#cache = cache;
    this.#random = random;
  }

  /** Asks until the result is called. */
  ask({ name, type }: NameAndType): () => void {
    const key = setKey({ name, type });
    const asked = this.#asked.get(key) ?? this.#begin({ name, type, unicast: false }, key);
    asked.users += 1;
    return () => {
      asked.users -= 1;
      if (asked.users === 0) this.#asked.delete(key);
    };
  }

  /** Records have come: when to ask for them again. */
  plan(): void {
    let due = Infinity;
    for (const asked of this.#asked.values()) due = Math.min(due, this.#dueOf(asked));
    if (due === this.#planned && this.#timer !== null) return;
    this.#timer?.cancel();
    this.#timer = null;
    this.#planned = due;
    if (due === Infinity) return;
    this.#timer = this.#clock.setTimer(Math.max(0, due - this.#clock.now()), () => {
      this.#timer = null;
      this.#sendDue();
      this.plan();
    });
  }

  /** Somebody else asks. What they tell to know already must not be more than we know. */
  overheard({ questions, answers, truncated }: MdnsMessage, link: Link): void {
    if (this.#links.links.length > 1 || truncated) return;
    const now = this.#clock.now();
    for (const question of questions) {
      const asked = this.#asked.get(setKey(question));
      if (asked === undefined || question.unicast || asked.due > now + FIRST_INTERVAL) continue;
      const known = new Set(this.#knownAnswers(asked, link).map((record) => recordKey(record)));
      if (answers.some((record) => setKey(record) === setKey(question) && !known.has(recordKey(record)))) continue;
      this.#sent(asked, now);
    }
    this.plan();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#planned = Infinity;
    this.#asked.clear();
  }

  #begin(question: MdnsQuestion, key: string): Asked {
    const now = this.#clock.now();
    const asked: Asked = {
      question,
      users: 0,
      due: now + this.#random.between(...FIRST_DELAY),
      interval: FIRST_INTERVAL,
      lastSent: -Infinity,
      isAnswered: false,
      jitter: this.#random.between(0, REFRESH_JITTER),
    };
    this.#asked.set(key, asked);
    this.plan();
    return asked;
  }

  #dueOf(asked: Asked): number {
    const known = this.#cache.find(asked.question);
    const isAnswered = known.some(({ record }) => record.unique);
    if (asked.isAnswered && !isAnswered) {
      asked.due = this.#clock.now() + this.#random.between(...FIRST_DELAY);
      asked.interval = FIRST_INTERVAL;
    }
    asked.isAnswered = isAnswered;
    let due = isAnswered ? Infinity : asked.due;
    for (const each of known) due = Math.min(due, refreshTime(each, asked));
    return due;
  }

  #sent(asked: Asked, now: number): void {
    asked.lastSent = now;
    if (asked.due > now + FIRST_INTERVAL) return;
    asked.due = now + asked.interval;
    asked.interval = Math.min(2 * asked.interval, LONGEST_INTERVAL);
  }

  #sendDue(): void {
    const now = this.#clock.now();
    const due = [...this.#asked.values()].filter((asked) => this.#dueOf(asked) <= now + TICK);
    for (let i = 0; i < due.length; i += QUESTIONS_PER_PACKET) {
      const some = due.slice(i, i + QUESTIONS_PER_PACKET);
      for (const link of this.#links.links) this.#send(some, link);
    }
    for (const asked of due) this.#sent(asked, now);
  }

  #send(due: readonly Asked[], link: Link): void {
    let questions = due.map(({ question }) => question);
    const known = due.flatMap((asked) => this.#knownAnswers(asked, link));
    let room = PACKET / 2;
    do {
      const fit: MdnsRecord[] = [];
      for (let next = known[0]; next !== undefined; next = known[0]) {
        room -= sizeOf(next);
        if (room < 0 && fit.length > 0) break;
        fit.push(next);
        known.shift();
      }
      this.#links.multicast(link, encode({ isResponse: false, truncated: known.length > 0, questions, answers: fit }));
      questions = [];
      room = PACKET;
    } while (known.length > 0);
  }

  /** What of a question is known with more than half its lifetime left. */
  #knownAnswers({ question }: Asked, { index }: Link): MdnsRecord[] {
    const now = this.#clock.now();
    return this.#cache.find(question).flatMap(({ record, link, own, expires }) => {
      const left = Math.floor((expires - now) / 1000);
      return own || link !== index || 2 * left <= record.ttl ? [] : [{ ...record, ttl: left, unique: false }];
    });
  }
}

/** The next time that a record is to be asked for again. */
function refreshTime({ own, since, record, expires }: Known, { lastSent, jitter }: Asked): number {
  // What is taken back is not asked for.
  if (own || expires < since + record.ttl * 1000) return Infinity;
  for (const part of REFRESH_AT) {
    const when = since + record.ttl * 1000 * (part + jitter);
    if (when > lastSent) return when;
  }
  return Infinity;
}
