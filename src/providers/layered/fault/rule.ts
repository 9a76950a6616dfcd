// One rule of a fault layer: which calls it is about, which of them it hits, and what then happens. It counts. What the
// happening is, faults.ts knows.
import { errorEntries } from '../../../abi/index.js';
import { AddressRule, type Place } from '../kit/address-rule.js';
import { SettingError, wholeNumber } from '../kit/settings.js';
import { Chance } from './chance.js';

/** The calls, each with its relatives: WSASend, ConnectEx and so on. */
export type CallName = 'send' | 'sendto' | 'recv' | 'recvfrom' | 'connect' | 'accept' | 'bind';

const TRANSFERS: readonly CallName[] = ['send', 'sendto', 'recv', 'recvfrom'];
const WAITING: readonly CallName[] = [...TRANSFERS, 'connect', 'accept'];
const CALLS: readonly CallName[] = [...WAITING, 'bind'];

/** What can happen: to which calls, and to which sockets if not to all. */
const EFFECTS = {
  delay: { calls: WAITING, sockets: null },
  fail: { calls: CALLS, sockets: null },
  cut: { calls: TRANSFERS, sockets: 'stream' },
  corrupt: { calls: TRANSFERS, sockets: null },
  drop: { calls: TRANSFERS, sockets: 'datagram' },
  duplicate: { calls: ['send', 'sendto'], sockets: 'datagram' },
  short: { calls: ['recv', 'recvfrom'], sockets: 'stream' },
} as const satisfies Record<string, { readonly calls: readonly CallName[]; readonly sockets: 'stream' | 'datagram' | null }>;

export type Effect = keyof typeof EFFECTS;

const LONGEST_DELAY = 3_600_000;
const MOST = 1_000_000_000;

/** A call, as rules look at it. */
export interface Occasion {
  readonly call: CallName;
  readonly isStream: boolean;
  /** The other side, where it is known. */
  readonly place: Place | null;
  /** The effects that can be had now. */
  readonly effects: readonly Effect[];
}

/** What a rule's text says. */
interface Said {
  readonly calls: readonly CallName[];
  readonly effect: Effect;
  /** Milliseconds, an error, bits or bytes. */
  readonly amount: number;
  readonly place: AddressRule | null;
  readonly nth: number;
  readonly chance: number;
  readonly times: number;
}

/** A rule and its counts. */
export class FaultRule {
  readonly text: string;
  readonly effect: Effect;
  readonly amount: number;
  /** What the rule draws from, for chances and for places. */
  readonly chance: Chance;
  readonly #said: Said;
  #seen = 0;
  #hits = 0;

  private constructor(text: string, said: Said, seed: number) {
    this.text = text;
    this.#said = said;
    this.effect = said.effect;
    this.amount = said.amount;
    this.chance = new Chance(seed);
  }

  /**
   * Reads a rule.
   *
   * @param text - calls, conditions and one effect with colons between: `send:nth=3:fail=WSAECONNRESET`. Calls are names
   *   with commas between, or `*`; conditions `with=ADDRESS`, `nth=N`, `chance=0.1`, `times=N`; effects `delay=MS`,
   *   `fail=ERROR`, `corrupt=BITS`, `short=BYTES`, `cut`, `drop`, `duplicate`
   * @param seed - what the rule's own chances begin with
   * @throws SettingError for anything else
   */
  static parse(text: string, seed = 1): FaultRule {
    return new FaultRule(text, read(text), seed);
  }

  /** The calls that the rule is about, so far. */
  get seen(): number {
    return this.#seen;
  }

  /** How many of them it has hit. */
  get hits(): number {
    return this.#hits;
  }

  /** Whether the rule needs to know who is on the other side. */
  get hasPlace(): boolean {
    return this.#said.place !== null;
  }

