// The server of a registry: questions and changes over TCP, signed when there is a key, and what its refusals are as Winsock
// errors. TCP, because a change must not be done twice, and a signed answer of its own length needs no second try.
// Does not own: which records are asked for (registry.ts).
import {
  NO_ERROR,
  WSAEACCES,
  WSAEINVAL,
  WSANO_RECOVERY,
  WSASERVICE_NOT_FOUND,
  WSATRY_AGAIN,
} from '../../../abi/index.js';
import type { Clock } from '../../../win32/index.js';
import { canonicalName } from './domain-name.js';
import { exchange, newRequestId, type DnsServer, type Exchanged } from './exchange.js';
import { CLASS, RCODE, RR, encodeMessage, type DecodedMessage, type DnsRecord, type MessageInit } from './message.js';
import { TSIG_ERROR, signMessage, verifyAnswer, type TsigKey } from './tsig.js';
import { updateMessage, type Change, type Prerequisite } from './update.js';

/** How to reach it. */
export interface RegistryServerOptions {
  readonly server: DnsServer;
  readonly clock: Clock;
  /** Milliseconds for one answer. */
  readonly timeout: number;
  /** Hears why the server refused, or was not believed. */
  readonly note: (reason: string, detail: string) => void;
}

/** An answer that is believed, or the Winsock error. */
type Answered = { readonly message: DecodedMessage } | { readonly error: number };

/** Records, or the Winsock error; a name that is not there has none. */
export type Found = { readonly records: readonly DnsRecord[]; readonly further: readonly DnsRecord[] } | { readonly error: number };

/** How a change ended: done, not done because a prerequisite did not hold, or the Winsock error. */
export type Changed = 'done' | 'not so' | number;

const OUTCOMES: ReadonlyMap<number, number> = new Map<number, number>([
  [RCODE.NOERROR, NO_ERROR],
  [RCODE.FORMERR, WSANO_RECOVERY],
  [RCODE.SERVFAIL, WSATRY_AGAIN],
  [RCODE.NXDOMAIN, WSASERVICE_NOT_FOUND],
  [RCODE.NOTIMP, WSANO_RECOVERY],
  [RCODE.REFUSED, WSAEACCES],
  [RCODE.NOTAUTH, WSAEACCES],
  [RCODE.NOTZONE, WSAEINVAL],
]);

/** The Winsock error for a response code. */
export const winsockError = (rcode: number): number => OUTCOMES.get(rcode) ?? WSANO_RECOVERY;

/** The Winsock error for an error in a signature: clocks that are apart may come together, keys do not. */
export const signatureError = (error: number): number => (error === TSIG_ERROR.BADTIME ? WSATRY_AGAIN : WSAEACCES);

const nameIn = (table: Readonly<Record<string, number>>, code: number): string =>
  Object.entries(table).find(([, value]) => value === code)?.[0] ?? String(code);

/** A server that keeps a registry. */
export class RegistryServer {
  readonly #options: RegistryServerOptions;

  constructor(options: RegistryServerOptions) {
    this.#options = options;
  }

  /** The records of one name and type. */
  async ask(name: string, type: number, key: TsigKey | null, signal?: AbortSignal): Promise<Found> {
    const questions = [{ name, type, class: CLASS.IN }];
    const answered = await this.#send({ id: newRequestId(), flags: 0, questions }, key, signal);
    if ('error' in answered) return answered;
    const { rcode, answers, additionals } = answered.message;
    if (rcode === RCODE.NXDOMAIN) return { records: [], further: [] };
    if (rcode !== RCODE.NOERROR) return { error: this.#refused('question refused', rcode) };
    const wanted = canonicalName(name);
    const records = answers.filter((each) => each.type === type && canonicalName(each.name) === wanted);
    return { records, further: [...answers, ...additionals].filter((each) => each.type === RR.A || each.type === RR.AAAA) };
  }

  /** Changes the zone, if all prerequisites hold. */
  async change(zone: string, prerequisites: readonly Prerequisite[], changes: readonly Change[], key: TsigKey | null): Promise<Changed> {
    const answered = await this.#send(updateMessage(newRequestId(), zone, prerequisites, changes), key);
    if ('error' in answered) return answered.error;
    const { rcode } = answered.message;
    if (rcode === RCODE.NOERROR) return 'done';
    const isPrerequisite = rcode === RCODE.YXRRSET || rcode === RCODE.NXRRSET || rcode === RCODE.YXDOMAIN;
    if (isPrerequisite && prerequisites.length > 0) return 'not so';
    return this.#refused('update refused', rcode);
  }

  async #send(message: MessageInit, key: TsigKey | null, signal?: AbortSignal): Promise<Answered> {
    const bytes = encodeMessage(message);
    if (bytes === null) return { error: WSAEINVAL };
    if (key === null) return this.#believed(await this.#exchange(bytes, signal), null);
    const signed = signMessage(bytes, key, this.#seconds());
    if (signed === null) return { error: WSAEINVAL };
    return this.#believed(await this.#exchange(signed.bytes, signal), { key, mac: signed.mac });
  }

  #exchange(request: Uint8Array, signal: AbortSignal | undefined): Promise<Exchanged> {
    const { server, clock, timeout } = this.#options;
    return exchange(server, request, { clock, timeout, transport: 'tcp', signal });
  }

  #believed(exchanged: Exchanged, signature: { readonly key: TsigKey; readonly mac: Uint8Array } | null): Answered {
    const { note } = this.#options;
    if (!exchanged.ok) {
      note('no answer from the server', exchanged.error);
      return { error: WSATRY_AGAIN };
    }
    const { message, bytes } = exchanged;
    if (signature === null) return { message };
    const verdict = verifyAnswer(bytes, message, signature.key, signature.mac, this.#seconds());
    if (verdict.kind === 'good' && verdict.error === 0) return { message };
    if (verdict.kind === 'good' || verdict.kind === 'error') {
      const detail = nameIn(TSIG_ERROR, verdict.error);
      note('the server refused the signature', detail);
      return { error: signatureError(verdict.error) };
    }
    // A server that does not know keys at all cannot sign that it refuses; whoever else says so gains nothing by it.
    if (verdict.kind === 'unsigned' && message.rcode !== RCODE.NOERROR) return { message: { ...message, answers: [] } };
    note('the answer is not the server\'s', verdict.kind === 'bad' ? `bad ${verdict.why}` : 'it is not signed');
    return { error: WSATRY_AGAIN };
  }

  #refused(what: string, rcode: number): number {
    this.#options.note(what, nameIn(RCODE, rcode));
    return winsockError(rcode);
  }

  #seconds(): number {
    return Math.floor(this.#options.clock.wallTime() / 1000);
  }
}

