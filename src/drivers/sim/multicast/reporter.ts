// What one interface tells the network of its groups in one language: changes at once and once more a little later,
// answers at a random moment of the time that the question gives (RFC 3376, 5; RFC 3810, 6). To routers that speak an
// older version only, it speaks that one for a while.
import type { SimClock, SimTimer } from '../clock.js';
import type { IpAddress } from '../ip/address.js';
import type { GroupFilter, IpInterface } from '../ip/service.js';
import type { Random } from '../random.js';
import { RECORD } from '../wire/group-records.js';
import { type GroupRecord, PendingChange } from './changes.js';
import type { Heard, Language, Version } from './language.js';
import { common, isMember, NOTHING, without } from './source-filter.js';

/** How often a change is told (RFC 3376, 8.1), and how long the repetition may take (8.11). */
const ROBUSTNESS = 2;
const REPEAT_WITHIN = 1_000_000;
/** An older router is believed to be there for twice its query interval and the time for answers (8.12). */
const OLDER_PRESENT = 260_000_000;

/** An answer that waits for its moment. */
interface Answer {
  readonly timer: SimTimer;
  /** Asked about; empty: about every source. */
  sources: ReadonlySet<IpAddress>;
}

export class Reporter {
  readonly #clock: SimClock;
  readonly #random: Random;
  readonly #iface: IpInterface;
  readonly #language: Language;
  readonly #filterOf: (group: IpAddress) => GroupFilter;
  readonly #groups: () => Iterable<IpAddress>;
  readonly #changes = new Map<IpAddress, PendingChange>();
  /** In an older version: how often each new membership is still to be told. */
  readonly #repeats = new Map<IpAddress, number>();
  readonly #repeat: SimTimer;
  readonly #general: SimTimer;
  readonly #answers = new Map<IpAddress, Answer>();
  #olderUntil = 0;
  #oldestUntil = 0;

  constructor(
    clock: SimClock,
    random: Random,
    iface: IpInterface,
    language: Language,
    groups: () => Iterable<IpAddress>,
    filterOf: (group: IpAddress) => GroupFilter,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#iface = iface;
    this.#language = language;
    this.#groups = groups;
    this.#filterOf = filterOf;
    this.#repeat = clock.timer(() => this.#tellChanges());
    this.#general = clock.timer(() => this.#answerAll());
  }

  get #version(): Version {
    if (this.#clock.us < this.#oldestUntil) return 'oldest';
    return this.#clock.us < this.#olderUntil ? 'older' : 'current';
  }

