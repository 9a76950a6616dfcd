// Signatures and key files by themselves. That BIND makes and reads the same ones, registration.test.ts shows.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { CLASS, FLAG, RR, decodeMessage, encodeMessage, type MessageInit } from '../../../src/providers/namespaces/dns/message.js';
import { parseKeyFile, readKeyFile } from '../../../src/providers/namespaces/dns/tsig-key.js';
import { FUDGE, signMessage, verifyAnswer, type TsigKey, type TsigVerdict } from '../../../src/providers/namespaces/dns/tsig.js';
import { keyFileText } from '../named.js';

const key: TsigKey = { name: 'Fleet-Key', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(5) };
const NOW = 0x1_2345_6789;
const question: MessageInit = { id: 0x1234, flags: FLAG.QR, questions: [{ name: 'a.test', type: RR.A, class: CLASS.IN }] };
const NO_MAC: Uint8Array = new Uint8Array();

const verify = (bytes: Uint8Array, by = key, requestMac = NO_MAC, time = NOW): TsigVerdict =>
  verifyAnswer(bytes, decodeMessage(bytes)!, by, requestMac, time);

/** An answer as a server signs it: RFC 8945 section 5.3.1 puts the length and the MAC of the request before all else. */
function answerTo(mac: Uint8Array): Uint8Array {
  const bytes = encodeMessage(question)!;
  const name = [9, ...Buffer.from('fleet-key'), 0];
  const algorithm = [11, ...Buffer.from('hmac-sha256'), 0];
  const time = [0, 1, 0x23, 0x45, 0x67, 0x89, 0x01, 0x2c];
  const variables = [...name, 0, 255, 0, 0, 0, 0, ...algorithm, ...time, 0, 0, 0, 0];
  const covered = [0, mac.length, ...mac, ...bytes, ...variables];
  const own = createHmac('sha256', key.secret).update(Uint8Array.from(covered)).digest();
  const data = [...algorithm, ...time, 0, own.length, ...own, 0x12, 0x34, 0, 0, 0, 0];
  const signed = Uint8Array.from([...bytes, ...name, 0, 250, 0, 255, 0, 0, 0, 0, 0, data.length, ...data]);
  signed[11] = 1;
  return signed;
}

describe('a signature', () => {
  const { mac } = signMessage(encodeMessage({ ...question, flags: 0 })!, key, NOW)!;

  it('is believed over the signature of the request only', () => {
    const answer = answerTo(mac);
    expect(verify(answer, key, mac)).toEqual({ kind: 'good', error: 0, serverTime: null });
    expect(verify(answer, key, mac.map((byte) => byte ^ 1))).toEqual({ kind: 'bad', why: 'signature' });
  });

  it.each<[string, TsigVerdict]>([
    ['another key\'s name', verify(answerTo(mac), { ...key, name: 'other' }, mac)],
    ['another algorithm', verify(answerTo(mac), { ...key, algorithm: 'hmac-sha512' }, mac)],
  ])('of %s is not', (_name, verdict) => {
    expect(verdict).toEqual({ kind: 'bad', why: 'key' });
  });

  it('is good for a time', () => {
    const at = (time: number): string => verify(answerTo(mac), key, mac, time).kind;
    expect([NOW - FUDGE, NOW + FUDGE, NOW - FUDGE - 1, NOW + FUDGE + 1].map(at)).toEqual(['good', 'good', 'bad', 'bad']);
  });

  it('without one an answer is unsigned', () => {
    expect(verify(encodeMessage(question)!)).toEqual({ kind: 'unsigned' });
  });

  it('no byte behind the id, which the exchange looks at, can change, and nothing throws', () => {
    const answer = answerTo(mac);
    fc.assert(fc.property(fc.integer({ min: 2, max: answer.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = answer.slice();
      changed[at] = (changed[at] ?? 0) ^ change;
      const message = decodeMessage(changed);
      if (message === null) return;
      // The case of the key's name is no part of it.
      const folded = verifyAnswer(changed, message, key, mac, NOW);
      const onlyCase = change === 0x20 && folded.kind === 'good';
      if (!onlyCase) expect(folded.kind).not.toBe('good');
    }), { numRuns: 3000 });
  });
});

describe('a key file', () => {
  const secret = Buffer.alloc(32, 0xff).toString('base64');
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'winsock2-key-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['as tsig-keygen writes it', keyFileText('k.example', secret)],
    ['with comments and few quotes', `// the key\nkey k.example { # of all\n secret "${secret}"; /* here */ algorithm HMAC-SHA256; };`],
  ])('%s', (_name, text) => {
    expect(parseKeyFile(text)).toEqual({ key: { name: 'k.example', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 0xff) } });
  });

  it.each([
    ['two keys', keyFileText('a', secret) + keyFileText('b', secret)],
    ['an algorithm that is too weak', keyFileText('a', secret).replace('sha256', 'md5')],
    ['a short secret', keyFileText('a', 'YWJj')],
    ['a name that is none', keyFileText('a..b', secret)],
    ['nothing', ''],
  ])('with %s is refused', (_name, text) => {
    expect(parseKeyFile(text)).toMatchObject({ why: expect.stringMatching(/key/) as string });
  });

  it('that others can read is refused, where there are permissions', async () => {
    const file = join(folder, 'fleet.key');
    writeFileSync(file, keyFileText('a', secret));
    for (const [mode, platform, isRead] of [[0o600, 'linux', true], [0o640, 'linux', false], [0o604, 'linux', false], [0o644, 'win32', true]] as const) {
      chmodSync(file, mode);
      expect('key' in (await readKeyFile(file, platform))).toBe(isRead);
    }
    expect(await readKeyFile(join(folder, 'none'))).toEqual({ why: 'the key file cannot be read: ENOENT' });
  });
});
