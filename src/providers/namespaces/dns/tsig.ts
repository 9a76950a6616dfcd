// Signatures of DNS messages (TSIG, RFC 8945): a message is signed with a key that both ends have, and the answer is believed
// when it is signed with the same key over the question's signature. Whole MACs only, and no MD5 or SHA-1.
// Does not own: where keys come from (tsig-key.ts), nor what is sent.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalName, encodeName, readName } from './domain-name.js';
import { CLASS, MAX_MESSAGE, RR, type DecodedMessage } from './message.js';

/** Algorithms by their names in messages, which are also those in key files. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['hmac-sha256', 'sha256'],
  ['hmac-sha384', 'sha384'],
  ['hmac-sha512', 'sha512'],
]);

/** A key that a server knows too. */
export interface TsigKey {
  readonly name: string;
  /** hmac-sha256, hmac-sha384 or hmac-sha512. */
  readonly algorithm: string;
  readonly secret: Uint8Array;
}

/** Errors in a signature. */
export const TSIG_ERROR = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

/** How far the clocks of both ends may be apart, in seconds: what RFC 8945 recommends. */
export const FUDGE = 300;

/** A message with its signature, and the MAC that the answer's signature covers. */
export interface SignedMessage {
  readonly bytes: Uint8Array;
  readonly mac: Uint8Array;
}

/**
 * What the signature of an answer is worth: `good` may still carry an error that the server says, BADTIME; `error` is what a
 * server says that cannot sign, because it does not know the key or believe the signature; `unsigned` and `bad` are nobody's.
 */
export type TsigVerdict =
  | { readonly kind: 'good'; readonly error: number; readonly serverTime: number | null }
  | { readonly kind: 'error'; readonly error: number }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad'; readonly why: 'form' | 'key' | 'signature' | 'time' };

/** Whether messages can be signed with this algorithm. */
export const isKnownAlgorithm = (algorithm: string): boolean => HASHES.has(algorithm);

/** Where a header counts the additional records. */
const ADDITIONAL_COUNT = 10;

/**
 * Signs an encoded message.
 *
 * @param time - seconds since 1970
 * @returns null when it is too long with its signature, or the key's name is no name
 */
export function signMessage(message: Uint8Array, key: TsigKey, time: number): SignedMessage | null {
  const variables: Variables = { ...namesOf(key), time, fudge: FUDGE, error: 0, other: new Uint8Array() };
  if (variables.key.length === 0) return null;
  const mac = macOf(key, [message, coveredVariables(variables)]);
  const id = message.subarray(0, 2);
  const data = [...variables.algorithm, ...timeBytes(time), ...short(FUDGE), ...short(mac.length), ...mac, ...id, 0, 0, 0, 0];
  const record = [...variables.key, ...short(RR.TSIG), ...short(CLASS.ANY), 0, 0, 0, 0, ...short(data.length), ...data];
  if (message.length + record.length > MAX_MESSAGE) return null;
  return { bytes: withAdditionals(Uint8Array.from([...message, ...record]), 1), mac };
}

/**
 * Judges the signature of an answer.
 *
 * @param bytes - the answer as it came
 * @param message - the same, decoded
 * @param key - the key that the request was signed with
 * @param requestMac - the MAC of the request
 * @param time - seconds since 1970
 */
export function verifyAnswer(
  bytes: Uint8Array,
  message: DecodedMessage,
  key: TsigKey,
  requestMac: Uint8Array,
  time: number,
): TsigVerdict {
  const record = message.additionals.at(-1);
  if (record?.type !== RR.TSIG || message.lastRecordAt === null) return { kind: 'unsigned' };
  const signature = record.data.kind === 'raw' ? readSignature(record.data.bytes) : null;
  if (signature === null || record.class !== CLASS.ANY || record.ttl !== 0) return { kind: 'bad', why: 'form' };
  const { mac, error, fudge, other } = signature;
  if (mac.length === 0) return error === 0 ? { kind: 'bad', why: 'signature' } : { kind: 'error', error };
  const sameKey = canonicalName(record.name) === canonicalName(key.name);
  if (!sameKey || canonicalName(signature.algorithm) !== key.algorithm) return { kind: 'bad', why: 'key' };
  const covered = withAdditionals(bytes.slice(0, message.lastRecordAt), -1);
  covered.set(short(signature.id));
  const variables = coveredVariables({ ...namesOf(key), time: signature.time, fudge, error, other });
  const expected = macOf(key, [Uint8Array.from(short(requestMac.length)), requestMac, covered, variables]);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return { kind: 'bad', why: 'signature' };
  // A server whose clock differs signs with the request's time and says its own.
  if (Math.abs(time - signature.time) > fudge) return { kind: 'bad', why: 'time' };
  return { kind: 'good', error, serverTime: error === TSIG_ERROR.BADTIME && other.length === 6 ? timeOf(other) : null };
}

interface Signature {
  readonly algorithm: string;
  readonly time: number;
  readonly fudge: number;
  readonly mac: Uint8Array;
  readonly id: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** The fields of a TSIG record, or null. */
function readSignature(data: Uint8Array): Signature | null {
  const algorithm = readName(data, 0);
  if (algorithm === null || data.length < algorithm.end + 10) return null;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const at = algorithm.end;
  const macEnd = at + 10 + view.getUint16(at + 8);
  if (data.length < macEnd + 6 || data.length !== macEnd + 6 + view.getUint16(macEnd + 4)) return null;
  return {
    algorithm: algorithm.name,
    time: timeOf(data.subarray(at, at + 6)),
    fudge: view.getUint16(at + 6),
    mac: data.subarray(at + 10, macEnd),
    id: view.getUint16(macEnd),
    error: view.getUint16(macEnd + 2),
    other: data.subarray(macEnd + 6),
  };
}

interface Variables {
  readonly key: readonly number[];
  readonly algorithm: readonly number[];
  readonly time: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** Both names in their canonical form on the wire. */
const namesOf = (key: TsigKey): Pick<Variables, 'key' | 'algorithm'> => ({
  key: encodeName(canonicalName(key.name)) ?? [],
  algorithm: encodeName(key.algorithm) ?? [],
});

/** What of the signature is signed itself. */
function coveredVariables({ key, algorithm, time, fudge, error, other }: Variables): Uint8Array {
  const before = [...key, ...short(CLASS.ANY), 0, 0, 0, 0, ...algorithm, ...timeBytes(time), ...short(fudge)];
  return Uint8Array.from([...before, ...short(error), ...short(other.length), ...other]);
}

function macOf(key: TsigKey, parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHmac(HASHES.get(key.algorithm) ?? 'sha256', key.secret);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The message, changed, with more additional records or fewer. */
function withAdditionals(message: Uint8Array, more: number): Uint8Array {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  view.setUint16(ADDITIONAL_COUNT, view.getUint16(ADDITIONAL_COUNT) + more);
  return message;
}

const short = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];

/** 48 bits. */
const timeBytes = (time: number): number[] => [...short(Math.floor(time / 0x100000000)), ...short((time >>> 16) & 0xffff), ...short(time & 0xffff)];

const timeOf = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 0x100 + byte, 0);
