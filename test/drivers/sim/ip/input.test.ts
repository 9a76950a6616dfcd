import { fc, test } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WirePacket } from '../../../../src/drivers/sim/ip/wire-packet.js';
import { SimNetwork } from '../../../../src/drivers/sim/network/index.js';
import { describe as line, facts } from '../../../../src/drivers/sim/wire/describe.js';
import { type Recorder, recorderOn, settle, TEST_PROTOCOL } from './recorder.js';

let network: SimNetwork;
let heard: Recorder;
let answers: string[];

beforeEach(() => {
  network = new SimNetwork();
  const host = network.host('host');
  network.host('peer');
  heard = recorderOn(host);
  answers = [];
  network.tap((packet) => {
    if (packet.from === 'host') answers.push(line(packet.bytes));
  });
});

afterEach(() => {
  network.stop();
});

/** Lets these bytes come from the link. */
function receive(bytes: Uint8Array): void {
  const { ip } = network.hosts.get('host')!.stack;
  ip.receive(new WirePacket(bytes, 0), ip.router.interfaceAt(2)!);
}

/** From fd00::2 to fd00::1, or elsewhere. */
function ipv6Packet(nextHeader: number, payload: number[], to = 'fd00::1'): Uint8Array {
  const addresses = [...network.book.parse('fd00::2').bytes, ...network.book.parse(to).bytes];
  return Uint8Array.of(0x60, 0, 0, 0, 0, payload.length, nextHeader, 64, ...addresses, ...payload);
}

const DATA = [1, 2, 3, 4, 5, 6, 7, 8];

describe('what comes', () => {
  test.prop([fc.uint8Array({ maxLength: 120 }), fc.constantFrom(0x45, 0x46, 0x60, 0x00)])(
    'may be any bytes: nothing is thrown',
    (bytes, first) => {
      if (bytes.length > 0) bytes[0] = first;
      if (first === 0x60 && bytes.length >= 40) {
        bytes.set([0, bytes.length - 40], 4);
        bytes.set(network.book.parse('fd00::1').bytes, 24);
      }
      expect(() => {
        receive(bytes);
      }).not.toThrow();
    },
  );

  it('is dropped silently and counted if its header is not sound', () => {
    const { counts } = network.hosts.get('host')!.stack.ip;
    receive(new Uint8Array(0));
    receive(Uint8Array.of(0x45, 0, 0, 21, 0, 0, 0, 0, 64, 253, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1));
    receive(Uint8Array.of(0x55, ...new Uint8Array(30)));
    receive(ipv6Packet(253, DATA).subarray(0, 47));
    expect(counts.malformed).toBe(4);
    expect([heard.data, answers]).toEqual([[], []]);
  });

  it('ends where its header says, whatever the link has filled up', () => {
    receive(Uint8Array.of(...ipv6Packet(TEST_PROTOCOL, DATA), 0, 0, 0));
    expect(heard.data).toEqual([DATA]);
  });

  it('is read behind extension headers', () => {
    // Hop-by-hop with padding, destination options with an unknown one to be skipped, routing with nothing left.
    const headers = [43, 0, 1, 4, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, TEST_PROTOCOL, 0, 0x1e, 4, 0, 0, 0, 0];
    receive(ipv6Packet(0, [...headers, ...DATA]));
    expect(heard.data).toEqual([DATA]);
    expect(answers).toEqual([]);
  });

  it('is taken for itself if it is the only fragment of its packet', () => {
    receive(ipv6Packet(44, [TEST_PROTOCOL, 0, 0, 0, 0, 0, 0, 1, ...DATA]));
    receive(ipv6Packet(44, [TEST_PROTOCOL, 0, 0, 0, 0, 0, 0, 1, ...DATA]));
    expect(heard.data).toEqual([DATA, DATA]);
  });

  it('ends with the last header if that says that nothing follows', async () => {
    receive(ipv6Packet(59, DATA));
    await settle(network);
    expect(answers).toEqual([]);
  });

  it.each([
    ['an unknown option that asks for it', 60, [TEST_PROTOCOL, 0, 0x80, 4, 0, 0, 0, 0], 'unknown option', 42],
    ['a routing header that is not worked off', 43, [TEST_PROTOCOL, 0, 4, 1, 0, 0, 0, 0], 'parameter problem', 42],
    ['an unknown protocol', 254, [], 'unknown next header', 6],
    ['a hop-by-hop header in the wrong place', 60, [0, 0, 1, 4, 0, 0, 0, 0], 'unknown next header', 40],
    ['a fragment of odd length', 44, [TEST_PROTOCOL, 0, 0, 1, 0, 0, 0, 1, 1], 'parameter problem', 4],
  ])('is answered with where the fault is: %s', async (_, nextHeader, headers, name, pointer) => {
    const transports: unknown[] = [];
    network.tap(({ from, bytes }) => {
      if (from === 'host') transports.push(facts(bytes)?.transport);
    });
    receive(ipv6Packet(nextHeader, [...headers, ...DATA]));
    await settle(network);
    expect(transports).toMatchObject([{ name, pointer, checksumGood: true }]);
    expect(heard.data).toEqual([]);
  });

  it('is not answered if its unknown option says so', async () => {
    receive(ipv6Packet(60, [TEST_PROTOCOL, 0, 0x40, 4, 0, 0, 0, 0, ...DATA]));
    receive(ipv6Packet(60, [TEST_PROTOCOL, 0, 0xc0, 4, 0, 0, 0, 0, ...DATA], 'ff02::1'));
    await settle(network);
    expect([heard.data, answers]).toEqual([[], []]);
    receive(ipv6Packet(60, [TEST_PROTOCOL, 0, 0x80, 4, 0, 0, 0, 0, ...DATA], 'ff02::1'));
    await settle(network);
    expect(answers).toHaveLength(1);
  });
});

