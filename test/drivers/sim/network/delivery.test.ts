import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimNetwork } from '../../../../src/drivers/sim/network/network.js';
import { recorderOn, settle } from '../ip/recorder.js';

describe('delivery on a segment', () => {
  let network: SimNetwork;

  beforeEach(() => {
    network = new SimNetwork({ seed: 1 });
  });

  afterEach(() => {
    network.stop();
  });

  it('gives hosts addresses in turn and carries packets between them in the latency of the link', async () => {
    const a = network.host('a');
    const b = network.host('b');
    expect([a.address(), b.address(), b.address('ipv6')]).toEqual(['10.0.0.1', '10.0.0.2', 'fd00::2']);
    const from = recorderOn(a);
    const to = recorderOn(b);
    expect(from.send('10.0.0.2', [1, 2, 3])).toBeNull();
    expect(from.send('fd00::2', [4])).toBeNull();
    expect(to.arrivals).toEqual([]);
    await settle(network);
    expect(to.arrivals).toEqual([
      { us: 1000, from: '10.0.0.1', to: '10.0.0.2', hopLimit: 128, toMany: false, data: [1, 2, 3] },
      { us: 1000, from: 'fd00::1', to: 'fd00::2', hopLimit: 128, toMany: false, data: [4] },
    ]);
    expect(from.arrivals).toEqual([]);
  });

  it('delivers what a host sends to itself in the same instant, but not before sending returns', async () => {
    const a = network.host('a');
    const own = recorderOn(a);
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '10.0.0.1', 'fd00::1']) own.send(address, [1]);
    expect(own.arrivals).toEqual([]);
    await settle(network);
    expect(own.arrivals.map(({ us, from, to }) => [us, from, to])).toEqual([
      [0, '127.0.0.1', '127.0.0.1'],
      [0, '127.0.0.1', '127.1.2.3'],
      [0, '::1', '::1'],
      [0, '10.0.0.1', '10.0.0.1'],
      [0, 'fd00::1', 'fd00::1'],
    ]);
  });

  it('delivers broadcasts to everybody, the sender included', async () => {
    const all = ['a', 'b', 'c'].map((name) => recorderOn(network.host(name)));
    all[0]!.send('255.255.255.255', [1]);
    all[0]!.send('10.0.0.255', [2]);
    await settle(network);
    for (const recorder of all) expect(recorder.data).toEqual([[1], [2]]);
    expect(all[2]!.arrivals.every((arrival) => arrival.toMany)).toBe(true);
  });

  it('delivers multicast to members only, and back to the sender if it is one and has not declined', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => network.host(name));
    const recorders = [a!, b!, c!].map((host) => recorderOn(host));
    const group = network.book.parse('239.1.2.3');
    a!.stack.ip.joinGroup(group, 0);
    b!.stack.ip.joinGroup(group, 2);
    recorders[0]!.send('239.1.2.3', [1]);
    recorders[0]!.send('239.1.2.3', [2], { loop: false });
    await settle(network, 1000);
    expect(recorders.map((recorder) => recorder.data)).toEqual([[[1]], [[1], [2]], []]);
    // Membership reports have been sent by then.
    await settle(network, 10_000);
    const { received } = a!.stack.ip.counts;
    recorders[0]!.send('239.7.7.7', [7]);
    await settle(network, 1000);
    expect(a!.stack.ip.counts.received).toBe(received);
    b!.stack.ip.leaveGroup(group, 2);
    recorders[0]!.send('239.1.2.3', [3]);
    recorders[0]!.send('224.0.0.1', [4]);
    await settle(network, 1000);
    expect(recorders[1]!.data).toEqual([[1], [2], [4]]);
  });

  it('drops and counts what is for an address that nobody has', async () => {
    const a = recorderOn(network.host('a'));
    expect(a.send('10.0.0.77', [1])).toBeNull();
    await settle(network);
    expect(network.counts).toMatchObject({ noNeighbour: 1, sent: 0 });
    expect(a.send('192.0.2.1', [1])).toBe('ENETUNREACH');
  });

  it('refuses an address that another host of the segment has', () => {
    network.host('a');
    expect(() => network.host('b', { addresses: ['10.0.0.1/24'] })).toThrow(
      "10.0.0.1 is a's on segment 'lan', so it cannot be b's",
    );
  });
});
