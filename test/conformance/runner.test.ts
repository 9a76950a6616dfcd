// The interpreter itself, without the implementation: the format in both directions, and a session over a small fake.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AF_INET, SOCKET_ERROR, WSAECONNRESET, WSAEMSGSIZE, WSAENOTSOCK } from '../../src/abi/index.js';
import { address } from './runner/addresses.js';
import { gathered } from './runner/buffers.js';
import { errorName } from './runner/error-names.js';
import type { Face } from './runner/face.js';
import { readScenario, scenarioFiles } from './runner/files.js';
import { addressText, dataText, hash, ipv6Text, maskText, messageFlags } from './runner/format.js';
import type { Host } from './runner/host.js';
import { parseScenario, splitWords } from './runner/parse.js';
import { commandNames, runScenario, type Mismatch } from './runner/run.js';
import { HANG, type Time } from './runner/time.js';
import { data, dataList, number, pattern, rooms } from './runner/words.js';

const noPort = (): number => {
  throw new Error('no port');
};

function bytes(text: string): Uint8Array {
  return data(text).bytes ?? new Uint8Array(0);
}

describe('parsing', () => {
  test('commands keep their line, and only = is compared', () => {
    const text = '# about\n> socket a AF_INET SOCK_STREAM 0\n= ok\n\n> send a "x y" flags=1\n= 3\n~ -1 WSAECONNRESET\n';
    const [first, second] = parseScenario('f', text).commands;
    expect(first).toMatchObject({ line: 2, name: 'socket', words: ['a', 'AF_INET', 'SOCK_STREAM', '0'], expected: 'ok' });
    expect(second).toMatchObject({ line: 5, words: ['a', '"x y"'], named: [['flags', '1']], expected: '3' });
  });

  test('a command without a result is refused', () => {
    expect(() => parseScenario('f', '> settle\n> settle\n= ok\n')).toThrow('f:1: a command without a result');
    expect(() => parseScenario('f', '= ok\n')).toThrow('f:1: a result without a command');
  });

  test.each([
    ['send a "a b=c" 1', ['send', 'a', '"a b=c"', '1']],
    ['send a "quote \\" here" x', ['send', 'a', '"quote \\" here"', 'x']],
    ['wsasend a "one ","two"', ['wsasend', 'a', '"one ","two"']],
  ])('words of %s', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});

describe('words', () => {
  test.each([
    ['16', 16],
    ['0x10', 16],
    ['-2', -2],
    ['AF_INET', AF_INET],
    ['TRUE', 1],
    ['MSG_OOB|MSG_PEEK|0x100', 0x103],
    ['SIO_GET_EXTENSION_FUNCTION_POINTER', 0xc8000006],
  ])('the number %s', (text, value) => {
    expect(number(text)).toBe(value);
  });

  test('what is no number is a script error', () => {
    expect(() => number('NO_SUCH_NAME')).toThrow('NO_SUCH_NAME is no number');
  });

  test('literals, repetition, patterns and null pointers', () => {
    expect(bytes(String.raw`"\x01\n\r\t\0\"\\"`)).toEqual(Uint8Array.of(1, 10, 13, 9, 0, 34, 92));
    expect(bytes('"ab"*3')).toEqual(bytes('"ababab"'));
    expect(data('NULL*5')).toEqual({ bytes: null, length: 5 });
    expect(data('NULL')).toEqual({ bytes: null, length: 0 });
    expect(pattern(300, 3)[257]).toBe((257 + 1 + 3) & 0xff);
    expect(dataList('"a,b",pattern(2,5),NULL*3,""').map(({ length }) => length)).toEqual([3, 2, 3, 0]);
    expect(dataList('-')).toEqual([]);
    expect(rooms('4,0,NULL*2').map((piece) => [piece.bytes?.length, piece.length])).toEqual([[4, 4], [0, 0], [undefined, 2]]);
  });

  test.each([
    ['pattern(1000)', '89d2cf65'],
    ['pattern(5000)', '0dbc2585'],
    ['pattern(50000,7)', 'b78ea085'],
  ])('the recorded hash of %s', (text, expected) => {
    expect(hash(bytes(text))).toBe(expected);
  });

  test('an address as memory', () => {
    expect(address('127.0.0.1:258', noPort).bytes).toEqual(Uint8Array.of(2, 0, 1, 2, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    expect(address('[fe80::1%4]:<a>', () => 80)).toMatchObject({ length: 28 });
    expect(address('127.0.0.1:0', noPort, { length: 20, family: 99 })).toMatchObject({ length: 20 });
    expect(address('NULL', noPort, { length: 16 })).toEqual({ bytes: null, length: 16 });
  });
});

describe('results', () => {
  test('short data as a literal, long data by its hash', () => {
    expect(dataText(bytes(String.raw`"a\x00\"\\\xff"`))).toBe(String.raw`"a\x00\"\\\xff"`);
    expect(dataText(pattern(64))).toMatch(/^"/);
    expect(dataText(pattern(1000))).toBe('data(1000,89d2cf65)');
  });

  test('buffers are taken together', () => {
    const pieces = dataList('"ab","","cde"');
    expect(gathered(pieces, 4)).toBe('"abcd"');
    expect(gathered(pieces)).toBe('"abcde"');
  });

  test.each([
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['[::1]:80', '[::1]:80'],
    ['[::]:1', '[::]:1'],
    ['[fe80::1%4]:9', '[fe80::1%4]:9'],
    ['[::ffff:127.0.0.1]:9', '[::ffff:7f00:1]:9'],
    ['[1:0:0:2:0:0:0:3]:9', '[1:0:0:2::3]:9'],
    ['[1:0:0:2:3:0:0:4]:9', '[1::2:3:0:0:4]:9'],
    ['[1:0:2:3:4:5:6:7]:9', '[1:0:2:3:4:5:6:7]:9'],
  ])('the address %s', (text, shown) => {
    const { bytes: memory } = address(text, noPort);
    expect(memory === null ? null : addressText(memory, String)).toBe(shown);
  });

  test('an untouched address buffer shows', () => {
    expect(addressText(new Uint8Array(128).fill(0xcc), String)).toBe('none');
    expect(ipv6Text(new Uint8Array(16))).toBe('::');
  });

  test('bit masks in the format\'s order, left-over bits in hex', () => {
    expect(messageFlags(0)).toBe('0');
    expect(messageFlags(0x8000 | 1)).toBe('MSG_OOB|MSG_PARTIAL');
    expect(maskText(0x40000301, ['POLLRDNORM', 'POLLRDBAND', 'POLLERR'])).toBe('POLLRDNORM|POLLRDBAND|POLLERR|0x40000000');
  });

  test.each([
    [0, '0'],
    [6, 'WSA_INVALID_HANDLE'],
    [997, 'WSA_IO_PENDING'],
    [258, 'WAIT_TIMEOUT'],
    [10054, 'WSAECONNRESET'],
    [11001, 'WSAHOST_NOT_FOUND'],
    [11004, 'WSANO_DATA'],
    [10093, 'WSANOTINITIALISED'],
    [0xc000000d, 'STATUS_INVALID_PARAMETER'],
    [676, '676'],
    [12345, '12345'],
    [-9, '4294967287'],
  ])('the error %i', (code, name) => {
    expect(errorName(code)).toBe(name);
  });
});

const time: Time = {
  sleep: () => Promise.resolve(),
  // The fake's calls answer within a few turns of the event loop, or never.
  within: (work) => Promise.race([work, new Promise<typeof HANG>((resolve) => setTimeout(resolve, 20, HANG))]),
};

/** Sockets that know their port and nothing else; every call that fails leaves its error. */
function fakeHost(more: Partial<Face> = {}): Host {
  const ports = new Map<number, number>();
  let error = 0;
  let last = 4;
  const fail = (code: number): number => {
    error = code;
    return SOCKET_ERROR;
  };
  const face: Partial<Face> = {
    WSAStartup: () => 0,
    WSAGetLastError: () => error,
    WSASetLastError(code) {
      error = code;
    },
    socket() {
      last += 4;
      ports.set(last, 0);
      return last;
    },
    bind(s, name) {
      if (!ports.has(s) || !(name instanceof Uint8Array)) return fail(WSAENOTSOCK);
      const wanted = ((name[2] ?? 0) << 8) | (name[3] ?? 0);
      ports.set(s, wanted === 0 ? 40000 + s : wanted);
      return 0;
    },
    closesocket: (s) => (ports.delete(s) ? 0 : fail(WSAENOTSOCK)),
    getsockname(s, name, length) {
      const port = ports.get(s);
      if (port === undefined || port === 0 || !(name instanceof Uint8Array) || length === null) return fail(WSAENOTSOCK);
      name.set([2, 0, port >> 8, port & 0xff, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
      length.value = 16;
      return 0;
    },
    ...more,
  };
  return {
    face: face as Face,
    time,
    processId: () => 4,
    createWindow: () => 4,
    takeMessages: () => [],
    createFile: () => Promise.resolve(4),
    seekFile: () => undefined,
    dispose: () => Promise.resolve(),
  };
}

/** The results of `commands`, which are expected to give what no command gives. */
async function results(host: Host, ...commands: string[]): Promise<string[]> {
  const text = commands.map((command) => `> ${command}\n= \n`).join('');
  const mismatches: Mismatch[] = await runScenario(host, parseScenario('fake', text));
  return mismatches.map(({ got }) => got);
}

describe('a session', () => {
  test('ports are called after the first socket that had them', async () => {
    const got = await results(
      fakeHost(), 'socket a 2 1 6', 'bind a 127.0.0.1:0', 'getsockname a', 'close a', 'socket b 2 1 6', 'bind b 127.0.0.1:<a>',
      'getsockname b len=16', 'getsockname b addrlen=NULL',
    );
    expect(got).toEqual(['ok', 'ok', 'ok 127.0.0.1:<a>/16', 'ok', 'ok', 'ok', 'ok 127.0.0.1:<a>/16', '-1 WSAENOTSOCK']);
  });

  test("the interpreter's own calls leave the last error alone, a command's calls do not", async () => {
    const got = await results(fakeHost(), 'socket a 2 1 6', 'setlasterror 10054', 'lasterror', 'bind INVALID 127.0.0.1:0', 'lasterror');
    expect(got).toEqual(['ok', 'ok', errorName(WSAECONNRESET), '-1 WSAENOTSOCK', 'WSAENOTSOCK']);
  });

  test('what cannot be carried out is a result too', async () => {
    const got = await results(
      fakeHost({
        listen() {
          throw new TypeError('not so');
        },
      }),
      'nosuchcommand', 'bind q 127.0.0.1:0', 'event e1', 'listen INVALID 1', 'toString',
    );
    expect(got).toEqual([
      'script-error unknown command nosuchcommand', 'script-error no socket q', 'missing WSACreateEvent',
      'threw TypeError: not so', 'script-error unknown command toString',
    ]);
  });

  test('a call that does not come back ends the scenario', async () => {
    const host = fakeHost({ recv: () => new Promise<number>(() => undefined) });
    expect(await results(host, 'recv INVALID 4', 'settle')).toEqual(['hang']);
  });

  test('receives show data, sender and what did not fit', async () => {
    let error = 0;
    const host = fakeHost({
      WSAGetLastError: () => error,
      recvfrom(_s, buffer, length, flags) {
        (buffer as Uint8Array).set(bytes('"data"').subarray(0, length));
        error = flags === 0 ? 0 : WSAEMSGSIZE;
        return flags === 0 ? length : SOCKET_ERROR;
      },
    });
    const got = await results(host, 'recvfrom INVALID 4', 'recvfrom INVALID 2 1', 'recvfrom INVALID 2 addr=NULL', 'recvfrom INVALID 0');
    expect(got).toEqual(['4 "data" from=none/128', '-1 WSAEMSGSIZE "da" from=none/128', '2 "da"', '0 from=none/128']);
  });

  test('completion routines show at the end of the waiting command', async () => {
    let complete = (): void => undefined;
    let error = 0;
    const host = fakeHost({
      WSAGetLastError: () => error,
      WSARecv(_s, buffers, _count, _received, _flags, ov, routine) {
        complete = () => {
          (buffers?.[0]?.buf as Uint8Array).set(bytes('"hi"'));
          if (ov !== null) routine?.(0, 2, ov, 0);
        };
        error = 997;
        return SOCKET_ERROR;
      },
      SleepEx() {
        complete();
        return 0xc0;
      },
    });
    const got = await results(host, 'wsarecv INVALID 4 ov=o1 apc', 'wsarecv INVALID 4 ov=o1 apc either', 'sleepex 5', 'pending o1');
    expect(got).toEqual(['-1 WSA_IO_PENDING', 'started', 'IO_COMPLETION apc(o1 err=0 bytes=2 flags=0 "hi")', 'no']);
  });

  test('sets and polled sockets show under the words they were given by', async () => {
    const host = fakeHost({
      select(_nfds, r, _w, e) {
        if (r !== null) r.fd_count = 0;
        return e?.fd_count ?? 0;
      },
      WSAPoll(entries) {
        for (const entry of entries ?? []) entry.revents = 0x4;
        return entries?.length ?? -1;
      },
    });
    const got = await results(host, 'socket a 2 1 6', 'select r=a e=a,0xdead', 'poll a=POLLIN INVALID=0 timeout=5');
    expect(got).toEqual(['ok', '2 e=a,0xdead', '2 a=POLLNVAL INVALID=POLLNVAL']);
  });
});

describe('the copied scenarios', () => {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'scenarios');

  test('every command of the format is known', () => {
    const tables = readFileSync(join(folder, 'README.md'), 'utf8').split('\n').filter((line) => line.startsWith('| `'));
    const named = tables.flatMap((line) =>
      [...(line.split(' | ')[0] ?? '').matchAll(/`([a-z_]+)(\[w\])?/g)].flatMap(([, name = '', wide]) =>
        wide === undefined ? [name] : [name, `${name}w`],
      ),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((name) => !commandNames.includes(name))).toEqual([]);
  });

  test('every file can be read and uses known commands only', () => {
    const commands = scenarioFiles(folder).flatMap((path) => readScenario(path).commands);
    expect(commands.length).toBeGreaterThan(2000);
    expect(commands.filter(({ name }) => !commandNames.includes(name))).toEqual([]);
  });
});
