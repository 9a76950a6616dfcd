// The option and ioctl tables, without what was observed on other implementations.

import { head, quote } from './text.js';

interface OptionItem {
  readonly level: string;
  readonly levelValue: number | null;
  readonly name: string;
  readonly value: number | null;
  readonly get: boolean;
  readonly set: boolean;
  readonly valueType: string | null;
  readonly size: { readonly x64: number | string } | null;
  readonly default: string | null;
  readonly appliesTo: readonly string[];
  readonly since: string | null;
  readonly controlMessage?: boolean;
  readonly note?: string | null;
}

interface IoctlItem {
  readonly name: string;
  readonly code: number;
  readonly codeHex: string;
  readonly bits: { readonly in: boolean; readonly out: boolean; readonly void: boolean; readonly class: string };
  readonly input: string | null;
  readonly output: string | null;
  readonly appliesTo: readonly string[];
  readonly since: string | null;
  readonly semantics?: string | null;
}

/** `options.ts` and `ioctls.ts`. */
export function tableFiles(optionData: unknown, ioctlData: unknown): Map<string, string> {
  const options = (optionData as { items: readonly OptionItem[] }).items;
  const ioctls = (ioctlData as { items: readonly IoctlItem[] }).items;
  return new Map([
    ['options.ts', optionTable(options)],
    ['ioctls.ts', ioctlTable(ioctls)],
  ]);
}

function text(value: string | null | undefined): string {
  return value === null || value === undefined ? 'null' : quote(value);
}

function list(words: readonly string[]): string {
  return `[${words.map(quote).join(', ')}]`;
}

function optionTable(items: readonly OptionItem[]): string {
  const rows = items.map((item) => {
    const size = typeof item.size?.x64 === 'number' ? String(item.size.x64) : 'null';
    return [
      `  { level: ${item.levelValue ?? 'null'}, levelName: ${quote(item.level)}, name: ${quote(item.name)}, value: ${item.value ?? 'null'}`,
      `get: ${item.get}, set: ${item.set}, valueType: ${text(item.valueType)}, size: ${size}, default: ${text(item.default)}`,
      `appliesTo: ${list(item.appliesTo)}, since: ${text(item.since)}, controlMessage: ${item.controlMessage === true},\n    note: ${text(item.note)} },`,
    ].join(', ');
  });
  return `${head('The socket options as data: what can be got and set, of which type and size. Behaviour is elsewhere.')}/** A socket option. */
export interface SocketOption {
  /** The level's number; null where no header gives one. */
  readonly level: number | null;
  readonly levelName: string;
  readonly name: string;
  /** The option's number; null where no header gives one. */
  readonly value: number | null;
  readonly get: boolean;
  readonly set: boolean;
  /** The C type of the value. */
  readonly valueType: string | null;
  /** Size of the value in bytes on x64; null when it varies. */
  readonly size: number | null;
  /** What a fresh socket has, in words; null when not stated. */
  readonly default: string | null;
  /** Kinds of socket: any, stream, dgram, raw, rdm, connected. */
  readonly appliesTo: readonly string[];
  /** First Windows version; 'all' is every Winsock 2 system, 'none' was never implemented. */
  readonly since: string | null;
  /** Passed as a control message, not with getsockopt and setsockopt. */
  readonly controlMessage: boolean;
  readonly note: string | null;
}

/** Every option, by level. */
export const socketOptions: readonly SocketOption[] = [
${rows.join('\n')}
];
`;
}

function ioctlTable(items: readonly IoctlItem[]): string {
  const rows = items.map((item) => {
    const { bits } = item;
    return [
      `  { name: ${quote(item.name)}, code: ${item.codeHex.toLowerCase()}`,
      `in: ${bits.in}, out: ${bits.out}, class: ${quote(bits.class)}, input: ${text(item.input)}, output: ${text(item.output)}`,
      `appliesTo: ${list(item.appliesTo)}, since: ${text(item.since)},\n    note: ${text(item.semantics)} },`,
    ].join(', ');
  });
  return `${head('The control codes as data: what they take and give. Behaviour is elsewhere.')}/** A control code of ioctlsocket or WSAIoctl. */
export interface SocketIoctl {
  readonly name: string;
  readonly code: number;
  /** The code says that the input buffer is read. */
  readonly in: boolean;
  /** The code says that the output buffer is written. */
  readonly out: boolean;
  /** Who defined it: unix, ws2, protocol or vendor. */
  readonly class: string;
  /** What the input buffer holds, in words; null for nothing. */
  readonly input: string | null;
  /** What the output buffer gets, in words; null for nothing. */
  readonly output: string | null;
  readonly appliesTo: readonly string[];
  readonly since: string | null;
  readonly note: string | null;
}

/** Every control code; a few share a number. */
export const socketIoctls: readonly SocketIoctl[] = [
${rows.join('\n')}
];
`;
}
