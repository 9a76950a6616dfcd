// Owns: that the comparison notices what is wrong and overlooks what may differ, and that the recordings are sound.
import { describe, expect, it } from 'vitest';
import { type AspectName, ASPECTS } from './aspects.js';
import { EQUAL, EXCUSED, type OptionFacts, type Recording, recordings, type SegmentFact } from './facts.js';

const all = recordings();
const named = (name: string): Recording => all.find((each) => each.scenario === name)!;

/** The aspects in which a changed recording differs from itself. */
function noticed(recording: Recording, segments: readonly SegmentFact[]): readonly string[] {
  const changed = { ...recording, segments };
  return Object.entries(ASPECTS)
    .filter(([, aspect]) => JSON.stringify(aspect(recording, recording)) !== JSON.stringify(aspect(recording, changed)))
    .map(([name]) => name);
}

function change(recording: Recording, which: (segment: SegmentFact) => boolean, to: Partial<SegmentFact>): readonly SegmentFact[] {
  const index = recording.segments.findIndex(which);
  expect(index).toBeGreaterThanOrEqual(0);
  return recording.segments.map((segment, at) => (at === index ? { ...segment, ...to } : segment));
}

const isData = (segment: SegmentFact): boolean => segment.length > 0;
const has =
  (flag: string) =>
  (segment: SegmentFact): boolean =>
    segment.flags.includes(flag);
const isPureAck = (segment: SegmentFact): boolean => segment.flags === 'A' && segment.length === 0;
const isProbe = (segment: SegmentFact): boolean => isPureAck(segment) && segment.from === 'client' && segment.seq === 10;
const hasSack = (segment: SegmentFact): boolean => segment.options.sack !== undefined;
const SHIFTED: OptionFacts = { sack: [[29201, 30660]] };

describe('the recordings', () => {
  it.each(all.map((each) => [each.scenario, each] as const))('%s is a sound conversation', (_, recording) => {
    expect(ASPECTS.oddAcks(recording, recording)).toEqual([]);
    for (const line of ASPECTS.headers(recording, recording)) expect(line).toMatch(/: DF, tos 0, checksums right/);
    for (const line of ASPECTS.pushed(recording, recording)) expect(line).toMatch(/ with PSH/);
    const met = recording.segments.filter((segment) => segment.lost).length;
    expect(met).toBe(recording.loss.flatMap((loss) => loss.ordinals).length);
  });

  it('name only aspects that there are', () => {
    const names = Object.keys(ASPECTS);
    expect(names).toEqual(expect.arrayContaining(Object.values(EQUAL)));
    expect(names).toEqual(expect.arrayContaining(Object.values(EXCUSED).flatMap((each) => each.aspects)));
    expect(new Set(Object.values(EQUAL)).size).toBe(names.length);
    for (const name of Object.keys(EXCUSED)) expect(all.map((each) => each.scenario)).toContain(name);
  });
});

