// The recorded option scenarios, those that need no traffic, played straight on endpoints.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import type { Endpoint } from '../../src/afd/endpoint.js';
import { bind } from '../../src/afd/ops/bind.js';
import { getOption, setOption } from '../../src/afd/options/index.js';
import { dwords, loopback, World } from './options-world.js';

const FOLDER = new URL('../conformance/scenarios/', import.meta.url);
const FILES = [
  'options/buffers', 'options/defaults-tcp', 'options/defaults-udp', 'options/integer-lengths', 'options/invalid',
  'options/ip-level', 'options/ipv6-level', 'options/linger', 'options/tcp-level', 'tcp/exclusive',
];

function number(word: string): number {
  const value = (abi as Record<string, unknown>)[word] ?? Number(word);
  if (typeof value !== 'number' || Number.isNaN(value)) throw new Error(`no number: ${word}`);
  return value;
}

function typed(word: string): Uint8Array | null {
  const [, type = 'int', rest = ''] = /^(?:([a-z]+):)?(.*)$/.exec(word) ?? [];
  if (word === 'NULL') return null;
  if (type === 'int') return dwords(number(rest));
  if (type === 'short') return dwords(number(rest)).subarray(0, 2);
  if (type === 'byte') return dwords(number(rest)).subarray(0, 1);
  const [on = 0, seconds = 0] = rest.split(',').map(Number);
  return Uint8Array.of(on, 0, seconds & 255, seconds >> 8);
}

function shown(type: string, bytes: Uint8Array): string {
  if (type === 'ip') return bytes.join('.');
  if (type === 'linger') return `linger:${bytes[0]! | (bytes[1]! << 8)},${bytes[2]! | (bytes[3]! << 8)}`;
  if (bytes.length === 4) return String(new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true));
  return String(bytes.reduceRight((value, byte) => value * 256 + byte, 0));
}

const SIZES: Readonly<Record<string, number>> = { int: 4, byte: 1, linger: 4, ip: 4, NULL: 4 };

class Player {
  readonly #world = new World();
  readonly #sockets = new Map<string, Endpoint>();

  play(command: string): string {
    const words = command.split(' ');
    const named = (key: string): string | undefined => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
    const [verb, name = '', second = '', third = '', fourth] = words.filter((word) => !word.includes('='));
    const error = (code: number): string => (code === 0 ? 'ok' : `-1 ${abi.errorName(code)}`);
    if (verb === 'socket') {
      this.#sockets.set(name, this.#world.open(number(second), number(third), number(fourth!)));
      return 'ok';
    }
    const endpoint = this.#sockets.get(name)!;
    if (verb === 'bind') return error(bind(endpoint, loopback(second.endsWith(':0') ? 0 : 50000, endpoint.family)));
    if (verb === 'setsockopt') {
      const value = typed(fourth!);
      const length = Number(named('len') ?? value?.length ?? 0);
      return error(setOption(endpoint, number(second), number(third), value, length));
    }
    if (verb !== 'getsockopt') throw new Error(`not for here: ${verb}`);
    const type = fourth ?? 'int';
    const out = type === 'NULL' ? null : new Uint8Array(256).fill(0xcc);
    const answer = getOption(endpoint, number(second), number(third), out, Number(named('len') ?? SIZES[type]));
    if (answer.error !== 0) return error(answer.error);
    return `ok ${shown(type, out!.slice(0, answer.length))}/${answer.length}`;
  }
}

describe.each(FILES)('%s', (file) => {
  test('comes out as recorded', () => {
    const player = new Player();
    const lines = readFileSync(new URL(`${file}.ws2`, FOLDER), 'utf8').split('\n');
    const played: string[] = [];
    const recorded: string[] = [];
    for (const [index, line] of lines.entries()) {
      if (!line.startsWith('> ')) continue;
      played.push(`${line}\n= ${player.play(line.slice(2))}`);
      recorded.push(`${line}\n${lines[index + 1] ?? ''}`);
    }
    expect(played).toEqual(recorded);
  });
});
