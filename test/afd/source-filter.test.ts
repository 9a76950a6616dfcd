// What becomes of a membership's filter: Microsoft's table of multicast options, row by row; and the codes that set and
// tell whole filters.
import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { WSAEADDRNOTAVAIL, WSAEFAULT, WSAEINVAL, WSAENOPROTOOPT, WSAEOPNOTSUPP } from '../../src/abi/index.js';
import type { Endpoint } from '../../src/afd/index.js';
import { control, type ControlAnswer } from '../../src/afd/ioctls/index.js';
import { setOption } from '../../src/afd/options/index.js';
import { isMember, nextFilter, outside, type MembershipVerb } from '../../src/afd/options/source-filter.js';
import type { SourceFilter } from '../../src/drivers/contract.js';
import { World } from './options-world.js';

const NOBODY = outside({ group: '239.1.2.3', interface: '' });
const [S, T] = ['192.0.2.1', '192.0.2.2'];

type Step = readonly [MembershipVerb, string | null];

/** The filter after these steps, all of which must succeed. */
function after(...steps: readonly Step[]): SourceFilter {
  let filter = NOBODY;
  for (const [verb, source] of steps) {
    const next = nextFilter(filter, verb, source);
    if (typeof next === 'number') throw new Error(`${verb} gave ${next}`);
    filter = next;
  }
  return filter;
}

const JOIN: Step = ['join', null];
const LEAVE: Step = ['leave', null];

describe('the documented conflicts', () => {
  test.each<[string, readonly Step[], Step, number]>([
    ['joining twice', [JOIN], JOIN, WSAEADDRNOTAVAIL],
    ['joining a source of a group that was joined', [JOIN], ['join', S], WSAEADDRNOTAVAIL],
    ['dropping a source of a group that was joined', [JOIN], ['leave', S], WSAEINVAL],
    ['unblocking what was never blocked', [JOIN], ['unblock', S], WSAEINVAL],
    ['leaving twice', [JOIN, LEAVE], LEAVE, WSAEINVAL],
    ['blocking after leaving', [JOIN, LEAVE], ['block', S], WSAEINVAL],
    ['unblocking after leaving', [JOIN, LEAVE], ['unblock', S], WSAEINVAL],
    ['joining a group whose source was joined', [['join', S]], JOIN, WSAEADDRNOTAVAIL],
    ['joining a source twice', [['join', S]], ['join', S], WSAEADDRNOTAVAIL],
    ['unblocking a source of a group joined by sources', [['join', S]], ['unblock', S], WSAEINVAL],
    ['blocking a source of a group joined by sources', [['join', S]], ['block', T], WSAEINVAL],
    ['unblocking a source that was dropped', [['join', S], ['leave', S]], ['unblock', S], WSAEINVAL],
    ['dropping a source twice', [['join', S], ['leave', S]], ['leave', S], WSAEADDRNOTAVAIL],
    ['dropping a source that was not joined', [['join', S]], ['leave', T], WSAEADDRNOTAVAIL],
    ['blocking twice', [JOIN, ['block', S]], ['block', S], WSAEADDRNOTAVAIL],
    ['joining a source that is blocked', [JOIN, ['block', S]], ['join', S], WSAEINVAL],
    ['joining where a source is blocked', [JOIN, ['block', S]], JOIN, WSAEINVAL],
    ['unblocking another source than is blocked', [JOIN, ['block', S]], ['unblock', T], WSAEADDRNOTAVAIL],
  ])('%s', (_text, before, step, error) => {
    expect(nextFilter(after(...before), ...step)).toBe(error);
  });
});

describe('a filter', () => {
  test.each<[readonly Step[], Partial<SourceFilter>]>([
    [[JOIN], { mode: 'exclude', sources: [] }],
    [[['join', S], ['join', T]], { mode: 'include', sources: [S, T] }],
    [[['join', S], ['join', T], ['leave', S]], { mode: 'include', sources: [T] }],
    [[['join', S], ['leave', S]], { mode: 'include', sources: [] }],
    [[['join', S], LEAVE, JOIN], { mode: 'exclude', sources: [] }],
    [[JOIN, ['block', S], ['block', T], ['unblock', S]], { mode: 'exclude', sources: [T] }],
    [[JOIN, ['block', S], LEAVE], { mode: 'include', sources: [] }],
  ])('after %j', (steps, expected) => {
    expect(after(...steps)).toEqual({ ...NOBODY, ...expected });
  });

  test('that hears nobody is no membership', () => {
    expect([NOBODY, after(JOIN), after(['join', S])].map(isMember)).toEqual([false, true, true]);
  });
});

const GROUP = [239, 1, 2, 3];
const FACE = [127, 0, 0, 1];

function run(endpoint: Endpoint, code: number, input: Uint8Array | null, output: Uint8Array | null = null): ControlAnswer {
  const result = control(endpoint, code, input, output);
  if ('bytes' in result && 'error' in result) return result;
  throw new Error('not done at once');
}

/** An IP_MSFILTER. */
function ipFilter(mode: number, ...sources: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...GROUP, ...FACE, mode, 0, 0, 0, sources.length, 0, 0, 0, ...sources.flat()]);
}

function storage(family: number, address: readonly number[], at: number): number[] {
  const bytes = new Array<number>(128).fill(0);
  bytes.splice(0, 2, family, 0);
  bytes.splice(at, address.length, ...address);
  return bytes;
}

