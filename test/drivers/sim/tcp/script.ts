// Packet exchanges as scripts: one end is the stack, the other is the test, which injects segments and reads what comes
// back, written as tcpdump would with numbers relative to each end's first: 'P. 1:101(100) ack 1'.
import { expect } from 'vitest';
import { FLAG } from '../../../../src/drivers/sim/wire/tcp.js';
import * as tcp from '../../../../src/drivers/sim/wire/tcp.js';
import { parse, TIMESTAMPS_LENGTH, writeSack, writeSyn, writeTimestamps } from '../../../../src/drivers/sim/wire/tcp-options.js';
import { PROTOCOL } from '../../../../src/drivers/sim/ip/service.js';
import type { IpAddress } from '../../../../src/drivers/sim/ip/address.js';
import type { Setting, StreamTransport } from '../../../../src/drivers/contract.js';
import { Random } from '../../../../src/drivers/sim/random.js';
import { SimStream } from '../../../../src/drivers/sim/sockets/stream.js';
import { Net, type Packet, type TestIp } from './two-hosts.js';
import { Sink } from './sink.js';

const LETTERS = [
  ['S', FLAG.syn],
  ['F', FLAG.fin],
  ['R', FLAG.rst],
  ['P', FLAG.psh],
  ['U', FLAG.urg],
  ['.', FLAG.ack],
] as const;

const PATTERN =
  /^(?<flags>[SFRPU.]+) (?<seq>-?\d+)(?::-?\d+\((?<length>\d+)\))?(?: ack (?<ack>-?\d+))?(?: win (?<win>\d+))?(?: urg (?<urg>\d+))?(?: <(?<options>.*)>)?$/;

/** Chance that gives the initial sequence number that a test wants, and the first of the dynamic ports. */
class FirstNumber extends Random {
  first: number | null = null;

  override uint32(): number {
    return this.first ?? super.uint32();
  }

  override below(): number {
    return 0;
  }
}

/** One segment that the stack sent. */
export interface Sent {
  /** Virtual milliseconds. */
  readonly at: number;
  readonly text: string;
  readonly window: number;
  readonly data: Uint8Array;
  readonly packet: Packet;
}

export interface ScriptOptions {
  /** The stack's initial sequence number, and the test's. */
  readonly iss?: number;
  readonly irs?: number;
  readonly settings?: Partial<Record<Setting, number>>;
  /** What the test's SYN says. */
  readonly synOptions?: string;
  readonly synWindow?: number;
}

export class Script {
  readonly net = new Net();
  readonly host: TestIp;
  readonly sink = new Sink();
  readonly stream: SimStream;
  /** The listener's connection, once there is one. */
  accepted: StreamTransport | null = null;
  readonly irs: number;
  readonly iss: number;
  readonly #origins = new Map<number, number>();
  readonly peer: IpAddress;
  readonly #local: IpAddress;
  localPort = 80;
  remotePort = 5000;
  #sent: Sent[] = [];
  #options: ScriptOptions;

  constructor(options: ScriptOptions = {}) {
    this.#options = options;
    this.iss = (options.iss ?? 1_000_000) | 0;
    this.irs = (options.irs ?? 5_000_000) | 0;
    const random = new FirstNumber(1);
    random.first = this.iss >>> 0;
    this.host = this.net.host(random, '10.0.0.1');
    this.#local = this.net.book.parse('10.0.0.1');
    this.peer = this.net.book.parse('10.0.0.2');
    this.net.fate = () => [];
    this.net.tap = (packet) => {
      this.#sent.push(this.#describe(packet));
    };
    this.stream = new SimStream(this.host.tcp, 'ipv4', this.sink);
    this.sink.onAccepted = (connection) => (this.accepted = connection);
    for (const [setting, value] of Object.entries(options.settings ?? {})) this.stream.set(setting as Setting, value);
  }

  #describe(packet: Packet): Sent {
    const { bytes, start: at } = packet;
    const flags = tcp.flags(bytes, at);
    const headerLength = tcp.headerLength(bytes, at);
    const data = bytes.slice(at + headerLength);
    const remotePort = tcp.destinationPort(bytes, at);
    if ((flags & FLAG.syn) !== 0 && !this.#origins.has(remotePort)) this.#origins.set(remotePort, tcp.sequence(bytes, at) | 0);
    const sequence = ((tcp.sequence(bytes, at) | 0) - this.#origin(remotePort)) | 0;
    const letters = LETTERS.map(([letter, bit]) => ((flags & bit) === 0 ? '' : letter)).join('');
    const ack = (flags & FLAG.ack) === 0 ? '' : ` ack ${((tcp.acknowledgment(bytes, at) | 0) - this.irs) | 0}`;
    const urgent = (flags & FLAG.urg) === 0 ? '' : ` urg ${tcp.urgentPointer(bytes, at)}`;
    const span = (flags & FLAG.rst) === 0 || data.length > 0 ? `${sequence}:${sequence + data.length}(${data.length})` : `${sequence}`;
    const options = this.#optionsText(bytes, at, headerLength);
    const text = `${letters} ${span}${ack}${urgent}${options}`;
    return { at: this.net.clock.now(), text, window: tcp.window(bytes, at), data, packet };
  }

  /** Where the stack's numbers begin on its connection with a port: at the SYN, or at `iss` while there is none. */
  #origin(remotePort: number): number {
    return this.#origins.get(remotePort) ?? this.iss;
  }

