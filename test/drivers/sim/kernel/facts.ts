// What the TCP of a real kernel did in scripted exchanges: the form of the recordings beside this file, their loader, and
// which of their fields another TCP must share and which it need not. How they were made: README.md. The comparison
// itself is in aspects.ts.
import { readdirSync, readFileSync } from 'node:fs';

/** The two ends: the client connects, the server listens. */
export type End = 'client' | 'server';

export const other = (end: End): End => (end === 'client' ? 'server' : 'client');

/** Options of one segment; those that were not there are left out. SACK edges count from the first SYN of the peer. */
export interface OptionFacts {
  readonly mss?: number;
  readonly windowScale?: number;
  readonly sackPermitted?: true;
  readonly sack?: readonly (readonly [number, number])[];
  readonly timestamps?: true;
  /** Kinds of options without a name here. */
  readonly other?: readonly number[];
}

/** One segment as it left its sender. */
export interface SegmentFact {
  /** Milliseconds since the first segment. */
  readonly at: number;
  readonly from: End;
  /** It left and never arrived: the script wanted that. */
  readonly lost: boolean;
  /** Letters of FSRPAUEC in this order. */
  readonly flags: string;
  /** Counted from the sender's first SYN; of an end that never sent one, the number itself. */
  readonly seq: number;
  /** Counted from the peer's first SYN; null without the flag A. */
  readonly ack: number | null;
  /** Whether the field is zero, told when the flag A says that it means nothing. */
  readonly ackFieldZero?: boolean;
  readonly length: number;
  /** The field, not scaled. */
  readonly window: number;
  readonly urgentPointer: number;
  readonly options: OptionFacts;
  readonly ttl: number;
  readonly tos: number;
  readonly dontFragment: boolean;
  readonly ipChecksumGood: boolean;
  readonly tcpChecksumGood: boolean;
}

/** What a program does with its connection, over at once. */
export type Act =
  | { readonly do: 'send'; readonly who: End; readonly bytes: number }
  | { readonly do: 'urgent'; readonly who: End; readonly byte: number }
  | { readonly do: 'shutdown' | 'close' | 'abort'; readonly who: End }
  | { readonly do: 'keepAlive'; readonly who: End; readonly idleMs: number; readonly intervalMs: number };

/** One step of a script. */
export type Step =
  | Act
  /** The server listens. */
  | { readonly do: 'listen'; readonly receiveBuffer?: number }
  /** The client connects; over when both ends know of it. */
  | { readonly do: 'connect' }
  /** Nothing is read without it: this many bytes, or until the stream ends or fails. */
  | { readonly do: 'read'; readonly who: End; readonly bytes: number }
  | { readonly do: 'read'; readonly who: End; readonly until: 'end' }
  | { readonly do: 'wait'; readonly ms: number };

/** Which segments of an end are lost: by their numbers among those of a kind, counted from 1, what is sent again included. */
export interface Loss {
  readonly from: End;
  readonly of: 'data' | 'syn' | 'fin' | 'rst';
  readonly ordinals: readonly number[];
}

/** What a program at an end was told: 'connected', 'accepted', 'received <n>', 'ended', or the name of an error. */
export interface Told {
  readonly who: End;
  readonly told: string;
}

/** What a TCP did with a script: what was seen on the wire and what the programs were told. */
export interface Conduct {
  readonly told: readonly Told[];
  readonly segments: readonly SegmentFact[];
}

/** One recording. */
export interface Recording extends Conduct {
  readonly scenario: string;
  readonly what: string;
  readonly kernel: string;
  readonly link: { readonly mtu: number; readonly delayMs: number };
  readonly sysctls: Readonly<Record<string, string>>;
  readonly loss: readonly Loss[];
  readonly script: readonly Step[];
}

/** Every recording, by name. */
export function recordings(): readonly Recording[] {
  const here = new URL('.', import.meta.url);
  return readdirSync(here)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, here), 'utf8')) as Recording);
}

