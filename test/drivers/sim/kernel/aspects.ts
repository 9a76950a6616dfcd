// What is compared between two conducts of the same script: each aspect turns a conduct into lines that two right TCPs
// have in common, whatever their timers, windows and delayed acknowledgements do. It knows nothing of who did it.
import { type Conduct, type End, other, type Recording, type SegmentFact } from './facts.js';

const ENDS: readonly End[] = ['client', 'server'];

/** How many duplicate acknowledgements with SACK blocks are compared: all of them depend on the congestion window. */
const SELECTIVE = 4;
/** RFC 5681: that many duplicate acknowledgements are a loss. */
const DUPLICATES = 3;

/** A part of a segment that occupies sequence numbers, or a RST; FIN counts by itself though it may ride on data. */
interface Unit {
  readonly segment: SegmentFact;
  readonly kind: 'SYN' | 'data' | 'FIN' | 'RST';
  readonly start: number;
  readonly end: number;
}

/** What one end knows when it sends a segment. */
interface Knowledge {
  /** The number behind everything that it has sent. */
  readonly next: number;
  /** What the peer has acknowledged. */
  readonly una: number;
  /** The peer's window is closed. */
  readonly closed: boolean;
}

/** Walks one end's segments. */
function walk(
  segments: readonly SegmentFact[],
  from: End,
  visit: (segment: SegmentFact, known: Knowledge, index: number) => void,
): void {
  let known: Knowledge = { next: 0, una: 0, closed: false };
  for (const [index, segment] of segments.entries()) {
    if (segment.from !== from) {
      if (segment.ack !== null && !segment.lost) known = { ...known, una: Math.max(known.una, segment.ack), closed: segment.window === 0 };
      continue;
    }
    visit(segment, known, index);
    if (isProbe(segment, known)) continue;
    known = { ...known, next: Math.max(known.next, ...unitsOf(segment).map((unit) => unit.end)) };
  }
}

/**
 * A segment that asks for an acknowledgement: it has an old sequence number, and one byte at the most; or it tries a closed
 * window with the first byte behind it.
 */
function isProbe({ flags, length, seq }: SegmentFact, { next, una, closed }: Knowledge): boolean {
  if (!/^P?A$/.test(flags) || next <= 1 || una !== next) return false;
  return (length <= 1 && seq === next - 1) || (closed && length === 1 && seq === next);
}

function unitsOf(segment: SegmentFact): readonly Unit[] {
  const units: Unit[] = [];
  const { seq, flags, length } = segment;
  if (flags.includes('R')) return [{ segment, kind: 'RST', start: seq, end: seq }];
  if (flags.includes('S')) units.push({ segment, kind: 'SYN', start: seq, end: seq + 1 });
  const data = seq + (flags.includes('S') ? 1 : 0);
  if (length > 0) units.push({ segment, kind: 'data', start: data, end: data + length });
  if (flags.includes('F')) units.push({ segment, kind: 'FIN', start: data + length, end: data + length + 1 });
  return units;
}

/** What an end sent for the first time, or what it sent again. */
function sent(segments: readonly SegmentFact[], from: End, again: boolean): readonly Unit[] {
  const found: Unit[] = [];
  walk(segments, from, (segment, known) => {
    if (isProbe(segment, known)) return;
    for (const unit of unitsOf(segment)) {
      const old = unit.kind !== 'RST' && unit.end <= known.next;
      if (old === again) found.push(unit);
    }
  });
  return found;
}

function optionsText(segment: SegmentFact): string {
  const { mss, ...rest } = segment.options;
  return `mss ${mss ?? 'none'}, ${Object.keys(rest).sort().join(', ')}`;
}

function line(unit: Unit): string {
  const { segment, kind, start, end } = unit;
  const place = kind === 'data' ? `${start}..${end}` : `${start}`;
  const ack = segment.ack === null ? `no ack${segment.ackFieldZero === true ? '' : ' but not zero'}` : `ack ${segment.ack}`;
  const urgent = segment.flags.includes('U') ? `, urgent up to ${segment.seq + segment.urgentPointer}` : '';
  const options = kind === 'SYN' ? ` (${optionsText(segment)})` : '';
  return `${segment.from}: ${kind} ${place} ${ack}${urgent}${options}`;
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}

function bothEnds(each: (end: End) => readonly string[]): readonly string[] {
  return ENDS.flatMap(each);
}

/** The place in the stream of an end after each `send` of the script. */
function endsOfWrites(script: Recording['script'], end: End): readonly number[] {
  let at = 1;
  const ends: number[] = [];
  for (const step of script) {
    if (step.do === 'send' && step.who === end) ends.push((at += step.bytes));
    if (step.do === 'urgent' && step.who === end) at += 1;
  }
  return ends;
}

/** How each hole was filled that duplicate acknowledgements spoke of. */
function recovery(recording: Recording, segments: readonly SegmentFact[], from: End): readonly string[] {
  const { delayMs } = recording.link;
  const filled = new Set<number>();
  const lines: string[] = [];
  for (const { segment, start } of sent(segments, from, true)) {
    if (filled.has(start)) continue;
    filled.add(start);
    const before = segments.slice(0, segments.indexOf(segment));
    const beyond = before.filter((each) => each.from !== from && each.options.sack?.some(([left]) => left > start) === true);
    const third = beyond[DUPLICATES - 1];
    if (third === undefined) lines.push(`${from}: ${start} without ${DUPLICATES} duplicates`);
    else lines.push(`${from}: ${start} ${segment.at - third.at <= 4 * delayMs ? 'at once' : 'late'} after ${DUPLICATES} duplicates`);
  }
  return lines;
}