  #optionsText(bytes: Uint8Array, at: number, headerLength: number): string {
    const options = parse(bytes, at + tcp.HEADER_LENGTH, at + headerLength);
    expect(options.malformed).toBe(false);
    const parts: string[] = [];
    if (options.mss !== null) parts.push(`mss ${options.mss}`);
    if (options.windowScale !== null) parts.push(`ws ${options.windowScale}`);
    if (options.sackPermitted) parts.push('sackOK');
    if (options.hasTimestamps) parts.push('TS');
    if (options.sackEdges > 0) {
      const edges = options.sack.slice(0, options.sackEdges).map((edge) => ((edge | 0) - this.irs) | 0);
      const blocks = edges.filter((_, i) => i % 2 === 0).map((edge, i) => `${edge}:${edges[i * 2 + 1]!}`);
      parts.push(`sack ${blocks.join(' ')}`);
    }
    return parts.length === 0 ? '' : ` <${parts.join(',')}>`;
  }

  /** What the stack has sent since this was last asked. */
  take(): Sent[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** The stack has sent exactly this. */
  expect(...texts: string[]): void {
    expect(this.take().map(({ text }) => text)).toEqual(texts);
  }

  /** It has sent exactly this at these milliseconds. */
  expectAt(...expected: (readonly [number, string])[]): void {
    expect(this.take().map(({ at, text }) => [at, text])).toEqual(expected);
  }

  /** A segment arrives now; its data are the low bytes of their sequence numbers, relative to the first. */
  inject(text: string, data?: Uint8Array): void {
    const { groups } = PATTERN.exec(text) ?? {};
    if (groups === undefined) throw new Error(`cannot read '${text}'`);
    const sequence = Number(groups['seq']);
    const length = Number(groups['length'] ?? 0);
    let flags = 0;
    for (const [letter, bit] of LETTERS) if (groups['flags']!.includes(letter)) flags |= bit;
    const iss = this.#origin(this.remotePort);
    const options = optionBytes(groups['options'] ?? '', iss);
    const headerLength = tcp.HEADER_LENGTH + options.length;
    const bytes = new Uint8Array(20 + headerLength + length);
    const ack = groups['ack'] === undefined ? 0 : iss + Number(groups['ack']);
    const window = Number(groups['win'] ?? 65_535);
    tcp.write(bytes, 20, this.remotePort, this.localPort, this.irs + sequence, ack, headerLength, flags, window);
    tcp.setUrgentPointer(bytes, 20, Number(groups['urg'] ?? 0));
    bytes.set(options, 20 + tcp.HEADER_LENGTH);
    bytes.set(data ?? pattern(sequence, length), 20 + headerLength);
    this.host.take({
      source: this.peer,
      destination: this.#local,
      protocol: PROTOCOL.tcp,
      hopLimit: 128,
      trafficClass: 0,
      iface: this.host.interfaces[1]!,
      toMany: false,
      packet: bytes,
      start: 20,
      checksumGood: true,
    });
  }

  /** The stack listens at its port 80. */
  listen(backlog = 5): this {
    const address = { family: 'ipv4', address: '10.0.0.1', port: this.localPort, scopeId: 0 } as const;
    expect(this.stream.bind(address, { v6Only: false, shared: false })).toBeNull();
    expect(this.stream.listen(backlog)).toBeNull();
    return this;
  }

  /** The stack calls the test's port 80. */
  connect(): this {
    this.remotePort = 80;
    expect(this.stream.connect({ family: 'ipv4', address: '10.0.0.2', port: 80, scopeId: 0 })).toBeNull();
    this.localPort = this.stream.local!.port;
    return this;
  }

  /** Connects, and forgets how. By default the peer has MSS 1000, no window scale, and no SACK. */
  established(): this {
    this.connect();
    this.take();
    const window = this.#options.synWindow ?? 65_535;
    this.inject(`S. 0 ack 1 win ${window} <${this.#options.synOptions ?? 'mss 1000'}>`);
    this.expect('. 1:1(0) ack 1' + (this.#options.synOptions?.includes('TS') === true ? ' <TS>' : ''));
    expect(this.sink.take()).toEqual(['connected']);
    return this;
  }

  /** Writes `length` bytes. */
  write(length: number): boolean {
    return this.stream.write([pattern(1, length)], () => undefined);
  }
}

export function pattern(sequence: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => sequence + i);
}

function optionBytes(text: string, iss: number): Uint8Array {
  if (text === '') return new Uint8Array(0);
  const bytes = new Uint8Array(40);
  const word = (name: string): number | null => {
    const value = new RegExp(`(?:^|,)${name} (\\d+)`).exec(text)?.[1];
    return value === undefined ? null : Number(value);
  };
  const [, stamp, echo] = /TS (\d+) (\d+)/.exec(text) ?? [];
  const syn = { mss: word('mss'), windowScale: word('ws'), sackPermitted: text.includes('sackOK'), timestamps: false };
  let end = writeSyn(bytes, 0, syn, 0, 0);
  if (stamp !== undefined) end = writeTimestamps(bytes, end, Number(stamp), Number(echo));
  const sack = /sack ([\d: ]+)/.exec(text)?.[1];
  if (sack !== undefined) {
    const edges = sack.split(/[ :]/).map((edge) => (iss + Number(edge)) >>> 0);
    end = writeSack(bytes, end, edges, edges.length);
  }
  return bytes.slice(0, end);
}

export { TIMESTAMPS_LENGTH };
