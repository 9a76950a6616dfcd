// netstat: Linux's tables of sockets, read and printed in netstat's form; the refusal elsewhere.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { internetSockets, localSockets } from '../../src/cli/proc/tables.js';
import { fakeShell } from './shell.js';

const TCP = `\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4001 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000010:00000200 00:00000000 00000000  1000        0 4002 1 0000000000000000 20 4 30 10 -1
   2: 0A00000A:0050 0B00000A:9C40 06 00000000:00000000 03:00000F6C 00000000     0        0 0 3 0000000000000000
`;
const TCP6 = `\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4003 1 0
   1: 0000000000000000FFFF00000100007F:0016 B80D0120000000000000000001000000:0035 08 00000000:00000000 00:00000000 00000000     0        0 4004 1 0
`;
const UDP = `\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  80: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 4005 2 0000000000000000 0
  81: 0100007F:14EA 0100007F:0035 01 00000000:00000000 00:00000000 00000000   101        0 4006 2 0000000000000000 0
`;
const UNIX = `\
Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 4007 /run/a path.sock
0000000000000000: 00000003 00000000 00000000 0001 03 4008
`;

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'winsock-proc-'));
  mkdirSync(join(proc, 'net'));
  for (const [name, text] of Object.entries({ tcp: TCP, tcp6: TCP6, udp: UDP, unix: UNIX })) writeFileSync(join(proc, 'net', name), text);
  mkdirSync(join(proc, '77/fd'), { recursive: true });
  symlinkSync('socket:[4002]', join(proc, '77/fd/5'));
  symlinkSync('/dev/null', join(proc, '77/fd/0'));
});
afterEach(() => {
  rmSync(proc, { recursive: true, force: true });
});

const shell = (): ReturnType<typeof fakeShell> => fakeShell(undefined, { procFolder: proc });

describe('the tables', () => {
  it('tell addresses, states and queues', () => {
    expect(internetSockets(TCP, 'TCP', 4)).toEqual([
      { protocol: 'TCP', local: '127.0.0.1:8080', foreign: '0.0.0.0:0', state: 'LISTENING', received: 0, unsent: 0, inode: 4001 },
      { protocol: 'TCP', local: '127.0.0.1:8080', foreign: '127.0.0.1:50000', state: 'ESTABLISHED', received: 512, unsent: 16, inode: 4002 },
      { protocol: 'TCP', local: '10.0.0.10:80', foreign: '10.0.0.11:40000', state: 'TIME_WAIT', received: 0, unsent: 0, inode: 0 },
    ]);
  });

  it('tell IPv6 addresses in their short form', () => {
    expect(internetSockets(TCP6, 'TCP', 6).map(({ local, foreign, state }) => [local, foreign, state])).toEqual([
      ['[::1]:22', '[::]:0', 'LISTENING'],
      ['[::ffff:127.0.0.1]:22', '[2001:db8::1]:53', 'CLOSE_WAIT'],
    ]);
  });

  it('tell local sockets', () => {
    expect(localSockets(UNIX).map(({ local, state, inode }) => [local, state, inode])).toEqual([
      ['/run/a path.sock', 'LISTENING', 4007],
      ['', 'ESTABLISHED', 4008],
    ]);
  });

  it('that are cut off give what is whole', () => {
    expect(internetSockets(TCP.slice(0, 300), 'TCP', 4).length).toBeLessThanOrEqual(2);
    expect(internetSockets('', 'UDP', 4)).toEqual([]);
    expect(localSockets('nonsense\nmore nonsense')).toEqual([]);
  });
});

describe('winsock netstat', () => {
  it('prints them all', async () => {
    const { code, out } = await shell().run('netstat');
    expect(code).toBe(0);
    expect(out).toBe(`
Active Connections

  Proto  Local Address          Foreign Address        State
  TCP    127.0.0.1:8080         0.0.0.0:0              LISTENING
  TCP    127.0.0.1:8080         127.0.0.1:50000        ESTABLISHED
  TCP    10.0.0.10:80           10.0.0.11:40000        TIME_WAIT
  TCP    [::1]:22               [::]:0                 LISTENING
  TCP    [::ffff:127.0.0.1]:22  [2001:db8::1]:53       CLOSE_WAIT
  UDP    0.0.0.0:5353           *:*
  UDP    127.0.0.1:5354         127.0.0.1:53
  UNIX   /run/a path.sock                              LISTENING
  UNIX                                                 ESTABLISHED
`);
  });

  it('tells owners as far as they can be seen', async () => {
    const { out } = await shell().run('netstat -o -p tcp');
    expect(out.split('\n').slice(4, 6)).toEqual([
      '  TCP    127.0.0.1:8080         0.0.0.0:0              LISTENING       -',
      '  TCP    127.0.0.1:8080         127.0.0.1:50000        ESTABLISHED     77',
    ]);
  });

  it('shows one process for programs', async () => {
    const { out } = await shell().run('netstat --pid 77 --json');
    expect(JSON.parse(out)).toMatchObject([{ protocol: 'TCP', inode: 4002, pid: 77 }]);
  });

  it.each([['darwin'], ['win32']])('is refused on %s, with the reason', async (platform) => {
    const { code, out, err } = await fakeShell(undefined, { platform, procFolder: proc }).run('netstat');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^winsock: WSAEOPNOTSUPP: .* Linux only \(this is \w+\).*; use the system's own netstat\n$/);
  });

  it.skipIf(process.platform !== 'linux')('finds a real socket and its owner', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { out } = await fakeShell(undefined, { procFolder: '/proc' }).run(`netstat --pid ${process.pid} -p tcp`);
    server.close();
    expect(out).toMatch(new RegExp(` 127\\.0\\.0\\.1:${port} .* LISTENING +${process.pid}\n`));
  });
});