  /** Whether it hits a call; counts. */
  meets({ call, isStream, place, effects }: Occasion): boolean {
    const { calls, effect, place: wanted, nth, chance, times } = this.#said;
    const { sockets } = EFFECTS[effect];
    if (!calls.includes(call) || !effects.includes(effect)) return false;
    if (sockets !== null && (sockets === 'stream') !== isStream) return false;
    if (wanted !== null && (place === null || !wanted.matches(place.address, [place.port]))) return false;
    this.#seen += 1;
    if (this.#seen < nth || this.#hits >= times || !this.chance.of(chance)) return false;
    this.#hits += 1;
    return true;
  }

  /** `send:nth=3:fail=WSAECONNRESET (hit 1 of 4 calls)` */
  toString(): string {
    return `${this.text} (hit ${String(this.#hits)} of ${String(this.#seen)} calls)`;
  }
}

/** Addresses have colons, too; before no name and no `=` though. */
const BETWEEN = /:(?=[a-z]+=|(?:cut|drop|duplicate)(?::|$))/;

function read(text: string): Said {
  const wrong = (reason: string): SettingError => new SettingError(`the rule '${text}': ${reason}`);
  const [names = '', ...parts] = text.split(BETWEEN);
  const values = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf('=');
    const name = at === -1 ? part : part.slice(0, at);
    if (values.has(name)) throw wrong(`'${name}' comes twice`);
    values.set(name, at === -1 ? '' : part.slice(at + 1));
  }
  const take = (name: string): string | null => {
    const value = values.get(name) ?? null;
    values.delete(name);
    return value;
  };
  const number = (name: string, highest: number, otherwise: number): number => {
    const value = take(name);
    return value === null ? otherwise : wholeNumber(`'${name}' in the rule '${text}'`, value, 1, highest);
  };
  const place = take('with');
  const isOne = values.has('nth');
  const nth = number('nth', MOST, 1);
  const times = number('times', MOST, isOne ? 1 : Infinity);
  const chance = chanceIn(take('chance'), wrong);

  const effects = (Object.keys(EFFECTS) as Effect[]).filter((name) => values.has(name));
  const [effect] = effects;
  if (effect === undefined || effects.length > 1) throw wrong(`it must have one of ${Object.keys(EFFECTS).join(', ')}`);
  const amount = amountIn(effect, take(effect) ?? '', wrong);
  for (const name of values.keys()) throw wrong(`there is no '${name}'`);

  const fitting: readonly CallName[] = EFFECTS[effect].calls;
  const calls = names === '*' ? fitting : names.split(',').map((name) => {
    const call = CALLS.find((one) => one === name);
    if (call === undefined) throw wrong(`'${name}' is none of ${CALLS.join(', ')}, *`);
    if (!fitting.includes(call)) throw wrong(`'${effect}' can happen to ${fitting.join(', ')} only`);
    // Who is accepted is known only when it has been.
    if (call === 'accept' && place !== null) throw wrong("'with' does not go with accept");
    return call;
  });
  return { calls, effect, amount, place: place === null ? null : AddressRule.parse(place), nth, chance, times };
}

function chanceIn(value: string | null, wrong: (reason: string) => SettingError): number {
  if (value === null) return 1;
  const chance = /^(?:0?\.\d+|1)$/.test(value) ? Number(value) : 0;
  if (chance === 0) throw wrong(`'chance' is '${value}' and not a number between 0 and 1, as 0.1`);
  return chance;
}

function amountIn(effect: Effect, value: string, wrong: (reason: string) => SettingError): number {
  switch (effect) {
    case 'delay':
      return wholeNumber('a delay', value, 1, LONGEST_DELAY);
    case 'corrupt':
      return wholeNumber('the number of bits to corrupt', value, 1, MOST);
    case 'short':
      return wholeNumber('the length of a short read', value, 1, MOST);
    case 'fail': {
      const entry = errorEntries.find(({ name }) => name === value && name.startsWith('WSA'));
      if (entry === undefined) throw wrong(`'${value}' is no Windows Sockets error, as WSAECONNRESET`);
      return entry.value;
    }
    default:
      if (value !== '') throw wrong(`'${effect}' has no value`);
      return 0;
  }
}
