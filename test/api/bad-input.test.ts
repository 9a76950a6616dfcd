// Bad input to every function of the export list, generated from the list: what C's compiler would refuse is a TypeError,
// everything else is a documented error by the function's own channel, and never an exception.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  INVALID_SOCKET,
  OVERLAPPED,
  WSAENOTSOCK,
  WSANOTINITIALISED,
  WSASYSCALLFAILURE,
  errorName,
  type SOCKET,
} from '../../src/abi/index.js';
import { exportItem, exportItems, type ExportItem, type ExportParam } from '../../src/api/exports.js';
import { BUFFER_SIZE, JUNK, isPointer, isSize, sampleFor, samplesFor, wrongTypeFor, type SampleHandles } from './samples.js';
import { freshWorld, selfConnectedUdp, setNonBlocking, startedWorld, udp, type World } from './world.js';

type AnyFunction = (...args: unknown[]) => unknown;
/** Set before every call, so that an error that is not written shows. */
const STALE = 4242;

const items = exportItems().filter((item) => item.exported);
const named = (list: readonly ExportItem[]) => list.map((item) => [item.name, item] as const);
const canonical = (item: ExportItem): string => item.aliasOf ?? item.name;

const functionOf = (world: World, item: ExportItem): AnyFunction => {
  const found = (world.ws as unknown as Readonly<Record<string, AnyFunction | undefined>>)[item.name];
  if (found === undefined) throw new Error(`${item.name} is not exported`);
  return found;
};

interface Outcome {
  readonly result: unknown;
  readonly failed: boolean;
  /** The name of the error when it failed, by the function's own channel. */
  readonly error: string;
}

/** Calls and reads the error where the function puts it. An exception of any kind fails the test. */
async function call(world: World, item: ExportItem, args: readonly unknown[]): Promise<Outcome> {
  world.ws.WSASetLastError(STALE);
  const result = await functionOf(world, item)(...args);
  const code = codeOf(world, item, args, result);
  // The prologue turns an exception in the body into this code: here it is as bad as the exception.
  expect(errorName(code), `an exception inside ${item.name}`).not.toBe(errorName(WSASYSCALLFAILURE));
  const failed = item.returns === 'error' ? result !== 0 : item.failure !== undefined && result === item.failure;
  return { result, failed, error: failed ? errorName(code) : '' };
}

function codeOf(world: World, item: ExportItem, args: readonly unknown[], result: unknown): number {
  if (item.errors === 'return') return Number(result);
  if (item.errors === 'last') return world.ws.WSAGetLastError();
  return (args.at(-1) as { value: number } | null)?.value ?? 0;
}

/** The errors that the reference lists for a function; its A and W forms share a row. */
const documented = (() => {
  const text = readFileSync(new URL('../reference/functions.json', import.meta.url), 'utf8');
  const rows = (JSON.parse(text) as { items: { name: string; variants: string[]; errors: string[] }[] }).items;
  const byName = new Map<string, readonly string[]>();
  for (const { name, variants, errors } of rows) {
    for (const each of [name, ...variants.map((variant) => name + variant)]) byName.set(each, errors);
  }
  return (item: ExportItem): readonly string[] => byName.get(canonical(item)) ?? byName.get(item.name) ?? [];
})();

/** What every function may say of a bad pointer or length, listed on its page or not. */
const ALWAYS = ['WSAEFAULT', 'WSAEINVAL', 'WSA_INVALID_PARAMETER', 'ERROR_INVALID_PARAMETER', 'STATUS_INVALID_PARAMETER'];

