// Closing with a linger time: the entry waits for the transport, for no longer than the time, and only where it may.
import { describe, expect, test } from 'vitest';
import { FIONBIO, SO_LINGER, SOCKET_ERROR, SOL_SOCKET, WSAECONNRESET, WSAEINTR, WSAEWOULDBLOCK, ref, type SOCKET } from '../../src/abi/index.js';
import { Afd, AFD_DEVICE } from '../../src/afd/index.js';
import { WSPStartup } from '../../src/providers/msafd/index.js';
import { WSPDATA, type WSPPROC_TABLE } from '../../src/spi/index.js';
import { Entries, JUNK, protocolInfo, TCP_ENTRY } from '../../src/testing/compliance/transport/host.js';
import { Upcalls } from '../../src/testing/compliance/transport/upcalls.js';
import { Process, runIn } from '../../src/win32/index.js';
import { FakeDriver } from '../afd/fake-driver.js';
import { FakeClock } from '../win32/fake-clock.js';

const done = { value: 0, error: JUNK };

async function world(): Promise<Entries & { readonly clock: FakeClock; readonly driver: FakeDriver } & Awaited<ReturnType<Entries['pair']>>> {
  const [clock, driver] = [new FakeClock(), new FakeDriver()];
  driver.net.auto = true;
  const process = new Process({ clock });
  process.mountDevice(AFD_DEVICE, new Afd(driver, process));
  const [upcalls, table] = [new Upcalls(process), {} as WSPPROC_TABLE];
  await runIn(process, () => WSPStartup(0x0202, new WSPDATA(), protocolInfo(1, 6, TCP_ENTRY), upcalls.table, table));
  const entries = new Entries(table, upcalls, [], [], expect);
  return Object.assign(entries, { clock, driver }, await entries.pair());
}

function linger(entries: Entries, s: SOCKET, seconds: number): void {
  const value = Uint8Array.of(1, 0, seconds, 0);
  expect(entries.now((e) => entries.table.lpWSPSetSockOpt(s, SOL_SOCKET, SO_LINGER, value, 4, e))).toEqual(done);
}

function beNonBlocking(entries: Entries, s: SOCKET, on = 1): void {
  entries.now((e) => entries.table.lpWSPIoctl(s, FIONBIO, Uint8Array.of(on, 0, 0, 0), 4, null, 0, ref(0), null, null, null, e));
}

/** Sends without waiting, so that the data is the socket's own, and holds it back on the wire. */
function hold(entries: Awaited<ReturnType<typeof world>>): void {
  entries.driver.net.holding = true;
  beNonBlocking(entries, entries.client);
  void entries.send(entries.client, 'held');
  beNonBlocking(entries, entries.client, 0);
}

describe('closing with a linger time', () => {
  test('waits until the transport has taken everything', async () => {
    const entries = await world();
    linger(entries, entries.client, 30);
    hold(entries);
    const closing = entries.later((e) => entries.table.lpWSPCloseSocket(entries.client, e));
    entries.driver.net.release();
    expect(await closing).toEqual(done);
    expect((await entries.recv(entries.server)).text).toBe('held');
    expect(entries.clock.pending).toBe(0);
  });

  test('waits no longer than its time, then resets', async () => {
    const entries = await world();
    linger(entries, entries.client, 2);
    hold(entries);
    let over = false;
    const closing = entries.later((e) => entries.table.lpWSPCloseSocket(entries.client, e)).then((outcome) => {
      over = true;
      return outcome;
    });
    entries.clock.advance(1999);
    await Promise.resolve();
    expect(over).toBe(false);
    entries.clock.advance(1);
    expect(await closing).toEqual(done);
    expect(await entries.recv(entries.server)).toMatchObject({ value: SOCKET_ERROR, error: WSAECONNRESET });
  });

  test('would block a non-blocking socket, which stays open', async () => {
    const entries = await world();
    linger(entries, entries.client, 2);
    hold(entries);
    beNonBlocking(entries, entries.client);
    const close = () => entries.now((e) => entries.table.lpWSPCloseSocket(entries.client, e));
    expect(close()).toEqual({ value: SOCKET_ERROR, error: WSAEWOULDBLOCK });
    expect(entries.portOf(entries.client)).toBeGreaterThan(0);
    entries.driver.net.release();
    expect((await entries.recv(entries.server)).text).toBe('held');
    expect(close()).toEqual(done);
  });
});

describe('closing at once', () => {
  test.each([
    ['without a linger time', null],
    ['with a linger time of 0', 0],
  ])('%s does not wait, whatever is on its way', async (_what, seconds) => {
    const entries = await world();
    if (seconds !== null) linger(entries, entries.client, seconds);
    hold(entries);
    expect(entries.now((e) => entries.table.lpWSPCloseSocket(entries.client, e))).toEqual(done);
    entries.driver.net.release();
    const outcome = await entries.recv(entries.server);
    if (seconds === null) expect(outcome.text).toBe('held');
    else expect(outcome.error).toBe(WSAECONNRESET);
  });

  test('under a send that waits cuts the connection, for the sender has its buffer back', async () => {
    const entries = await world();
    entries.driver.net.holding = true;
    const sending = entries.send(entries.client, 'half sent');
    expect(entries.now((e) => entries.table.lpWSPCloseSocket(entries.client, e))).toEqual(done);
    expect(await sending).toMatchObject({ error: WSAEINTR });
    entries.driver.net.release();
    expect(await entries.recv(entries.server)).toMatchObject({ value: SOCKET_ERROR, error: WSAECONNRESET });
  });
});