/** Acknowledgements that go back, acknowledge what was not sent, or end inside a segment. */
function oddAcks(segments: readonly SegmentFact[], from: End): readonly string[] {
  const peer = other(from);
  const boundaries = new Set(segments.filter((each) => each.from === peer && !each.lost).flatMap((each) => unitsOf(each).map((unit) => unit.end)));
  let highest = 0;
  const odd: string[] = [];
  for (const { from: sender, ack } of segments) {
    if (sender !== from || ack === null) continue;
    if (ack < highest) odd.push(`${from}: ${ack} after ${highest}`);
    if (ack !== 0 && !boundaries.has(ack)) odd.push(`${from}: ${ack} ends no segment`);
    highest = Math.max(highest, ack);
  }
  return odd;
}

/** Probes of an end by where they stand, and whether the answer acknowledges what was before; misplaced ACKs. */
function probes(segments: readonly SegmentFact[], from: End): readonly string[] {
  const lines: string[] = [];
  walk(segments, from, (segment, known, index) => {
    const { next } = known;
    if (!isProbe(segment, known)) {
      // What occupies no sequence number stands where the next byte will.
      if (unitsOf(segment).length === 0 && segment.seq !== next) lines.push(`${from}: an ACK numbered ${segment.seq} instead of ${next}`);
      return;
    }
    const answer = segments.slice(index + 1).find((each) => each.from !== from);
    const right = answer?.length === 0 && /^A$/.test(answer.flags) && answer.ack === next && answer.options.sack === undefined;
    lines.push(`${from}: probe, ack ${segment.ack ?? 'none'}, ${right ? 'answered by an ACK of the next' : 'answered wrongly'}`);
  });
  return unique(lines);
}

/** How the server's window closed, was probed and opened, without the numbers, which depend on the buffers. */
function windowStory(segments: readonly SegmentFact[]): readonly string[] {
  const story: string[] = [];
  let closedAt: number | null = null;
  let high = 0;
  for (const { from, flags, seq, ack, length, window } of segments) {
    if (from === 'client') {
      if (closedAt === null) {
        high = Math.max(high, seq + length);
        continue;
      }
      // One byte before the closed window without data or with that byte, or the first byte beyond it.
      const shape = length <= 1 && seq === closedAt - 1 ? 'a probe' : length === 1 && seq === closedAt ? 'a probe' : 'something else';
      story.push(`client: ${shape} while the window is closed`);
      continue;
    }
    if (flags !== 'A' || ack === null) continue;
    if (closedAt === null && window === 0) {
      closedAt = ack;
      story.push(`server: closes its window, ${ack === high ? 'all' : 'not all'} acknowledged`);
    } else if (closedAt !== null) {
      const answer = window === 0 ? 'still closed' : 'open';
      story.push(`server: ${answer}, acknowledges ${ack === closedAt ? 'the same' : 'something else'}`);
      if (window !== 0) return unique(story);
    }
  }
  return unique(story);
}

/** One aspect: lines that must be the same. */
export type Aspect = (recording: Recording, conduct: Conduct) => readonly string[];

/** By name; `EQUAL` in facts.ts says which fields each of them holds. */
export const ASPECTS = {
  sentFirst: (_, { segments }) => bothEnds((end) => sent(segments, end, false).map(line)),
  sentAgain: (_, { segments }) => bothEnds((end) => unique(sent(segments, end, true).map(line))),
  recovery: (recording, { segments }) => bothEnds((end) => recovery(recording, segments, end)),
  selectiveAcks: (_, { segments }) =>
    bothEnds((end) =>
      segments
        .filter((each) => each.from === end && each.options.sack !== undefined)
        .slice(0, SELECTIVE)
        .map((each) => `${end}: ack ${each.ack ?? 'none'} sack ${each.options.sack!.map((block) => block.join('-')).join(' ')}`),
    ),
  lastAcknowledged: (_, { segments }) =>
    ENDS.map((end) => `${end}: ${Math.max(0, ...segments.filter((each) => each.from === end).map((each) => each.ack ?? 0))}`),
  oddAcks: (_, { segments }) => bothEnds((end) => oddAcks(segments, end)),
  probes: (_, { segments }) => bothEnds((end) => probes(segments, end)),
  windowStory: (_, { segments }) => windowStory(segments),
  pushed: ({ script }, { segments }) =>
    bothEnds((end) => {
      const first = sent(segments, end, false);
      return endsOfWrites(script, end).map((place) => {
        const last = first.find((unit) => unit.kind === 'data' && unit.end === place);
        return `${end}: ${place} ${last?.segment.flags.includes('P') === true ? 'with' : 'without'} PSH`;
      });
    }),
  headers: (_, { segments }) =>
    bothEnds((end) =>
      unique(
        segments
          .filter((each) => each.from === end)
          .map((each) => {
            const { sack: _sack, ...options } = each.options;
            const shown = each.flags.includes('S') ? 'on SYN' : Object.keys(options).join(' ');
            const sums = each.ipChecksumGood && each.tcpChecksumGood ? 'right' : 'wrong';
            const fragment = each.dontFragment ? 'DF' : 'no DF';
            return `${end}: ${fragment}, tos ${each.tos}, checksums ${sums}, options [${shown}]`;
          }),
      ),
    ),
  told: (_, { told }) => bothEnds((end) => told.filter((each) => each.who === end).map((each) => `${end}: ${each.told}`)),
} satisfies Record<string, Aspect>;

export type AspectName = keyof typeof ASPECTS;
