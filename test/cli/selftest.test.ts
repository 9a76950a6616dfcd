// winsock selftest: echoes through base protocols and chains; a provider that does not work is found.
import { describe, expect, it } from 'vitest';
import { MemoryStore } from 'winsock2';
import { fakeShell } from './shell.js';
import { oneLayer, storeWith } from './layers.js';

interface Result {
  readonly id: number;
  readonly result: string;
  readonly why: string;
  readonly servedBy: readonly string[];
}

async function selftest(store: MemoryStore): Promise<{ readonly code: number; readonly results: readonly Result[] }> {
  const { code, out } = await fakeShell(store).run('selftest --json');
  return { code, results: JSON.parse(out) as Result[] };
}

describe('winsock selftest', () => {
  it('passes base protocols, and says why it skips', async () => {
    const { code, results } = await selftest(new MemoryStore());
    expect(code).toBe(0);
    const [tcp, udp, raw] = results;
    for (const one of [tcp, udp]) expect(one).toMatchObject({ result: 'passed', servedBy: ['winsock2/msafd'] });
    expect(raw).toMatchObject({ id: 1003, result: 'skipped', why: 'raw sockets have no echo of their own' });
    expect(results.filter(({ result }) => result === 'failed')).toEqual([]);
  });

  it('goes through every layer of a chain', async () => {
    const store = new MemoryStore();
    const shell = fakeShell(store);
    await shell.run('install winsock2/layers/passthrough --over 1001,1002 --name Through');
    const { code, results } = await selftest(store);
    expect(code).toBe(0);
    const chain = results.find(({ id }) => id === 1009);
    expect(chain).toMatchObject({ result: 'passed', servedBy: ['winsock2/layers/passthrough', 'winsock2/msafd'] });
  });

  it('finds a layer whose module is not there, and tests the others', async () => {
    const { code, results } = await selftest(storeWith(oneLayer()));
    expect(code).toBe(3);
    expect(results.filter(({ result }) => result === 'failed').map(({ id, why }) => [id, why])).toEqual([
      [1009, expect.stringMatching(/^WSASocket: WSAEPROVIDERFAILEDINIT$/)],
      [1010, expect.stringMatching(/^WSASocket: WSAEPROVIDERFAILEDINIT$/)],
    ]);
    expect(results.find(({ id }) => id === 1001)?.result).toBe('passed');
  });

  it('prints a table and a sum', async () => {
    const { out } = await fakeShell().run('selftest');
    expect(out).toMatch(/^Entry {2}Protocol +Result +Served by\n1001 {3}MSAFD Tcpip \[TCP\/IP\] +passed +winsock2\/msafd\n/);
    expect(out).toMatch(/\n\d passed, 0 failed, \d skipped\n$/);
  });

  it('stops between two entries at Ctrl-C', async () => {
    const { code, out, err } = await fakeShell(undefined, { interrupted: AbortSignal.abort() }).run('selftest --json');
    expect({ code, results: JSON.parse(out) as unknown, err }).toEqual({
      code: 130, results: [], err: 'winsock: stopped before every entry was tested\n',
    });
  });

  it.each(['0', 'x', '-1'])('--limit=%s is refused', async (limit) => {
    expect(await fakeShell().run(`selftest --limit=${limit}`)).toEqual({ code: 2, out: '', err: `winsock: '${limit}' is no number of seconds\n` });
  });
});