  /** A random moment, not this very one. */
  #soon(within: number): number {
    return 1 + this.#random.below(Math.max(1, within));
  }

  changed(group: IpAddress, before: GroupFilter, after: GroupFilter): void {
    if (this.#version !== 'current') {
      this.#changedOlder(group, before, after);
      return;
    }
    let change = this.#changes.get(group);
    if (change === undefined) this.#changes.set(group, (change = new PendingChange(group, ROBUSTNESS)));
    change.note(before, after);
    this.#tellChanges();
  }

  /** Older versions know members and others, and no sources. */
  #changedOlder(group: IpAddress, before: GroupFilter, after: GroupFilter): void {
    if (isMember(before) === isMember(after)) return;
    if (isMember(after)) {
      this.#repeats.set(group, ROBUSTNESS);
      this.#tellChanges();
      return;
    }
    this.#repeats.delete(group);
    this.#forget(group);
    if (this.#version === 'older') this.#language.leaveOlder(this.#iface, group);
  }

  #tellChanges(): void {
    const records: GroupRecord[] = [];
    for (const [group, change] of [...this.#changes]) {
      records.push(...change.next());
      if (change.isOver) this.#changes.delete(group);
    }
    if (records.length > 0) this.#language.report(this.#iface, records);
    for (const [group, left] of [...this.#repeats]) {
      this.#language.reportOlder(this.#iface, group, this.#version);
      if (left > 1) this.#repeats.set(group, left - 1);
      else this.#repeats.delete(group);
    }
    if (this.#changes.size > 0) this.#repeat.set(this.#soon(REPEAT_WITHIN));
    else if (this.#repeats.size > 0) this.#repeat.set(this.#soon(this.#language.olderInterval));
    else this.#repeat.cancel();
  }

  heard(heard: Heard): void {
    if (heard.kind === 'report') {
      // Somebody else has answered: older routers want to know of one member only.
      if (this.#version !== 'current') this.#forget(heard.group);
      return;
    }
    this.#noteVersion(heard.version);
    const { group, sources, within } = heard;
    if (group !== null) this.#ask(group, new Set(sources), within);
    else if (this.#version === 'current') this.#askAll(within);
    else for (const each of this.#groups()) this.#ask(each, new Set(), within);
  }

  #noteVersion(version: Version): void {
    const before = this.#version;
    if (version === 'oldest') this.#oldestUntil = this.#clock.us + OLDER_PRESENT;
    else if (version === 'older') this.#olderUntil = this.#clock.us + OLDER_PRESENT;
    // What was to be said in the old version is not said any more (RFC 3376, 7.2.1).
    if (this.#version !== before) this.halt();
  }

  /** A general question; one that is to be answered sooner stands. */
  #askAll(within: number): void {
    const delay = this.#soon(within);
    if (!this.#general.running || this.#general.due > this.#clock.us + delay) this.#general.set(delay);
  }

  #ask(group: IpAddress, sources: ReadonlySet<IpAddress>, within: number): void {
    if (!isMember(this.#filterOf(group))) return;
    const delay = this.#soon(within);
    const due = this.#clock.us + delay;
    // The answer to everybody will say it all.
    if (this.#general.running && this.#general.due <= due) return;
    const known = this.#answers.get(group);
    if (known === undefined) {
      const timer = this.#clock.timer(() => this.#answer(group));
      this.#answers.set(group, { timer, sources });
      timer.set(delay);
      return;
    }
    const all = known.sources.size === 0 || sources.size === 0;
    known.sources = all ? NOTHING.sources : new Set([...known.sources, ...sources]);
    if (known.timer.due > due) known.timer.set(delay);
  }

  #forget(group: IpAddress): void {
    this.#answers.get(group)?.timer.cancel();
    this.#answers.delete(group);
  }

  #answerAll(): void {
    const records = [...this.#groups()].map((group) => currentState(group, this.#filterOf(group)));
    if (records.length > 0) this.#language.report(this.#iface, records);
  }

  #answer(group: IpAddress): void {
    const asked = this.#answers.get(group)?.sources ?? NOTHING.sources;
    this.#answers.delete(group);
    const filter = this.#filterOf(group);
    if (!isMember(filter)) return;
    const version = this.#version;
    if (version !== 'current') {
      this.#language.reportOlder(this.#iface, group, version);
      return;
    }
    if (asked.size === 0) {
      this.#language.report(this.#iface, [currentState(group, filter)]);
      return;
    }
    const { mode, sources } = filter;
    const wanted = mode === 'include' ? common(sources, asked) : without(asked, sources);
    const record: GroupRecord = { type: RECORD.isInclude, group, sources: [...wanted] };
    if (wanted.size > 0) this.#language.report(this.#iface, [record]);
  }

  /** Nothing that was to be said is said any more. */
  halt(): void {
    this.#repeat.cancel();
    this.#general.cancel();
    for (const { timer } of this.#answers.values()) timer.cancel();
    this.#answers.clear();
    this.#changes.clear();
    this.#repeats.clear();
  }
}

function currentState(group: IpAddress, { mode, sources }: GroupFilter): GroupRecord {
  return { type: mode === 'include' ? RECORD.isInclude : RECORD.isExclude, group, sources: [...sources] };
}
