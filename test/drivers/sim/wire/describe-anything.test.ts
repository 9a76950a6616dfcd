import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/drivers/sim/random.js';
import * as wire from '../../../../src/drivers/sim/wire/describe.js';
import * as packets from './packets.js';

const CASES = 100_000;
const PACKETS = Object.values(packets);

/** The line, which must be one, and printable. */
function line(bytes: Uint8Array): string {
  const text = wire.describe(bytes);
  if (!/^[ -~]+$/.test(text)) throw new Error(`not a line: ${text}`);
  return text;
}

describe('any bytes', () => {
  it('can be described when they are random', () => {
    const random = new Random(1);
    const versions = [0x45, 0x46, 0x4f, 0x60];
    for (let i = 0; i < CASES; i += 1) {
      const bytes = new Uint8Array(random.below(120));
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = random.uint32();
      bytes[0] = versions[random.below(versions.length)]!;
      bytes[1] = random.below(4);
      // Half of them carry a protocol that is looked into.
      const protocol = [1, 2, 6, 17, 58, 0, 43, 44][random.below(16)];
      if (protocol !== undefined) bytes[9] = bytes[6] = protocol;
      line(bytes);
    }
  });

  it('can be described when they are damaged packets, cut off anywhere', () => {
    const random = new Random(2);
    for (let i = 0; i < CASES; i += 1) {
      const packet = PACKETS[random.below(PACKETS.length)]!;
      const bytes = packet.slice(0, 1 + random.below(packet.length));
      for (let flips = random.below(4); flips > 0; flips -= 1) bytes[random.below(bytes.length)] = random.uint32();
      line(bytes);
    }
  });

  it('can be described at every length of every packet', () => {
    for (const packet of PACKETS) {
      for (let length = 0; length <= packet.length; length += 1) line(packet.subarray(0, length));
      expect(wire.facts(packet)?.fault).toBeNull();
    }
  });

  it('give facts that survive being written to a file', () => {
    for (const packet of PACKETS) {
      const facts = wire.facts(packet);
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    }
  });
});
