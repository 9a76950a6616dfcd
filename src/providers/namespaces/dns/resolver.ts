// A stub resolver: asks name servers, remembers what they say for as long as they say, and asks once for all who want the same.
// Not Node's Resolver: that tells no TTL but of addresses, nothing of how long a name stays absent, and UPDATE needs requests of
// our own anyway.
// Does not own: what a request is answered with (exchange.ts), what answers mean (response.ts), which domains a name is looked for in.
import { LRUCache } from 'lru-cache';
import { WSAHOST_NOT_FOUND, WSANO_RECOVERY, WSATRY_AGAIN, WSA_E_CANCELLED } from '../../../abi/index.js';
import type { MaybePending } from '../../../spi/index.js';
import type { Clock } from '../../../win32/index.js';
import { canonicalName, parseName } from './domain-name.js';
import { exchange, newRequestId, type DnsServer, type Exchanged } from './exchange.js';
import { notFound, isFound, type Lookup, type LookupOptions, type NameSource } from './lookup.js';
import { CLASS, FLAG, RCODE, ednsRecord, encodeMessage } from './message.js';
import { MAX_ALIASES, NO_CHAIN, meaningOf, type Chain } from './response.js';
import { specialAnswer } from './special-names.js';

/** Datagrams taken: what passes everywhere in one piece (DNS flag day 2020). */
const PAYLOAD = 1232;
const DEFAULT_TIMEOUT = 2000;
const DEFAULT_ROUNDS = 3;
/** Records remembered, counting the absence of some as one. */
const DEFAULT_CACHE = 10_000;
/** Questions under way at the same time; others wait for their turn. */
const DEFAULT_PARALLEL = 100;

export interface ResolverOptions {
  readonly clock: Clock;
  /** In the order to ask them. */
  readonly servers: readonly DnsServer[];
  /** Milliseconds that the first round waits for a server; each round waits twice as long as the one before. */
  readonly timeout?: number;
  /** How often all servers are asked. */
  readonly rounds?: number;
  readonly cache?: number;
  readonly parallel?: number;
}

/** A question under way, and how many wait for it. */
interface Flight {
  readonly answer: Promise<Lookup>;
  readonly abort: AbortController;
  waiting: number;
}

export class DnsResolver implements NameSource {
  readonly #clock: Clock;
  readonly #servers: readonly DnsServer[];
  readonly #timeout: number;
  readonly #rounds: number;
  readonly #parallel: number;
  readonly #cache: LRUCache<string, Lookup>;
  readonly #flights = new Map<string, Flight>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(options: ResolverOptions) {
    this.#clock = options.clock;
    this.#servers = options.servers;
    this.#timeout = options.timeout ?? DEFAULT_TIMEOUT;
    this.#rounds = options.rounds ?? DEFAULT_ROUNDS;
    this.#parallel = options.parallel ?? DEFAULT_PARALLEL;
    this.#cache = new LRUCache({
      maxSize: options.cache ?? DEFAULT_CACHE,
      sizeCalculation: (lookup) => (isFound(lookup) ? lookup.records.length : 1),
    });
  }

  /** How many answers are remembered, those included whose time is over. */
  get remembered(): number {
    return this.#cache.size;
  }

  /**
   * Looks up the records of a name, which is taken as whole.
   *
   * @param name - any case, with the dot at the end or without
   * @param type - a record type; ANY too
   * @param options - see `LookupOptions`
   */
  lookup(name: string, type: number, options: LookupOptions = {}): MaybePending<Lookup> {
    const key = canonicalName(name);
    const cacheKey = `${type} ${key}`;
    if (options.fresh !== true) {
      const known = this.#cache.get(cacheKey);
      if (known !== undefined && known.expires > this.#clock.now()) return known;
    }
    const special = specialAnswer(key, type);
    if (special !== null) return special;
    if (options.signal?.aborted === true) return notFound(WSA_E_CANCELLED);
    if (key === '' || parseName(key) === null) return notFound(WSAHOST_NOT_FOUND);
    return this.#join(cacheKey, key, type, options);
  }

  /** Ends all that is under way and forgets everything. */
  close(): void {
    for (const { abort } of this.#flights.values()) abort.abort();
    this.#cache.clear();
  }

  /** Waits for the question, which is asked unless it is under way. */
  async #join(key: string, name: string, type: number, { signal, fresh = false }: LookupOptions): Promise<Lookup> {
    // Who wants it fresh would get what was asked for before he came: as good as fresh.
    const flight = this.#flights.get(key) ?? this.#start(key, name, type);
    if (fresh) this.#cache.delete(key);
    flight.waiting++;
    if (signal === undefined) return flight.answer;
    return new Promise((resolve) => {
      const leave = (): void => {
        resolve(notFound(WSA_E_CANCELLED));
        flight.waiting--;
        if (flight.waiting > 0) return;
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.abort.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      void flight.answer.then((lookup) => {
        signal.removeEventListener('abort', leave);
        resolve(lookup);
      });
    });
  }

  #start(key: string, name: string, type: number): Flight {
    const abort = new AbortController();
    const answer = this.#inTurn(() => this.#ask(name, type, abort.signal)).then((lookup) => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      const mayRemember = lookup.expires > this.#clock.now() && !abort.signal.aborted;
      if (mayRemember) this.#cache.set(key, lookup);
      return lookup;
    });
    const flight: Flight = { answer, abort, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#parallel) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** Asks until there is an answer, through aliases that a server does not follow itself. */
  async #ask(name: string, type: number, signal: AbortSignal): Promise<Lookup> {
    let chain: Chain = NO_CHAIN;
    let target = name;
    while (chain.aliases.length <= MAX_ALIASES) {
      const result = await this.#askServers(target, type, chain, signal);
      if ('error' in result) return result;
      chain = result;
      ({ target } = result);
    }
    return notFound(WSANO_RECOVERY);
  }

  async #askServers(name: string, type: number, chain: Chain, signal: AbortSignal): Promise<Lookup | (Chain & { target: string })> {
    let error: number = WSATRY_AGAIN;
    for (let round = 0; round < this.#rounds; round++) {
      for (const server of this.#servers) {
        const answer = await this.#request(server, name, type, this.#timeout * 2 ** round, signal);
        if (signal.aborted) return notFound(WSA_E_CANCELLED);
        if (!answer.ok) continue;
        const meaning = meaningOf(answer.message, name, type, chain, this.#clock.now());
        if (meaning.kind === 'answer') return meaning.lookup;
        if (meaning.kind === 'continue') return meaning;
        ({ error } = meaning);
      }
      // What servers refuse now they refuse at once again.
      if (error === WSANO_RECOVERY) break;
    }
    return notFound(error);
  }

  /** One server's answer; of an old one, to a request without EDNS. */
  async #request(server: DnsServer, name: string, type: number, timeout: number, signal: AbortSignal): Promise<Exchanged> {
    const questions = [{ name, type, class: CLASS.IN }];
    const ask = (additionals = [ednsRecord(PAYLOAD)]): Promise<Exchanged> => {
      const request = encodeMessage({ id: newRequestId(), flags: FLAG.RD, questions, additionals }) ?? new Uint8Array();
      return exchange(server, request, { clock: this.#clock, timeout, signal });
    };
    const answer = await ask();
    const isOld = answer.ok && (answer.message.rcode === RCODE.FORMERR || answer.message.rcode === RCODE.NOTIMP);
    return isOld ? ask([]) : answer;
  }
}
