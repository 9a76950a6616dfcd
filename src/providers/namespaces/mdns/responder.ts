// Answers questions with the records that are ours: which, to whom, when, and which somebody knows already or has just been told
// (RFC 6762, 6 and 7).
import type { Clock, DatagramAddress, Timer } from '../../../win32/index.js';
import { packets, type Claims } from './claims.js';
import { MDNS_PORT, type Link, type Links } from './links.js';
import { encode, type MdnsMessage, type MdnsQuestion } from './message.js';
import { keyOf } from './names.js';
import { TICK, type Random } from './random.js';
import { HOST_TTL, TYPE, absenceData, answers, readPointer, readService, recordKey, type MdnsRecord } from './records.js';

/** Between two multicasts of one record; those who defend a name wait less. */
const AGAIN_AFTER = 1000;
const DEFENCE_AFTER = 250;
/** What those get whose questions are not from port 5353: they keep nothing up to date (6.7). */
const LEGACY_TTL = 10;
/** Bounds of what waits to be sent, and of what is remembered of what was. */
const MOST_PENDING = 1000;

interface Pending {
  readonly record: MdnsRecord;
  readonly link: Link;
  due: number;
}

export class Responder {
  readonly #clock: Clock;
  readonly #links: Links;
  readonly #claims: Claims;
  readonly #random: Random;
  readonly #pending = new Map<string, Pending>();
  /** When each record was last multicast. */
  readonly #told = new Map<string, number>();
  #timer: Timer | null = null;

  constructor(clock: Clock, links: Links, claims: Claims, random: Random) {
    this.#clock = clock;
    this.#links = links;
    this.#claims = claims;
    this.#random = random;
  }

  /** Records have been multicast. */
  told(link: Link, records: readonly MdnsRecord[]): void {
    for (const record of records) {
      const key = keyOn(link, record);
      this.#told.delete(key);
      this.#told.set(key, this.#clock.now());
      this.#pending.delete(key);
    }
    while (this.#told.size > MOST_PENDING) this.#told.delete(this.#told.keys().next().value ?? '');
  }

  /** Somebody asks. */
  asked(message: MdnsMessage, link: Link, from: DatagramAddress): void {
    const ours = this.#claims.records(link);
    if (ours.length === 0) return;
    this.#suppressKnown(message, link);
    const known = new Map(message.answers.map((record) => [recordKey(record), record.ttl]));
    const isNews = (record: MdnsRecord): boolean => 2 * (known.get(recordKey(record)) ?? -1) < record.ttl;
    if (from.port !== MDNS_PORT) {
      this.#answerLegacy(message, from, ours);
      return;
    }
    const unicast: MdnsRecord[] = [];
    for (const question of message.questions) {
      const found = answersTo(question, ours).filter(isNews);
      const recent = question.unicast ? found.filter((record) => this.#isRecent(record, link)) : [];
      unicast.push(...recent);
      this.#multicastLater(found.filter((record) => !recent.includes(record)), link, message);
    }
    for (const records of packets(unicast)) {
      this.#links.unicast(from, encode({ isResponse: true, answers: records, additionals: additionalsOf(records, ours) }));
    }
  }

  /** Somebody has multicast something that we were about to say: once is enough (7.4). */
  overheard({ answers: said }: MdnsMessage, link: Link): void {
    for (const record of said) {
      const key = keyOn(link, record);
      const pending = this.#pending.get(key);
      if (pending !== undefined && record.ttl >= pending.record.ttl) this.#pending.delete(key);
    }
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#pending.clear();
    this.#told.clear();
  }

  /** More known answers of a question that was too long for one message. */
  #suppressKnown({ questions, answers: known }: MdnsMessage, link: Link): void {
    if (questions.length > 0) return;
    for (const record of known) {
      const key = keyOn(link, record);
      const pending = this.#pending.get(key);
      if (pending !== undefined && 2 * record.ttl >= pending.record.ttl) this.#pending.delete(key);
    }
  }

  /** Multicast within the last quarter of its lifetime: everybody has it, one answer by unicast will do (5.4). */
  #isRecent(record: MdnsRecord, link: Link): boolean {
    return this.#clock.now() - (this.#told.get(keyOn(link, record)) ?? -Infinity) < record.ttl * 250;
  }