/** A GROUP_FILTER for IPv6. */
function groupFilter(face: number, mode: number, ...sources: readonly (readonly number[])[]): Uint8Array {
  const address = (bytes: readonly number[]): number[] => storage(abi.AF_INET6, bytes, 8);
  const group = address([0xff, 0x02, ...new Array<number>(13).fill(0), 0x42]);
  return Uint8Array.from([face, 0, 0, 0, 0, 0, 0, 0, ...group, mode, 0, 0, 0, sources.length, 0, 0, 0, ...sources.flatMap(address)]);
}

const able = (): World => new World(undefined, { sourceFilters: true });

describe('whole filters', () => {
  test('of IPv4 are set and told', () => {
    const world = able();
    const endpoint = world.udp4();
    const input = ipFilter(abi.MCAST_INCLUDE, [192, 0, 2, 1], [192, 0, 2, 2]);
    expect(run(endpoint, abi.SIO_SET_MULTICAST_FILTER, input)).toEqual({ error: 0, bytes: 0 });
    expect(world.told(endpoint).filters).toEqual([
      { group: '239.1.2.3', interface: '127.0.0.1', mode: 'include', sources: [S, T] },
    ]);
    const output = new Uint8Array(40).fill(0xcc);
    expect(run(endpoint, abi.SIO_GET_MULTICAST_FILTER, ipFilter(9, [0, 0, 0, 0], [0, 0, 0, 0]), output)).toEqual({ error: 0, bytes: 24 });
    expect(output.subarray(0, 24)).toEqual(input);
    expect(output[24]).toBe(0xcc);
  });

  test('are told as far as there is room, with their full count', () => {
    const endpoint = able().udp4();
    run(endpoint, abi.SIO_SET_MULTICAST_FILTER, ipFilter(abi.MCAST_EXCLUDE, [192, 0, 2, 1], [192, 0, 2, 2]));
    const sizes = [[ipFilter(0), 40], [ipFilter(0, [0, 0, 0, 0]), 40], [ipFilter(0, [0, 0, 0, 0], [0, 0, 0, 0]), 20]] as const;
    const told = sizes.map(([input, room]) => {
      const output = new Uint8Array(room);
      const { bytes } = run(endpoint, abi.SIO_GET_MULTICAST_FILTER, input, output);
      return [bytes, output[8], output[12]];
    });
    expect(told).toEqual([[16, 1, 2], [20, 1, 2], [20, 1, 2]]);
  });

  test('take the place of what the options made, and the other way round', () => {
    const endpoint = able().udp4();
    const membership = Uint8Array.from([...GROUP, ...FACE]);
    expect(setOption(endpoint, abi.IPPROTO_IP, abi.IP_ADD_MEMBERSHIP, membership, 8)).toBe(0);
    expect(nameOf(endpoint)).toEqual(['exclude']);
    expect(run(endpoint, abi.SIO_SET_MULTICAST_FILTER, ipFilter(abi.MCAST_INCLUDE, [192, 0, 2, 1])).error).toBe(0);
    expect(nameOf(endpoint)).toEqual(['include']);
    expect(run(endpoint, abi.SIO_SET_MULTICAST_FILTER, ipFilter(abi.MCAST_INCLUDE)).error).toBe(0);
    expect(nameOf(endpoint)).toEqual([]);
    expect(run(endpoint, abi.SIO_GET_MULTICAST_FILTER, ipFilter(0), new Uint8Array(16)).error).toBe(WSAEADDRNOTAVAIL);
    expect(setOption(endpoint, abi.IPPROTO_IP, abi.IP_DROP_MEMBERSHIP, membership, 8)).toBe(WSAEINVAL);
  });

  test('of IPv6 are set and told', () => {
    const world = able();
    const endpoint = world.udp6();
    const source = [0xfd, ...new Array<number>(14).fill(0), 9];
    const input = groupFilter(1, abi.MCAST_EXCLUDE, source);
    expect(run(endpoint, abi.SIOCSMSFILTER, input).error).toBe(0);
    expect(world.told(endpoint).filters).toEqual([{ group: 'ff02::42', interface: '1', mode: 'exclude', sources: ['fd00::9'] }]);
    const output = new Uint8Array(144 + 128).fill(0xcc);
    expect(run(endpoint, abi.SIOCGMSFILTER, groupFilter(1, 0, [0]), output)).toEqual({ error: 0, bytes: 272 });
    expect(output).toEqual(input);
  });

  test('have their refusals', () => {
    const world = able();
    const four = world.udp4();
    const noGroup = ipFilter(0);
    noGroup[0] = 10;
    const noFace = ipFilter(0);
    noFace.set([10, 9, 8, 7], 4);
    const short = ipFilter(0, [192, 0, 2, 1]).subarray(0, 19);
    expect([noGroup, noFace, ipFilter(2), short, short.subarray(0, 15)].map((input) => run(four, abi.SIO_SET_MULTICAST_FILTER, input).error)).toEqual([
      WSAEINVAL, WSAEADDRNOTAVAIL, WSAEINVAL, WSAEFAULT, WSAEFAULT,
    ]);
    expect(run(four, abi.SIOCSMSFILTER, groupFilter(1, 0)).error).toBe(WSAEINVAL);
    expect(run(world.udp6(), abi.SIO_SET_MULTICAST_FILTER, ipFilter(0)).error).toBe(WSAENOPROTOOPT);
    expect(run(world.tcp4(), abi.SIOCSMSFILTER, groupFilter(1, 0)).error).toBe(WSAENOPROTOOPT);
    expect(run(new World().udp4(), abi.SIO_SET_MULTICAST_FILTER, ipFilter(0)).error).toBe(WSAEOPNOTSUPP);
  });

  function nameOf({ options }: Endpoint): string[] {
    return options.sourceFilters.map(({ mode }) => mode);
  }
});