/** Functions whose behaviour differs from the rule by their documentation, each with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  WSACleanup: 'takes no arguments and ends the process under the other tests',
  'gethostbyname: name': 'null asks for the local host',
  'WSASetBlockingHook: lpBlockFunc': 'a Winsock 2 program is refused whatever it passes',
  'WSAConnectByNameA: Reserved': 'it must be null',
  'WSAConnectByNameW: Reserved': 'it must be null',
  'WSAConnectByList: Reserved': 'it must be null',
  'sendto: to': 'a connected socket needs no destination',
};
const excepted = (item: ExportItem, param?: ExportParam): boolean => {
  const key = param === undefined ? canonical(item) : `${canonical(item)}: ${param.name}`;
  return Object.hasOwn(EXCEPTIONS, key);
};

describe('before WSAStartup', () => {
  let world: World;
  beforeAll(() => {
    world = freshWorld();
  });
  afterAll(() => world.host.dispose());
  const handles: SampleHandles = { socket: 0x100, event: 0x104 };

  it.each(named(items.filter((item) => item.needsStartup)))('%s fails with WSANOTINITIALISED', async (_name, item) => {
    expect(await call(world, item, samplesFor(item, handles))).toMatchObject({ failed: true, error: errorName(WSANOTINITIALISED) });
  });

  it.each(named(items.filter((item) => item.needsStartup && item.overlappedParam !== null)))(
    '%s says so at once with an OVERLAPPED',
    (_name, item) => {
      const args = samplesFor(item, handles);
      args[item.overlappedParam ?? 0] = new OVERLAPPED();
      expect(functionOf(world, item)(...args)).toBe(item.errors === 'return' ? WSANOTINITIALISED : item.failure);
      if (item.errors === 'last') expect(world.lastError()).toBe('WSANOTINITIALISED');
    },
  );

  it.each(named(items.filter((item) => !item.needsStartup)))('%s does not mind', async (_name, item) => {
    const { error } = await call(world, item, samplesFor(item, handles));
    expect(error).not.toBe('WSANOTINITIALISED');
  });
});

describe('after WSAStartup', () => {
  let world: World;
  let event: number;
  beforeAll(async () => {
    world = await startedWorld();
    event = world.ws.WSACreateEvent();
  });
  afterAll(() => world.host.dispose());

  const onSockets = items.filter((item) => item.socketParam !== null);
  const withSocket = (item: ExportItem, socket: number): unknown[] => samplesFor(item, { socket, event });

  async function closedHandle(): Promise<SOCKET> {
    const s = udp(world);
    await world.ws.closesocket(s);
    return s;
  }

  /** A socket on which nothing blocks and which is connected, so that what fails fails for its arguments. */
  async function useful(item: ExportItem): Promise<SOCKET> {
    if (canonical(item) === 'bind') return udp(world);
    const s = await selfConnectedUdp(world);
    setNonBlocking(world, s);
    return s;
  }

  describe('a handle that is no socket', () => {
    it.each(named(onSockets))('%s refuses a closed one', async (_name, item) => {
      const outcome = await call(world, item, withSocket(item, await closedHandle()));
      expect(outcome).toMatchObject({ failed: true, error: errorName(WSAENOTSOCK) });
    });

    it.each(named(onSockets))("%s refuses an event's, INVALID_SOCKET and a number out of the air", async (_name, item) => {
      for (const handle of [event, INVALID_SOCKET, 0, 3, -8, 1e12, 0.5, Number.NaN]) {
        const outcome = await call(world, item, withSocket(item, handle));
        expect(outcome, String(handle)).toMatchObject({ failed: true, error: errorName(WSAENOTSOCK) });
      }
      expect(world.ws.WSASetEvent(event as never)).toBe(1);
    });
  });

  const builtPointers = items
    .filter((item) => item.support !== 'none' && item.params.some(isPointer) && !excepted(item))
    .flatMap((item) =>
      item.params.flatMap((param, index) => (isPointer(param) ? [[`${item.name}: ${param.name}`, item, param, index] as const] : [])),
    );

  describe('a null pointer', () => {
    it.each(builtPointers.filter(([, item, param]) => !param.optional && !excepted(item, param)))('%s', async (_name, item, param, index) => {
      const args = withSocket(item, await useful(item));
      args[index] = null;
      const { failed, error, result } = await call(world, item, args);
      const canFail = item.failure !== undefined || item.returns === 'error';
      if (!canFail) return;
      expect(failed, `null gave ${String(result)}`).toBe(true);
      // With no lpErrno the failure itself is all there is to see.
      if (param.name !== 'lpErrno') expect([...ALWAYS, ...documented(item)]).toContain(error);
    });

    it.each(builtPointers.filter(([, , param]) => param.optional))('%s may be null', async (_name, item, _param, index) => {
      const args = withSocket(item, await useful(item));
      args[index] = null;
      await call(world, item, args);
    });

    it.each(named(items.filter((item) => item.params.some(isPointer))))('all at once to %s', async (_name, item) => {
      const args = withSocket(item, await useful(item));
      for (const [index, param] of item.params.entries()) if (isPointer(param)) args[index] = null;
      await call(world, item, args);
    });
  });

  describe('a wrong length', () => {
    const sized = items
      .filter((item) => item.support !== 'none' && !excepted(item))
      .flatMap((item) =>
        item.params.flatMap((param, index) => (isSize(param) ? [[`${item.name}: ${param.name}`, item, param, index] as const] : [])),
      );

    it.each(sized)('%s', async (_name, item, param, index) => {
      for (const length of [0, 1, 3, -1, -0x80000000, BUFFER_SIZE + 1, 0x7fffffff, 0xffffffff, 1.5, Number.NaN]) {
        const args = withSocket(item, await useful(item));
        // Optional out-pointers are given too: it is their lengths that are wrong.
        for (const [i, each] of item.params.entries()) {
          if (each.optional && (each.kind === 'memory' || each.kind === 'ref')) {
            args[i] = sampleFor(item, { ...each, optional: false }, { socket: 0, event: 0 });
          }
        }
        args[index] = param.kind === 'ref' ? { value: length } : length;
        await call(world, item, args);
      }
    });

    it.each([
      ['bind: namelen', ['memory', 'short']],
      ['connect: namelen', ['memory', 'short']],
      ['WSAConnect: namelen', ['memory', 'short']],
      ['sendto: tolen', ['memory', 'short']],
      ['WSASendTo: iTolen', ['memory', 'short']],
      ['getsockname: namelen', ['ref', 'short']],
      ['getpeername: namelen', ['ref', 'short']],
      ['send: len', ['int', 'long']],
      ['sendto: len', ['int', 'long']],
      ['recv: len', ['int', 'long']],
      ['recvfrom: len', ['int', 'long']],
      ['send: len', ['int', 'negative']],
      ['recv: len', ['int', 'negative']],
    ] as const)('%s that is %s is WSAEFAULT', async (name, [, how]) => {
      const [functionName = '', paramName = ''] = name.split(': ');
      const item = exportItem(functionName as never);
      const index = item.params.findIndex((param) => param.name === paramName);
      const args = withSocket(item, await useful(item));
      const length = how === 'short' ? 1 : how === 'long' ? BUFFER_SIZE + 1 : -1;
      args[index] = item.params[index]?.kind === 'ref' ? { value: length } : length;
      expect(await call(world, item, args)).toMatchObject({ failed: true, error: 'WSAEFAULT' });
    });

    it('never lets a function write behind the length that it was told', async () => {
      const textItems = items.filter((item) => item.support !== 'none' && item.params.some(({ kind }) => kind === 'chars' || kind === 'wchars'));
      for (const item of textItems.filter(({ params }) => params.some(isSize))) {
        const args = withSocket(item, await useful(item));
        for (const [index, param] of item.params.entries()) {
          if (param.kind === 'chars' || param.kind === 'wchars') args[index] = param.kind === 'chars' ? new Uint8Array(8).fill(JUNK) : new Uint16Array(8).fill(JUNK);
          else if (isSize(param) && !/SockaddrLength|AddressLength/.test(param.name)) args[index] = param.kind === 'ref' ? { value: 2 } : 2;
        }
        await call(world, item, args);
        for (const arg of args) {
          if (arg instanceof Uint16Array || (arg instanceof Uint8Array && arg.length === 8)) expect([...arg.subarray(2)], item.name).toEqual(new Array(6).fill(JUNK));
        }
      }
    });
  });

  describe('a value of another type', () => {
    const typed = items.flatMap((item) =>
      item.params.flatMap((param, index) =>
        wrongTypeFor(param) === undefined ? [] : [[`${item.name}: ${param.name}`, item, param, index] as const],
      ),
    );

    it.each(typed)('%s', (_name, item, param, index) => {
      const handles = { socket: 0x100, event: 0x104 };
      for (const wrong of [wrongTypeFor(param), undefined, true, Symbol('x')]) {
        if (wrong === undefined && param.kind === 'any') continue;
        const args = samplesFor(item, handles);
        args[index] = wrong;
        const attempt = (): unknown => functionOf(world, item)(...args);
        expect(attempt, String(wrong)).toThrow(TypeError);
        expect(attempt).toThrow(param.name);
        expect(attempt).toThrow(new RegExp(`^(${item.name}|${canonical(item)}|${canonical(item).replace(/A$/, 'W')}): `));
      }
    });
  });

  describe('a function that is not built yet', () => {
    it.each(named(items.filter((item) => item.support === 'none')))('%s never succeeds', async (_name, item) => {
      const outcome = await call(world, item, withSocket(item, await useful(item)));
      if (item.returns === 'value' || item.returns === 'void') expect(outcome.result).toBe(item.failure);
      else expect(outcome).toMatchObject({ failed: true, error: errorName(item.unsupportedError) });
    });
  });
});