  #multicastLater(records: readonly MdnsRecord[], link: Link, { truncated, authorities }: MdnsMessage): void {
    const now = this.#clock.now();
    const isDefence = authorities.length > 0;
    const shared = records.some(({ unique }) => !unique);
    let delay = 0;
    if (truncated) delay = this.#random.between(400, 500);
    else if (shared && !isDefence) delay = this.#random.between(20, 120);
    for (const record of records) {
      const key = keyOn(link, record);
      const again = (this.#told.get(key) ?? -Infinity) + (isDefence ? DEFENCE_AFTER : AGAIN_AFTER);
      // It has just been said.
      if (again > now && !isDefence) continue;
      const due = Math.max(now + delay, again);
      const pending = this.#pending.get(key);
      if (pending !== undefined) pending.due = Math.min(pending.due, due);
      else if (this.#pending.size < MOST_PENDING) this.#pending.set(key, { record, link, due });
    }
    this.#plan();
  }

  #plan(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#pending.size === 0) return;
    let due = Infinity;
    for (const pending of this.#pending.values()) due = Math.min(due, pending.due);
    this.#timer = this.#clock.setTimer(Math.max(0, due - this.#clock.now()), () => {
      this.#flush();
      this.#plan();
    });
  }

  #flush(): void {
    const now = this.#clock.now() + TICK;
    for (const link of this.#links.links) {
      const ready: MdnsRecord[] = [];
      for (const { record, link: { index }, due } of this.#pending.values()) {
        if (index === link.index && due <= now) ready.push(record);
      }
      const ours = ready.length === 0 ? [] : this.#claims.records(link);
      for (const records of packets(ready)) {
        this.#links.multicast(link, encode({ isResponse: true, answers: records, additionals: additionalsOf(records, ours) }));
      }
      this.told(link, ready);
    }
    for (const [key, { due }] of this.#pending) {
      if (due <= now) this.#pending.delete(key);
    }
  }

  /** One who knows nothing of multicast DNS gets what a server would say: id, question, short lifetimes. */
  #answerLegacy({ id, questions }: MdnsMessage, to: DatagramAddress, ours: readonly MdnsRecord[]): void {
    const plain = (record: MdnsRecord): MdnsRecord => ({ ...record, unique: false, ttl: Math.min(record.ttl, LEGACY_TTL) });
    const found = questions.flatMap((question) => answersTo(question, ours));
    if (found.length === 0) return;
    const [first = []] = packets(found);
    const asked = questions.slice(0, 1).map((question) => ({ ...question, unicast: false }));
    const additionals = additionalsOf(first, ours).map(plain);
    this.#links.unicast(to, encode({ isResponse: true, id, questions: asked, answers: first.map(plain), additionals }));
  }
}

const keyOn = ({ index }: Link, record: MdnsRecord): string => `${String(index)} ${recordKey(record)}`;

/** Our answers to a question; for a name that is ours without the type asked for, that there is none (6.1). */
function answersTo({ name, type }: MdnsQuestion, ours: readonly MdnsRecord[]): MdnsRecord[] {
  const named = ours.filter((record) => keyOf(record.name) === keyOf(name));
  const found = named.filter((record) => answers(type, record));
  if (found.length > 0 || !named.some(({ unique }) => unique)) return found;
  return [absence(name, named)];
}

function absence(name: string, named: readonly MdnsRecord[]): MdnsRecord {
  const data = absenceData(name, named.map(({ type }) => type));
  return { name, type: TYPE.NSEC, ttl: HOST_TTL, unique: true, data };
}

/** What whoever gets these will ask for next (RFC 6763, 12). */
function additionalsOf(records: readonly MdnsRecord[], ours: readonly MdnsRecord[]): MdnsRecord[] {
  const said = new Set(records.map((record) => recordKey(record)));
  const added: MdnsRecord[] = [];
  const add = (name: string | null, ...types: readonly number[]): void => {
    for (const record of ours) {
      if (name === null || keyOf(record.name) !== keyOf(name) || !types.includes(record.type)) continue;
      if (said.has(recordKey(record))) continue;
      said.add(recordKey(record));
      added.push(record);
    }
  };
  for (const { type, data } of records) if (type === TYPE.PTR) add(readPointer(data), TYPE.SRV, TYPE.TXT);
  for (const { type, data } of [...records, ...added]) {
    if (type === TYPE.SRV) add(readService(data)?.target ?? null, TYPE.A, TYPE.AAAA);
  }
  for (const { name, type } of records) if (type === TYPE.A || type === TYPE.AAAA) add(name, TYPE.A, TYPE.AAAA);
  const [portion = []] = packets(added);
  return portion;
}
