// One query of a program: it asks as long as it is open, gives each answer once, and tells of changes when nobody waits for them.
import {
  LUP_FLUSHCACHE,
  RESULT_IS_ADDED,
  RESULT_IS_CHANGED,
  RESULT_IS_DELETED,
  WSANO_DATA,
  WSASERVICE_NOT_FOUND,
} from '../../../abi/index.js';
import type { Answer } from '../kit/index.js';
import type { Engine } from './engine.js';
import { findingsOf, type Findings, type Found } from './found.js';
import { TICK } from './random.js';
import { setKey } from './records.js';
import type { Subject } from './subject.js';

/** A host of which one address is known may have more: so long they are waited for. */
const GRACE = 200;

export class Lookup {
  readonly #engine: Engine;
  readonly #subject: Subject;
  readonly #changed: () => void;
  readonly #release: () => void;
  readonly #unlisten: () => void;
  readonly #asked = new Map<string, () => void>();
  readonly #given = new Map<string, Found>();
  #findings: Findings = { found: [], wanted: [], isDone: false };
  #noted = '';
  #wake: (() => void) | null = null;
  #open = true;

  /**
   * @param release - gives back the engine's use
   * @param changed - told of a change that nobody waits for
   */
  constructor(engine: Engine, subject: Subject, flags: number, release: () => void, changed: () => void) {
    this.#engine = engine;
    this.#subject = subject;
    this.#changed = changed;
    this.#release = release;
    if ((flags & LUP_FLUSHCACHE) !== 0) for (const set of findingsOf(subject, engine.cache).wanted) engine.cache.forget(set);
    this.#look();
    this.#unlisten = engine.listen(() => {
      this.#update();
    });
  }

  /** The answers that come within `limitMs`. */
  async *answers(limitMs: number): AsyncGenerator<Answer | number> {
    const { clock } = this.#engine;
    let end = clock.now() + limitMs;
    let isPartial = false;
    while (this.#open) {
      const next = this.#findings.found.find((found) => found.isComplete && !this.#given.has(found.key));
      if (next !== undefined) {
        this.#given.set(next.key, next);
        yield next.answer;
        continue;
      }
      if (this.#findings.isDone || clock.now() + TICK > end) break;
      if (this.#subject.kind === 'host' && this.#findings.found.length > 0 && !isPartial) {
        isPartial = true;
        end = Math.min(end, clock.now() + GRACE);
      }
      await this.#waitUntil(end);
    }
    if (!this.#open) return;
    // Something is better than nothing.
    for (const found of this.#findings.found) {
      if (this.#given.has(found.key)) continue;
      this.#given.set(found.key, found);
      yield found.answer;
    }
    if (this.#given.size > 0 || this.#subject.kind === 'services' || this.#subject.kind === 'types') return;
    yield this.#findings.isDone ? WSANO_DATA : WSASERVICE_NOT_FOUND;
  }

  /** What is another than it was given. */
  *changes(): Generator<Answer> {
    const present = new Map(this.#findings.found.map((found) => [found.key, found]));
    for (const [key, { isComplete, answer: { name, context } }] of [...this.#given]) {
      // One that cannot be reached any more is gone, though its type may list it for an hour.
      if (present.get(key)?.isComplete ?? false) continue;
      if (present.has(key) && !isComplete) continue;
      this.#given.delete(key);
      yield { outputFlags: RESULT_IS_DELETED, ...(name === undefined ? {} : { name }), ...(context === undefined ? {} : { context }) };
    }
    for (const found of present.values()) {
      const before = this.#given.get(found.key);
      if (!found.isComplete || before?.signature === found.signature) continue;
      this.#given.set(found.key, found);
      yield { ...found.answer, outputFlags: before === undefined ? RESULT_IS_ADDED : RESULT_IS_CHANGED };
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#unlisten();
    for (const stop of this.#asked.values()) stop();
    this.#wake?.();
    this.#release();
  }

  #waitUntil(end: number): Promise<void> {
    const { clock } = this.#engine;
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.#wake = null;
        resolve();
      };
      const timer = clock.setTimer(Math.max(0, end - clock.now()), wake);
      this.#wake = wake;
    });
  }

  /** Looks at what is known now; whether it is something else than before. */
  #look(): boolean {
    this.#findings = findingsOf(this.#subject, this.#engine.cache);
    const wanted = new Map(this.#findings.wanted.map((question) => [setKey(question), question]));
    for (const [key, stop] of this.#asked) {
      if (wanted.has(key)) continue;
      stop();
      this.#asked.delete(key);
    }
    for (const [key, question] of wanted) {
      if (!this.#asked.has(key)) this.#asked.set(key, this.#engine.querier.ask(question));
    }
    const complete = this.#findings.found.filter(({ isComplete }) => isComplete);
    const note = complete.map(({ key, signature }) => `${key} ${signature}`).join('\n');
    const isNew = note !== this.#noted;
    this.#noted = note;
    return isNew;
  }

  #update(): void {
    if (!this.#open) return;
    const isNew = this.#look();
    if (this.#wake !== null) this.#wake();
    else if (isNew) this.#changed();
  }
}
