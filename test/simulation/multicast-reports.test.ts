// What hosts tell routers of their groups: IGMPv3 and MLDv2 reports, as a capture shows them.
import { describe, expect, it } from 'vitest';
import {
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_JOIN_GROUP,
  IPV6_LEAVE_GROUP,
  IP_ADD_MEMBERSHIP,
  IP_BLOCK_SOURCE,
  IP_DROP_MEMBERSHIP,
  MCAST_JOIN_SOURCE_GROUP,
  MCAST_LEAVE_SOURCE_GROUP,
} from 'winsock2';
import { createNetwork, type TappedPacket } from 'winsock2/testing';
import { Messenger, factsOf } from './messages.js';
import { groupSourceReq, mreq, mreq6, mreqSource } from './multicast.js';

/** The records of membership reports to the router, in words; each is sent twice, in case one is lost. */
function reports(packets: readonly TappedPacket[], group: string): string[] {
  return packets.flatMap((packet) => {
    const { transport, hopLimit, routerAlert, destination } = factsOf(packet);
    if ((transport.kind !== 'igmp' && transport.kind !== 'mld') || transport.name !== 'report') return [];
    expect([hopLimit, routerAlert, transport.checksumGood]).toEqual([1, true, true]);
    expect(destination).toBe(transport.kind === 'igmp' ? '224.0.0.22' : 'ff02::16');
    return transport.records
      .filter((record) => record.group === group)
      .map(({ type, sources }) => [type, ...sources].join(' '));
  });
}

describe('membership reports', () => {
  it('say that a group is joined and left (IGMP)', async () => {
    using net = createNetwork();
    const [host] = [net.host('host'), net.host('other')];
    using capture = net.capture();
    await net.run(async () => {
      const s = await Messenger.udp(host, '0.0.0.0', 7);
      s.must(s.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq('239.1.1.1')));
      await net.sleep(20_000);
      s.must(s.set(IPPROTO_IP, IP_DROP_MEMBERSHIP, mreq('239.1.1.1')));
      await net.sleep(20_000);
    });
    expect(reports(capture.packets, '239.1.1.1')).toEqual(['to-exclude', 'to-exclude', 'to-include', 'to-include']);
  });

  it('say that a group is joined and left (MLD)', async () => {
    using net = createNetwork();
    const [host] = [net.host('host'), net.host('other')];
    using capture = net.capture();
    await net.run(async () => {
      const s = await Messenger.udp(host, '::', 7);
      s.must(s.set(IPPROTO_IPV6, IPV6_JOIN_GROUP, mreq6('ff15::1')));
      await net.sleep(20_000);
      s.must(s.set(IPPROTO_IPV6, IPV6_LEAVE_GROUP, mreq6('ff15::1')));
      await net.sleep(20_000);
    });
    expect(reports(capture.packets, 'ff15::1')).toEqual(['to-exclude', 'to-exclude', 'to-include', 'to-include']);
  });

  it('name sources', async () => {
    using net = createNetwork();
    const [host] = [net.host('host'), net.host('other')];
    using capture = net.capture();
    await net.run(async () => {
      const s = await Messenger.udp(host, '0.0.0.0', 7);
      s.must(s.set(IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, groupSourceReq('232.1.1.1', '10.0.0.2')));
      await net.sleep(20_000);
      s.must(s.set(IPPROTO_IP, MCAST_LEAVE_SOURCE_GROUP, groupSourceReq('232.1.1.1', '10.0.0.2')));
      await net.sleep(20_000);
      s.must(s.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq('239.1.1.1')));
      await net.sleep(20_000);
      s.must(s.set(IPPROTO_IP, IP_BLOCK_SOURCE, mreqSource('239.1.1.1', '10.0.0.2')));
      await net.sleep(20_000);
    });
    expect(reports(capture.packets, '232.1.1.1')).toEqual([
      'allow 10.0.0.2',
      'allow 10.0.0.2',
      'block 10.0.0.2',
      'block 10.0.0.2',
    ]);
    expect(reports(capture.packets, '239.1.1.1')).toEqual([
      'to-exclude',
      'to-exclude',
      'block 10.0.0.2',
      'block 10.0.0.2',
    ]);
  });

  it('are made when the last socket leaves, not before', async () => {
    using net = createNetwork();
    const [host] = [net.host('host'), net.host('other')];
    await net.run(async () => {
      const sockets = [await Messenger.udp(host, '0.0.0.0', 7), await Messenger.udp(host, '0.0.0.0', 8)];
      for (const s of sockets) s.must(s.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreq('239.1.1.1')));
      await net.sleep(20_000);
      using capture = net.capture();
      await sockets[0]!.close();
      await net.sleep(20_000);
      expect(reports(capture.packets, '239.1.1.1')).toEqual([]);
      await sockets[1]!.close();
      await net.sleep(20_000);
      expect(reports(capture.packets, '239.1.1.1')).toEqual(['to-include', 'to-include']);
    });
  });
});