describe('whole packets', () => {
  const whole = (): Uint8Array =>
    Uint8Array.of(0x45, 0, 0, 0, 0, 0, 0, 0, 5, TEST_PROTOCOL, 0, 0, 10, 0, 0, 9, 10, 0, 0, 2, ...DATA);

  it('are given length, identification and checksum, and are otherwise left as they are', async () => {
    const peer = recorderOn(network.hosts.get('peer')!);
    const { ip } = network.hosts.get('host')!.stack;
    const route = ip.route(network.book.parse('10.0.0.2'));
    if (typeof route === 'string') throw new Error(route);
    const seen: ReturnType<typeof facts>[] = [];
    network.tap(({ bytes }) => seen.push(facts(bytes)));
    expect(ip.transmitWhole(whole(), route)).toBeNull();
    const numbered = whole();
    numbered.set([0x12, 0x34], 4);
    expect(ip.transmitWhole(numbered, route)).toBeNull();
    await settle(network);
    expect(peer.arrivals).toMatchObject([{ from: '10.0.0.9', hopLimit: 5, data: DATA }, { data: DATA }]);
    expect(seen).toMatchObject([{ length: 28, fault: null }, { identification: 0x1234 }]);
    expect(seen[0]!.identification).not.toBe(0);
  });

  it('are refused if they are none, or too large and not to be cut', async () => {
    const peer = recorderOn(network.hosts.get('peer')!);
    const { ip } = network.hosts.get('host')!.stack;
    const route = ip.route(network.book.parse('10.0.0.2'));
    if (typeof route === 'string') throw new Error(route);
    expect(ip.transmitWhole(whole().subarray(0, 19), route)).toBe('EINVAL');
    expect(ip.transmitWhole(Uint8Array.of(0x4f, ...whole().subarray(1)), route)).toBe('EINVAL');
    const large = Uint8Array.of(...whole(), ...new Uint8Array(2000));
    large[6] = 0x40;
    expect(ip.transmitWhole(large.slice(), route)).toBe('EMSGSIZE');
    large[6] = 0;
    expect(ip.transmitWhole(large, route)).toBeNull();
    await settle(network);
    expect(peer.data.map((data) => data.length)).toEqual([2008]);
  });
});
