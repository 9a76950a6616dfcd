// What an answer from a server means for a question: the records at the end of its CNAMEs, that there are none and for how long
// (RFC 2308), or that this server is no help.
import { WSAHOST_NOT_FOUND, WSANO_DATA, WSANO_RECOVERY, WSATRY_AGAIN } from '../../../abi/index.js';
import { canonicalName } from './domain-name.js';
import type { Lookup } from './lookup.js';
import { CLASS, RCODE, RR, type DnsMessage, type DnsRecord } from './message.js';

/** Longer than this nothing is believed, in seconds: records, and that there are none. */
const MAX_TTL = 86_400;
const MAX_NEGATIVE_TTL = 900;
/** A TTL beyond this counts as 0 (RFC 2181 section 8). */
const TTL_LIMIT = 0x7fffffff;
/** CNAMEs in a row, over all answers. */
export const MAX_ALIASES = 16;

/** The answer to a question; where it goes on; or the error of a server that another one may not make. */
export type Meaning =
  | { readonly kind: 'answer'; readonly lookup: Lookup }
  | { readonly kind: 'continue'; readonly target: string; readonly aliases: readonly string[]; readonly ttl: number }
  | { readonly kind: 'useless'; readonly error: number };

/** A chain of CNAMEs so far: its aliases, and the seconds that all of it holds. */
export interface Chain {
  readonly aliases: readonly string[];
  readonly ttl: number;
}

export const NO_CHAIN: Chain = { aliases: [], ttl: MAX_TTL };

/** Reads an answer to a question for `name`, to which a chain has led, at the time `now`. */
export function meaningOf(message: DnsMessage, name: string, type: number, chain: Chain, now: number): Meaning {
  const { rcode } = message;
  if (rcode === RCODE.SERVFAIL) return { kind: 'useless', error: WSATRY_AGAIN };
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return { kind: 'useless', error: WSANO_RECOVERY };
  const { target, aliases, ttl } = follow(message.answers, name, type, chain);
  const expires = (seconds: number): number => now + seconds * 1000;
  const records = message.answers.filter((record) => isOf(record, target) && isType(record, type));
  if (records.length > 0) {
    const held = records.reduce((shortest, record) => Math.min(shortest, ttlOf(record)), ttl);
    return { kind: 'answer', lookup: { error: 0, records, canonicalName: target, aliases, expires: expires(held) } };
  }
  if (aliases.length > MAX_ALIASES) return { kind: 'useless', error: WSANO_RECOVERY };
  const negative = negativeTtl(message);
  // An alias only, and not a word about whether its target is there: another question.
  if (rcode === RCODE.NOERROR && negative === null && target !== canonicalName(name)) return { kind: 'continue', target, aliases, ttl };
  const error = rcode === RCODE.NXDOMAIN ? WSAHOST_NOT_FOUND : WSANO_DATA;
  return { kind: 'answer', lookup: { error, expires: expires(Math.min(negative ?? 0, ttl)) } };
}

/** Follows the CNAMEs of an answer, only those of the name and of where they lead. */
function follow(answers: readonly DnsRecord[], name: string, type: number, chain: Chain): Chain & { readonly target: string } {
  let target = canonicalName(name);
  let { ttl } = chain;
  const aliases = [...chain.aliases];
  while (type !== RR.CNAME && type !== RR.ANY && aliases.length <= MAX_ALIASES) {
    const alias = answers.find((record) => record.type === RR.CNAME && isOf(record, target));
    if (alias?.data.kind !== 'name') break;
    ttl = Math.min(ttl, ttlOf(alias));
    aliases.push(target);
    target = canonicalName(alias.data.target);
  }
  return { target, aliases, ttl };
}

const isOf = (record: DnsRecord, name: string): boolean => record.class === CLASS.IN && canonicalName(record.name) === name;
const isType = (record: DnsRecord, type: number): boolean => type === RR.ANY || record.type === type;
const ttlOf = ({ ttl }: DnsRecord): number => (ttl > TTL_LIMIT ? 0 : Math.min(ttl, MAX_TTL));

/** How long it holds that there is nothing; null if the answer does not say, and may not be remembered. */
function negativeTtl({ authorities }: DnsMessage): number | null {
  for (const record of authorities) {
    if (record.data.kind === 'soa') return Math.min(ttlOf(record), record.data.minimum, MAX_NEGATIVE_TTL);
  }
  return null;
}
