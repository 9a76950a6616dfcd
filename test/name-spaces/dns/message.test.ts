// DNS messages as bytes: against dns-packet, there and back, and against everything that may be sent by mistake or malice.
import * as packet from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalName, encodeName, isAbsolute, nameText, parseName, readName } from '../../../src/providers/namespaces/dns/domain-name.js';
import {
  CLASS,
  FLAG,
  OPCODE,
  RR,
  decodeCutMessage,
  decodeMessage,
  ednsRecord,
  encodeMessage,
  type DnsRecord,
  type RecordData,
} from '../../../src/providers/namespaces/dns/message.js';

const bytes = (...parts: (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [part.length, ...Buffer.from(part)])));

describe('names', () => {
  it.each([
    ['', [0]],
    ['.', [0]],
    ['a.b', [1, 97, 1, 98, 0]],
    ['a.b.', [1, 97, 1, 98, 0]],
    ['a\\.b', [3, 97, 46, 98, 0]],
    ['a\\\\', [2, 97, 92, 0]],
    ['\\000\\255', [2, 0, 255, 0]],
    ['ü', [2, 0xc3, 0xbc, 0]],
  ])('%s is written as %j', (name, written) => {
    expect(encodeName(name)).toEqual(written);
  });

  it.each([
    ['an empty label', 'a..b'],
    ['an empty label in front', '.a'],
    ['a label of 64 bytes', 'a'.repeat(64)],
    ['a name of 256 bytes', Array.from({ length: 4 }, () => 'a'.repeat(63)).join('.')],
    ['half an escape', 'a\\'],
    ['an escape of two digits', 'a\\12'],
    ['an escape beyond a byte', 'a\\256'],
  ])('%s is no name', (_what, name) => {
    expect(parseName(name)).toBeNull();
  });

  it('take 255 bytes', () => {
    const name = ['a'.repeat(63), 'a'.repeat(63), 'a'.repeat(63), 'a'.repeat(61)].join('.');
    expect(encodeName(name)?.length).toBe(255);
    expect(readName(Uint8Array.from(encodeName(name)!), 0)).toEqual({ name, end: 255 });
  });

  it('have one text for any bytes, and it leads back to them', () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
    fc.assert(fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
      expect(parseName(nameText(labels))).toEqual(labels);
      expect(canonicalName(`${nameText(labels)}.`)).toBe(canonicalName(nameText(labels)));
    }));
  });

  it('are absolute with a dot at the end that is not escaped', () => {
    expect([isAbsolute('a.'), isAbsolute('a\\.'), isAbsolute('a\\\\.'), isAbsolute('a')]).toEqual([true, false, true, false]);
  });

  it.each([
    ['to itself', [0xc0, 0], 0],
    ['forwards', [0xc0, 2, 0], 0],
    ['to each other', [0xc0, 2, 0xc0, 0], 2],
    ['into a loop over a label', [1, 97, 0xc0, 0], 0],
    ['nowhere', [0xc0], 0],
  ])('with a pointer %s are refused', (_where, message, at) => {
    expect(readName(Uint8Array.from(message), at)).toBeNull();
  });

  it.each([0x40, 0x80])('with a label of kind 0x%x are refused', (head) => {
    expect(readName(bytes(head, 0, 0), 0)).toBeNull();
  });

  it('cannot grow by pointers beyond what a name may be', () => {
    const long = Array.from({ length: 4 }, () => [63, ...new Array<number>(63).fill(97)]).flat();
    const message = Uint8Array.from([...long.slice(0, 192), 0, 63, ...new Array<number>(63).fill(97), 0xc0, 0]);
    expect(readName(message, 0)).not.toBeNull();
    expect(readName(message, 193)).toBeNull();
  });
});