/** The fields that two right TCPs share when they do the same script, and the aspect (aspects.ts) that compares them. */
export const EQUAL = {
  'sequence of SYN, data, FIN and RST of each end, with sequence numbers and lengths': 'sentFirst',
  'acknowledgement number of each of these': 'sentFirst',
  'seq and ack of a RST, and whether it has the flag A at all': 'sentFirst',
  'urgent pointer: one past the urgent byte (BSD, the default of Linux and of Windows)': 'sentFirst',
  'options of SYN, and the maximum segment size': 'sentFirst',
  'what is sent again, and in which order': 'sentAgain',
  'that a hole is filled after three duplicate acknowledgements and before the timer': 'recovery',
  'edges and order of SACK blocks in duplicate acknowledgements': 'selectiveAcks',
  'everything that came is acknowledged in the end': 'lastAcknowledged',
  'each acknowledgement is of whole segments and none goes back': 'oddAcks',
  'sequence number of probes (keep-alive, zero window), and the answer to them': 'probes',
  'how a window closes, is probed and opens': 'windowStory',
  'PSH on the segment that ends what was written': 'pushed',
  'don’t fragment, type of service, right checksums, options of segments without SYN': 'headers',
  'what the programs are told': 'told',
} as const;

/** What right TCPs may do differently, with the reason; no aspect looks at it. */
export const MAY_DIFFER = {
  'initial sequence numbers': 'chosen anew for each connection (RFC 6528); all numbers are compared relative to them',
  'window and window scale': 'they tell the size of a buffer, which is the owner’s choice',
  'time to live': '64 in Linux, 128 in Windows',
  'IP identification': 'meaningless with don’t fragment (RFC 6864)',
  'times of everything': 'the first timeout is 1 s in Linux and 3 s in Windows, the least 200 ms and 300 ms',
  'number of acknowledgements without data': 'delayed up to 40 ms or 200 ms, every second segment or (quickack) every one',
  'an acknowledgement that rides on data or goes before it': 'how soon the program answers decides',
  'a FIN that rides on the last data or follows it': 'how soon the program shuts down decides',
  'segments in flight': 'initial window and congestion control are the sender’s business (RFC 5681, 6928, 9438)',
  'PSH in the middle of what was written': 'Linux sets it whenever half of the largest known window has been sent',
  'how often the same thing is sent again': 'timers; it is compared once',
  'order of blank options and padding': 'only what the options say is compared',
  'length of a probe': 'none in Linux; Windows sends one byte, as RFC 9293 3.8.6.1 and 3.8.4 allow',
  'place of a probe of a closed window': 'one before it, as in Linux, or the first byte behind it (RFC 9293 3.8.6.1)',
} as const;

/** Where a script shows something that may differ for a reason of its own: the aspects not compared, and the reason. */
export const EXCUSED: Readonly<Record<string, { readonly aspects: readonly string[]; readonly reason: string }>> = {
  'data-after-close': {
    aspects: ['told'],
    reason: 'a reset after the end of the stream: Linux goes on telling of the end, Windows tells of the reset',
  },
  urgent: {
    aspects: ['told'],
    reason: 'Linux leaves an urgent byte in the stream when the next one comes; drivers tell each by itself',
  },
};

/** Scripts that right TCPs do in more than one way: any of these recordings will do. */
export const ALTERNATIVES: Readonly<Record<string, readonly string[]>> = {
  // The timer sends the first missing segment, a tail loss probe the last one.
  'last-two-lost': ['last-two-lost', 'last-two-lost-probed'],
  'last-two-lost-probed': ['last-two-lost', 'last-two-lost-probed'],
};

/** Lines of aspects that a right TCP may have instead of the kernel's (the keys), with the reason. */
export const VARIANTS: Readonly<Record<string, { readonly lines: Readonly<Record<string, string>>; readonly reason: string }>> = {
  'data-after-close': {
    lines: { 'server: RST 2 no ack': 'server: RST 2 ack 1' },
    reason: 'RFC 1122 4.2.2.13 asks for a reset and leaves open whether it acknowledges; a connection still known can',
  },
};
