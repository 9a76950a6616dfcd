// The same seed gives the same packets, byte for byte, on every version of Node: what the recorded sums stand for.
import { expect, test } from 'vitest';
import { World, api, bytesAt, dial, endpoint, listenOn, must, start } from './world.js';

/** FNV-1a over everything that passed a link, with its time. */
class Sum {
  #value = 0x811c9dc5;
  packets = 0;

  add(timeUs: number, bytes: Uint8Array): void {
    this.packets += 1;
    for (let rest = timeUs; rest > 0; rest = Math.floor(rest / 256)) this.#mix(rest & 0xff);
    for (const byte of bytes) this.#mix(byte);
  }

  #mix(byte: number): void {
    this.#value = Math.imul(this.#value ^ byte, 0x01000193);
  }

  toString(): string {
    return `${String(this.packets)} packets, ${(this.#value >>> 0).toString(16).padStart(8, '0')}`;
  }
}

/** A stream and some datagrams over a lossy link. */
async function trace(seed: number): Promise<string> {
  const world = new World({ seed }, 'a', 'b');
  const [a, b] = [world.machine('a'), world.machine('b')];
  world.network.link('a', 'b', { latencyMs: 7, jitterMs: 3, loss: 0.03, duplicate: 0.02, reorder: 0.05, corrupt: 0.01 });
  const sum = new Sum();
  world.network.tap(({ us, bytes }) => {
    sum.add(us, bytes);
  });
  const serving = b.run(async () => {
    await start();
    const s = await api.accept(listenOn(80), null, null);
    const buffer = new Uint8Array(4096);
    for (let length = 1; length > 0; ) {
      length = await api.recv(s, buffer, buffer.length, 0);
      if (length > 0) await api.send(s, buffer, length, 0);
    }
    await api.closesocket(s);
    await api.WSACleanup();
  });
  const asking = a.run(async () => {
    await start();
    const { s } = await dial(b.address, 80);
    const data = bytesAt(1, 0, 50_000);
    const sending = api.send(s, data, data.length, 0);
    const buffer = new Uint8Array(4096);
    for (let got = 0; got < data.length; ) got += must('recv', await api.recv(s, buffer, buffer.length, 0));
    await sending;
    api.shutdown(s, api.SD_SEND);
    must('recv', await api.recv(s, buffer, buffer.length, 0));
    await api.closesocket(s);
    const u = api.socket(api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP);
    const to = endpoint(b.address, 7);
    for (let i = 0; i < 20; i += 1) await api.sendto(u, data, 100 * i, 0, to, api.sockaddr_in.size);
    await api.closesocket(u);
    await api.WSACleanup();
  });
  await world.until(Promise.all([serving, asking]), 3_600_000);
  await world.sleep(1000);
  world.end();
  return sum.toString();
}

test('the same seed gives the same packets, today and on every engine', async () => {
  expect([await trace(1), await trace(2)]).toMatchInlineSnapshot(`
    [
      "172 packets, 5e76e333",
      "169 packets, b727a4ff",
    ]
  `);
});

test('and again in the same process', async () => {
  expect(await trace(3)).toBe(await trace(3));
});
