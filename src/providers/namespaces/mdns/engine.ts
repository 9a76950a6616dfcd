// Multicast DNS of one process: its parts, and which of them hears what. It holds the port only while somebody needs it.
import type { Clock, DatagramAddress, NetworkService } from '../../../win32/index.js';
import { RecordCache } from './cache.js';
import { Claims } from './claims.js';
import type { Claim } from './claim.js';
import { Links, MDNS_PORT, type Link } from './links.js';
import { decode, type MdnsMessage } from './message.js';
import { Querier } from './querier.js';
import type { Random } from './random.js';
import { TYPE, recordKey, setKey, type MdnsRecord } from './records.js';
import { Responder } from './responder.js';

/** What it is made of. */
export interface EngineSetup {
  readonly network: NetworkService;
  readonly clock: Clock;
  readonly random: Random;
  /** Names of interfaces; none for all but loopback. */
  readonly interfaces: readonly string[];
}

/** What is worth keeping; a stranger's records of other types are not. */
const KEPT: readonly number[] = [TYPE.A, TYPE.AAAA, TYPE.PTR, TYPE.SRV, TYPE.TXT, TYPE.NSEC];

export class Engine {
  readonly clock: Clock;
  readonly cache: RecordCache;
  readonly links: Links;
  readonly querier: Querier;
  readonly claims: Claims;
  /** Told when a claim has another name than before. */
  renamed: (claim: Claim) => void = () => undefined;
  readonly #responder: Responder;
  readonly #listeners = new Set<() => void>();
  #users = 0;
  #isTelling = false;

  constructor({ network, clock, random, interfaces }: EngineSetup) {
    this.clock = clock;
    this.links = new Links(network, clock, interfaces, {
      received: (bytes, link, from) => {
        this.#received(bytes, link, from);
      },
      linksChanged: () => {
        this.claims.announceAll();
      },
    });
    this.cache = new RecordCache(clock, () => {
      this.#changed();
    });
    this.querier = new Querier(clock, this.links, this.cache, random);
    this.claims = new Claims(
      { clock, links: this.links, cache: this.cache, random },
      {
        announced: (link, records) => {
          this.#responder.told(link, records);
        },
        renamed: (claim) => {
          this.renamed(claim);
        },
      },
    );
    this.#responder = new Responder(clock, this.links, this.claims, random);
  }

  /** Keeps the port open until the result is called; null when it cannot be had. */
  use(): (() => void) | null {
    if (this.#users === 0 && !this.links.open()) {
      this.links.close();
      return null;
    }
    this.#users += 1;
    let inUse = true;
    return () => {
      if (!inUse) return;
      inUse = false;
      this.#users -= 1;
      if (this.#users === 0) this.#close();
    };
  }

  /** Calls `changed` when what is known has changed, until the result is called. */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Takes everything back and closes the port. */
  end(): void {
    this.#listeners.clear();
    this.#close();
  }

  /** What nobody keeps up to date is worth nothing. */
  #close(): void {
    this.claims.close();
    this.querier.close();
    this.#responder.close();
    this.cache.clear();
    this.links.close();
  }

  #received(bytes: Uint8Array, link: Link, from: DatagramAddress): void {
    const message = decode(bytes);
    if (message === null) return;
    if (message.isResponse) {
      if (from.port === MDNS_PORT) this.#learn(message, link, from);
      return;
    }
    if (from.port === MDNS_PORT) {
      this.claims.rivalled(message, link);
      this.querier.overheard(message, link);
    }
    this.#responder.asked(message, link, from);
  }

  #learn(message: MdnsMessage, link: Link, from: DatagramAddress): void {
    this.claims.heard(message, link, from);
    this.#responder.overheard(message, link);
    const said = [...message.answers, ...message.additionals].filter(({ type }) => KEPT.includes(type));
    const confirmed = new Set(said.map((record) => recordKey(record)));
    const sets = new Map<string, MdnsRecord>();
    for (const record of said) {
      this.cache.put(link.index, record);
      if (record.unique) sets.set(setKey(record), record);
    }
    for (const set of sets.values()) this.cache.flush(link.index, set, confirmed);
    this.querier.plan();
  }

  /** One message brings many records: who listens is told once. */
  #changed(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const changed of [...this.#listeners]) changed();
      if (this.links.isOpen) this.querier.plan();
    });
  }
}