const name = fc.array(fc.stringMatching(/^[a-z0-9-]{1,20}$/), { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const short = fc.integer({ min: 0, max: 0xffff });
const long = fc.integer({ min: 0, max: 0xffffffff });

/** A record and what dns-packet takes for the same. */
const record: fc.Arbitrary<{ ours: DnsRecord; theirs: packet.Answer }> = fc
  .tuple(name, fc.integer({ min: 0, max: 0x7fffffff }), fc.oneof(
    fc.ipV4().map((data) => ({ type: 'A' as const, data, ours: { kind: 'address', address: data } satisfies RecordData })),
    name.map((data) => ({ type: 'PTR' as const, data, ours: { kind: 'name', target: data } satisfies RecordData })),
    name.map((data) => ({ type: 'CNAME' as const, data, ours: { kind: 'name', target: data } satisfies RecordData })),
    fc.tuple(short, name).map(([preference, exchange]) => ({
      type: 'MX' as const, data: { preference, exchange }, ours: { kind: 'mx', preference, target: exchange } satisfies RecordData,
    })),
    fc.tuple(short, short, short, name).map(([priority, weight, port, target]) => ({
      type: 'SRV' as const, data: { priority, weight, port, target }, ours: { kind: 'srv', priority, weight, port, target } satisfies RecordData,
    })),
    fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 3 }).map((texts) => ({
      type: 'TXT' as const, data: texts.map((text) => Buffer.from(text)), ours: { kind: 'txt', texts } satisfies RecordData,
    })),
    fc.tuple(name, name, long, long, long, long, long).map(([mname, rname, serial, refresh, retry, expire, minimum]) => ({
      type: 'SOA' as const,
      data: { mname, rname, serial, refresh, retry, expire, minimum },
      ours: { kind: 'soa', primary: mname, mailbox: rname, serial, refresh, retry, expire, minimum } satisfies RecordData,
    })),
  ))
  .map(([owner, ttl, { type, data, ours }]) => ({
    ours: { name: owner, type: RR[type], class: CLASS.IN, ttl, data: ours },
    theirs: { name: owner, type, class: 'IN', ttl, data } as packet.Answer,
  }));