describe('the comparison', () => {
  const wrong: readonly [what: string, AspectName, scenario: string, (segment: SegmentFact) => boolean, Partial<SegmentFact>][] = [
    ['a wrong sequence number of data', 'sentFirst', 'echo-and-close', isData, { seq: 2 }],
    ['a wrong length', 'sentFirst', 'half-close', isData, { length: 9 }],
    ['a wrong acknowledgement number of data', 'sentFirst', 'half-close', isData, { ack: 2 }],
    ['a missing FIN', 'sentFirst', 'half-close', has('F'), { flags: 'A' }],
    ['a wrong sequence number of RST', 'sentFirst', 'abort-unheard', (each) => each.flags === 'R', { seq: 9 }],
    ['a RST that acknowledges where it should not', 'sentFirst', 'abort-unheard', (each) => each.flags === 'R', { flags: 'RA', ack: 11 }],
    ['a missing option of SYN', 'sentFirst', 'echo-and-close', has('S'), { options: { mss: 1460 } }],
    ['a wrong maximum segment size', 'sentFirst', 'closed-port', has('S'), { options: { mss: 536, sackPermitted: true, windowScale: 1 } }],
    ['an urgent pointer to the byte itself', 'sentFirst', 'urgent', has('U'), { urgentPointer: 0 }],
    ['a segment sent again at the wrong place', 'sentAgain', 'last-segment-lost', (each) => each.at > 500 && isData(each), { seq: 4381 }],
    ['a retransmission that waits for the timer', 'recovery', 'bulk-one-lost', (each) => each.seq === 27741 && !each.lost, { at: 700 }],
    ['a wrong edge of a SACK block', 'selectiveAcks', 'bulk-one-lost', hasSack, { options: SHIFTED }],
    ['a duplicate acknowledgement without SACK', 'selectiveAcks', 'bulk-one-lost', hasSack, { options: {} }],
    ['an acknowledgement that goes back', 'oddAcks', 'bulk-one-lost', (each) => each.ack === 102401, { ack: 1 }],
    ['an acknowledgement of half a segment', 'oddAcks', 'bulk-one-lost', (each) => each.ack === 16061, { ack: 16000 }],
    ['a last byte never acknowledged', 'lastAcknowledged', 'echo-and-close', (each) => each.at > 900 && each.ack === 12 && each.from === 'client', { ack: 11 }],
    ['a probe at the wrong place', 'probes', 'keep-alive', isProbe, { seq: 9 }],
    ['a probe answered wrongly', 'probes', 'keep-alive', (each) => each.at > 1600 && each.from === 'server', { ack: 10 }],
    ['data into a closed window', 'windowStory', 'zero-window', (each) => isPureAck(each) && each.at > 500 && each.from === 'client', { length: 1460 }],
    ['a window that opens by acknowledging more', 'windowStory', 'zero-window', (each) => each.at > 2300 && each.from === 'server', { ack: 10221 }],
    ['no PSH at the end of what was written', 'pushed', 'echo-and-close', has('P'), { flags: 'A' }],
    ['a segment that may be fragmented', 'headers', 'abort', isData, { dontFragment: false }],
    ['a wrong checksum', 'headers', 'abort', isData, { tcpChecksumGood: false }],
    ['a missing timestamp', 'headers', 'echo-with-timestamps', isData, { options: {} }],
  ];
  it.each(wrong)('notices %s', (_, aspect, scenario, which, to) => {
    const recording = named(scenario);
    expect(noticed(recording, change(recording, which, to))).toContain(aspect);
  });

  it('notices that a program is told something else', () => {
    const recording = named('closed-port');
    const told = ASPECTS.told(recording, { ...recording, told: [{ who: 'client', told: 'ETIMEDOUT' }] });
    expect(told).not.toEqual(ASPECTS.told(recording, recording));
  });

  it.each(all.map((each) => [each.scenario, each] as const))('overlooks windows, times to live and lengths of time in %s', (_, recording) => {
    const segments = recording.segments.map((each) => ({ ...each, ttl: 128, at: each.at * 1.01, window: each.window * 2 }));
    expect(noticed(recording, segments)).toEqual([]);
  });

  it('overlooks acknowledgements that are put together', () => {
    const recording = named('half-close');
    const alone = recording.segments.filter(isPureAck);
    const segments = recording.segments.filter((each) => !isPureAck(each) || each === alone[0] || each === alone.at(-1));
    expect(segments.length).toBeLessThan(recording.segments.length - 3);
    expect(noticed(recording, segments)).toEqual([]);
  });

  it('overlooks whether FIN rides on data', () => {
    const recording = named('half-close');
    const segments = recording.segments
      .filter((each) => !(each.from === 'client' && each.flags === 'FA'))
      .map((each) => (each.from === 'client' && isData(each) ? { ...each, flags: 'FPA' } : each));
    expect(segments).toHaveLength(recording.segments.length - 1);
    // The acknowledgement of the data alone is gone with it.
    expect(noticed(recording, segments.filter((each) => each.ack !== 11))).toEqual([]);
  });

  it('overlooks a probe that carries the byte behind a closed window', () => {
    const recording = named('zero-window');
    const probe = recording.segments.find((each) => isPureAck(each) && each.from === 'client' && each.at > 500)!;
    const segments = recording.segments.map((each) =>
      isPureAck(each) && each.from === 'client' && each.seq === probe.seq ? { ...each, seq: each.seq + 1, length: 1 } : each,
    );
    expect(noticed(recording, segments)).toEqual([]);
  });

  it('overlooks a probe that carries the byte before', () => {
    const recording = named('keep-alive');
    const segments = recording.segments.map((each) => (isProbe(each) ? { ...each, length: 1 } : each));
    expect(noticed(recording, segments)).toEqual([]);
  });
});