describe('messages', () => {
  it('are what dns-packet makes of the same', () => {
    fc.assert(fc.property(short, name, fc.array(record, { maxLength: 5 }), (id, question, records) => {
      const ours = encodeMessage({
        id,
        flags: FLAG.RD,
        questions: [{ name: question, type: RR.A, class: CLASS.IN }],
        answers: records.map((each) => each.ours),
      })!;
      const theirs = packet.encode({
        type: 'query', id, flags: packet.RECURSION_DESIRED, questions: [{ name: question, type: 'A' }], answers: records.map((each) => each.theirs),
      });
      expect(Buffer.from(ours).equals(theirs)).toBe(true);
      expect(decodeMessage(ours)?.answers).toEqual(records.map((each) => each.ours));
    }));
  });

  it('are read with names that are compressed', () => {
    const head = [0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
    const message = bytes(...head, 'www', 'a', 0, 0, 1, 0, 1, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, 0x62, 0xc0, 16);
    expect(decodeMessage(message)).toMatchObject({
      id: 7,
      flags: FLAG.QR | FLAG.RD | FLAG.RA,
      questions: [{ name: 'www.a', type: RR.A }],
      answers: [{ name: 'www.a', type: RR.CNAME, ttl: 9, data: { kind: 'name', target: 'b.a' } }],
      lastRecordAt: 23,
    });
  });

  it('keep classes, opcodes and records without data, which UPDATE is made of', () => {
    const none: DnsRecord = { name: 'a', type: RR.A, class: CLASS.NONE, ttl: 0, data: { kind: 'address', address: '127.0.0.1' } };
    const any: DnsRecord = { name: 'a', type: RR.ANY, class: CLASS.ANY, ttl: 0, data: { kind: 'raw', bytes: new Uint8Array() } };
    const aaaa: DnsRecord = { name: 'a', type: RR.AAAA, class: CLASS.IN, ttl: 1, data: { kind: 'address', address: '2001:db8::1' } };
    const sent = encodeMessage({ id: 1, opcode: OPCODE.UPDATE, answers: [any], authorities: [none], additionals: [aaaa] })!;
    expect(decodeMessage(sent)).toMatchObject({ opcode: OPCODE.UPDATE, flags: 0, answers: [any], authorities: [none], additionals: [aaaa] });
  });

  it('have a response code of twelve bits', () => {
    const edns = { ...ednsRecord(1232), ttl: 1 << 24 };
    expect(decodeMessage(encodeMessage({ id: 1, rcode: 0, additionals: [edns] })!)?.rcode).toBe(16);
  });

  it.each<[string, Partial<DnsRecord>]>([
    ['a name that is none', { name: 'a..b' }],
    ['a target that is none', { type: RR.CNAME, data: { kind: 'name', target: 'a'.repeat(64) } }],
    ['an address of the other family', { data: { kind: 'address', address: '::1' } }],
    ['a number that is too big', { ttl: 2 ** 32 }],
    ['a negative number', { ttl: -1 }],
    ['no number', { ttl: NaN }],
    ['a text that is too long', { type: RR.TXT, data: { kind: 'txt', texts: [new Uint8Array(256)] } }],
    ['data that no message can hold', { type: 99, data: { kind: 'raw', bytes: new Uint8Array(0x10000) } }],
  ])('are not written with %s', (_what, change) => {
    const good: DnsRecord = { name: 'a', type: RR.A, class: CLASS.IN, ttl: 0, data: { kind: 'address', address: '127.0.0.1' } };
    expect(encodeMessage({ id: 1, answers: [good] })).not.toBeNull();
    expect(encodeMessage({ id: 1, answers: [{ ...good, ...change }] })).toBeNull();
  });

  const answer = (type: number, length: number, ...data: number[]): Uint8Array =>
    bytes(0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, type, 0, 1, 0, 0, 0, 0, 0, length, ...data);
  it.each([
    ['address', answer(RR.A, 4, 1, 2, 3, 4), answer(RR.A, 5, 1, 2, 3, 4, 5), answer(RR.A, 3, 1, 2, 3)],
    ['target', answer(RR.PTR, 1, 0), answer(RR.PTR, 2, 0, 0), answer(RR.PTR, 1, 1, 97, 0)],
    ['text', answer(RR.TXT, 2, 1, 97), answer(RR.TXT, 1, 1, 97), answer(RR.TXT, 2, 2, 97)],
    ['other data', answer(99, 2, 1, 2), answer(99, 3, 1, 2), answer(99, 1, 1, 2)],
  ])('need an %s of just the length that it says', (_what, right, long, short) => {
    expect(decodeMessage(right)).not.toBeNull();
    expect(decodeMessage(long)).toBeNull();
    expect(decodeMessage(short)).toBeNull();
  });

  it('with more records announced than there are, or bytes left over, are none', () => {
    const message = encodeMessage({ id: 1, questions: [{ name: 'a', type: 1, class: 1 }] })!;
    expect(decodeMessage(message)).not.toBeNull();
    expect(decodeMessage(Uint8Array.of(...message, 0))).toBeNull();
    message[7] = 1;
    expect(decodeMessage(message)).toBeNull();
    message[7] = 0xff;
    message[6] = 0xff;
    expect(decodeMessage(message)).toBeNull();
  });

  it('that were cut off still have their question', () => {
    const whole = encodeMessage({ id: 1, flags: FLAG.QR | FLAG.TC, questions: [{ name: 'a', type: 1, class: 1 }] })!;
    whole[7] = 9;
    const cut = Uint8Array.of(...whole, 1, 97);
    expect(decodeMessage(cut)).toBeNull();
    expect(decodeCutMessage(cut)).toMatchObject({ id: 1, questions: [{ name: 'a' }], answers: [] });
    expect(decodeCutMessage(cut.subarray(0, 14))).toBeNull();
    cut[2] = 0x80;
    expect(decodeCutMessage(cut)).toBeNull();
  });

  it('of any bytes are read or refused, and what was read can be written and read again', () => {
    const seeds = [answer(RR.A, 4, 1, 2, 3, 4), answer(RR.PTR, 2, 0xc0, 12), answer(RR.TXT, 2, 1, 97), answer(RR.SRV, 7, 0, 1, 0, 2, 0, 3, 0)];
    const changes = fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 6 });
    const mutated = fc.tuple(fc.constantFrom(...seeds), changes).map(([seed, each]) => {
      const copy = seed.slice();
      for (const [at, value] of each) copy[at % copy.length] = value;
      return copy;
    });
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated), (any) => {
      const read = decodeMessage(any);
      if (read === null) return;
      const again = encodeMessage(read);
      const { lastRecordAt, ...content } = read;
      if (again !== null) expect(decodeMessage(again)).toMatchObject({ ...content, rcode: content.rcode });
      expect(lastRecordAt === null || lastRecordAt < any.length).toBe(true);
    }), { numRuns: process.env['WINSOCK2_FULL'] === '1' ? 200_000 : 5_000 });
  });
});
