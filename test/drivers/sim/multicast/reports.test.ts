import { describe, expect, it } from 'vitest';
import * as records from '../../../../src/drivers/sim/wire/group-records.js';
import * as icmpv6 from '../../../../src/drivers/sim/wire/icmpv6.js';
import * as igmp from '../../../../src/drivers/sim/wire/igmp.js';
import { HeaderChain } from '../../../../src/drivers/sim/wire/ipv6-extensions.js';
import * as ipv4 from '../../../../src/drivers/sim/wire/ipv4.js';
import * as mld from '../../../../src/drivers/sim/wire/mld.js';
import { at, Lan, type LanHost, type Sent } from '../udp/lan.js';

const NAMES = ['', 'is in', 'is ex', 'to in', 'to ex', 'allow', 'block'];

/** What the membership messages among `sent` say, in words: 'to ex 239.1.1.1', 'v2 report 239.1.1.1', ... */
function said(lan: Lan, sent: readonly Sent[] = lan.sent): string[] {
  return sent.flatMap(({ bytes }) => (ipv4.version(bytes) === 4 ? igmpSaid(lan, bytes) : mldSaid(lan, bytes)));
}

function igmpSaid({ book }: Lan, bytes: Uint8Array): string[] {
  if (ipv4.protocol(bytes, 0) !== 2) return [];
  const start = ipv4.headerLength(bytes, 0);
  expect(igmp.checksumGood(bytes, start, bytes.length)).toBe(true);
  expect([start, ipv4.ttl(bytes, 0), ipv4.trafficClass(bytes, 0), bytes[20]]).toEqual([24, 1, 0xc0, 148]);
  const type = igmp.type(bytes, start);
  const group = book.ipv4(bytes, start + 4).text;
  const to = book.ipv4(bytes, ipv4.OFFSET.destination).text;
  if (type === igmp.TYPE.reportV1) return [`v1 report ${group} to ${to}`];
  if (type === igmp.TYPE.reportV2) return [`v2 report ${group} to ${to}`];
  if (type === igmp.TYPE.leave) return [`v2 leave ${group} to ${to}`];
  expect(to).toBe('224.0.0.22');
  return recordsSaid(bytes, start, 4, (where) => book.ipv4(bytes, where).text);
}

function mldSaid({ book }: Lan, bytes: Uint8Array): string[] {
  const chain = new HeaderChain().read(bytes, 0, bytes.length);
  if (chain.protocol !== 58) return [];
  const { start } = chain;
  const pseudo = icmpv6PseudoSum(bytes, start);
  expect(icmpv6.checksumGood(bytes, start, bytes.length, pseudo)).toBe(true);
  const type = icmpv6.type(bytes, start);
  const source = book.ipv6(bytes, 8).text;
  const to = book.ipv6(bytes, 24).text;
  expect([chain.hopByHop, bytes[7], source]).toEqual([40, 1, 'fe80::1']);
  const group = book.ipv6(bytes, start + mld.OFFSET.group).text;
  if (type === icmpv6.TYPE.listenerReport) return [`v1 report ${group} to ${to}`];
  if (type === icmpv6.TYPE.listenerDone) return [`v1 done ${group} to ${to}`];
  expect(to).toBe('ff02::16');
  return recordsSaid(bytes, start, 16, (where) => book.ipv6(bytes, where).text);
}

function icmpv6PseudoSum(bytes: Uint8Array, start: number): number {
  let sum = 58 + bytes.length - start;
  for (let i = 8; i < 40; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  return sum;
}

function recordsSaid(bytes: Uint8Array, start: number, size: 4 | 16, text: (at: number) => string): string[] {
  const all: string[] = [];
  let record = start + 8;
  for (let i = 0; i < records.wholeRecords(bytes, start, bytes.length, size); i += 1) {
    const sources = Array.from({ length: records.sourceCount(bytes, record) }, (_, index) =>
      text(records.sourceAt(record, size, index)),
    );
    const name = NAMES[records.recordType(bytes, record)] ?? '';
    all.push([name, text(records.groupAt(record)), ...sources].join(' '));
    record += records.recordLength(bytes, record, size);
  }
  return all;
}

function network(): { lan: Lan; host: LanHost; router: LanHost } {
  const lan = new Lan();
  const host = lan.host('10.0.0.1/24', 'fe80::1/64');
  return { lan, host, router: lan.host('10.0.0.254/24', 'fe80::ff/64') };
}

/** Lets a router ask; `build` writes the message and gives its length. */
function ask({ lan, router }: ReturnType<typeof network>, to: string, build: (bytes: Uint8Array) => number): void {
  const message = new Uint8Array(512);
  const length = build(message);
  const family = to.includes(':') ? 'ipv6' : 'ipv4';
  const raw = router.rawSocket(family, family === 'ipv4' ? 2 : 58);
  expect(raw.send(at(to, 0, family === 'ipv6' ? 2 : 0), message.subarray(0, length))).toBeNull();
  raw.socket.close();
  lan.sent.length = 0;
}

function igmpQuery(net: ReturnType<typeof network>, group: string, sources: string[] = [], tenths = 100): void {
  const { book } = net.lan;
  ask(net, group === '0.0.0.0' ? '224.0.0.1' : group, (bytes) => {
    const addresses = sources.map((text) => book.parse(text).bytes);
    const length = igmp.writeQuery(bytes, 0, tenths, book.parse(group).bytes, false, 2, 125, addresses);
    igmp.fillChecksum(bytes, 0, length);
    return length;
  });
}

function olderQuery(net: ReturnType<typeof network>, maxResponse: number, group = '0.0.0.0'): void {
  ask(net, group === '0.0.0.0' ? '224.0.0.1' : group, (bytes) => {
    igmp.writeMessage(bytes, 0, igmp.TYPE.query, maxResponse, net.lan.book.parse(group).bytes);
    igmp.fillChecksum(bytes, 0, 8);
    return 8;
  });
}

const member = (group: string, source: string | null = null) => ({ group, interface: '2', source });

describe('IGMPv3', () => {
  it('tells of a membership at once and once more within a second, of its end likewise', async () => {
    const { lan, host } = network();
    const { socket } = host.datagram();
    socket.join(member('239.1.1.1'));
    expect(said(lan)).toEqual(['to ex 239.1.1.1']);
    await lan.settle();
    expect(said(lan)).toEqual(['to ex 239.1.1.1', 'to ex 239.1.1.1']);
    expect(lan.sent[1]!.us).toBeGreaterThan(0);
    expect(lan.sent[1]!.us).toBeLessThanOrEqual(1_000_000);
    lan.sent.length = 0;
    socket.leave(member('239.1.1.1'));
    await lan.settle();
    expect(said(lan)).toEqual(['to in 239.1.1.1', 'to in 239.1.1.1']);
  });

  it('tells nothing of what changes for one socket only', async () => {
    const { lan, host } = network();
    const [one, two] = [host.datagram().socket, host.datagram().socket];
    one.join(member('239.1.1.1'));
    await lan.settle();
    lan.sent.length = 0;
    two.join(member('239.1.1.1'));
    one.leave(member('239.1.1.1'));
    await lan.settle();
    expect(said(lan)).toEqual([]);
    two.close();
    await lan.settle();
    expect(said(lan)).toEqual(['to in 239.1.1.1', 'to in 239.1.1.1']);
  });

  it('tells which sources were let in and out', async () => {
    const { lan, host } = network();
    const { socket } = host.datagram();
    const filter = { group: '239.1.1.1', interface: '2', mode: 'include' } as const;
    socket.setSourceFilter({ ...filter, sources: ['10.0.0.8', '10.0.0.9'] });
    await lan.settle();
    socket.setSourceFilter({ ...filter, sources: ['10.0.0.9'] });
    await lan.settle();
    socket.setSourceFilter({ ...filter, mode: 'exclude', sources: ['10.0.0.7'] });
    await lan.settle();
    expect(said(lan)).toEqual([
      'allow 239.1.1.1 10.0.0.8 10.0.0.9',
      'allow 239.1.1.1 10.0.0.8 10.0.0.9',
      'block 239.1.1.1 10.0.0.8',
      'block 239.1.1.1 10.0.0.8',
      'to ex 239.1.1.1 10.0.0.7',
      'to ex 239.1.1.1 10.0.0.7',
    ]);
  });

  it('keeps quiet about everybody’s group and about the loopback interface', async () => {
    const { lan, host } = network();
    const { socket } = host.datagram();
    const looped: Uint8Array[] = [];
    host.ip.tap(1, (packet) => looped.push(packet));
    expect(socket.join(member('224.0.0.1'))).toBeNull();
    expect(socket.join({ ...member('239.1.1.1'), interface: '1' })).toBeNull();
    await lan.settle();
    expect([lan.sent, looped]).toEqual([[], []]);
  });

  it('answers a general question with all its groups, within the time given', async () => {
    const net = network();
    const { lan, host } = net;
    const [one, two] = [host.datagram().socket, host.datagram().socket];
    one.join(member('239.1.1.1'));
    two.join(member('239.1.1.2', '10.0.0.9'));
    await lan.settle();
    const asked = lan.clock.us;
    igmpQuery(net, '0.0.0.0', [], 50);
    await lan.settle();
    expect(said(lan)).toEqual(['is ex 239.1.1.1', 'is in 239.1.1.2 10.0.0.9']);
    expect(lan.sent.length).toBe(1);
    expect(lan.sent[0]!.us - asked).toBeLessThanOrEqual(5_000_100);
  });

  it('answers a question about one group, and about sources of one, and no other', async () => {
    const net = network();
    const { lan, host } = net;
    const { socket } = host.datagram();
    socket.setSourceFilter({ group: '239.1.1.1', interface: '2', mode: 'exclude', sources: ['10.0.0.9'] });
    await lan.settle();
    igmpQuery(net, '239.1.1.1');
    await lan.settle();
    expect(said(lan)).toEqual(['is ex 239.1.1.1 10.0.0.9']);
    igmpQuery(net, '239.1.1.1', ['10.0.0.8', '10.0.0.9']);
    await lan.settle();
    expect(said(lan)).toEqual(['is in 239.1.1.1 10.0.0.8']);
    igmpQuery(net, '239.1.1.1', ['10.0.0.9']);
    igmpQuery(net, '239.1.1.9');
    await lan.settle();
    expect(said(lan)).toEqual([]);
  });

  it('cuts a long list of sources into packets that fit', async () => {
    const { lan, host } = network();
    const sources = Array.from({ length: 800 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
    host.datagram().socket.setSourceFilter({ group: '239.1.1.1', interface: '2', mode: 'include', sources });
    expect(lan.sent.every(({ bytes }) => bytes.length <= 1500)).toBe(true);
    expect(said(lan).flatMap((line) => line.split(' ').slice(2))).toEqual(sources);
    await lan.settle();
  });

  it('says nothing more once the host is down', async () => {
    const { lan, host } = network();
    host.datagram().socket.join(member('239.1.1.1'));
    lan.sent.length = 0;
    host.ip.halt();
    await lan.settle();
    expect(lan.sent).toEqual([]);
  });
});

describe('older routers', () => {
  it('IGMPv2: reports go to the group, leaving to the routers', async () => {
    const net = network();
    const { lan, host } = net;
    olderQuery(net, 100);
    await lan.settle();
    const { socket } = host.datagram();
    socket.join(member('239.1.1.1'));
    await lan.settle();
    socket.leave(member('239.1.1.1'));
    await lan.settle();
    expect(said(lan)).toEqual([
      'v2 report 239.1.1.1 to 239.1.1.1',
      'v2 report 239.1.1.1 to 239.1.1.1',
      'v2 leave 239.1.1.1 to 224.0.0.2',
    ]);
  });

  it('IGMPv1 knows no leaving', async () => {
    const net = network();
    const { lan, host } = net;
    olderQuery(net, 0);
    await lan.settle();
    const { socket } = host.datagram();
    socket.join(member('239.1.1.1'));
    socket.leave(member('239.1.1.1'));
    await lan.settle();
    expect(said(lan)).toEqual(['v1 report 239.1.1.1 to 239.1.1.1']);
  });

  it('a member keeps quiet when another one has answered', async () => {
    const net = network();
    const { lan, host } = net;
    const other = lan.host('10.0.0.2/24');
    for (const each of [host, other]) each.datagram().socket.join(member('239.1.1.1'));
    await lan.settle();
    olderQuery(net, 100);
    await lan.settle();
    expect(said(lan)).toEqual(['v2 report 239.1.1.1 to 239.1.1.1']);
  });

  it('are forgotten after 260 seconds', async () => {
    const net = network();
    const { lan, host } = net;
    olderQuery(net, 100);
    await lan.settle();
    lan.clock.timer(() => host.datagram().socket.join(member('239.1.1.1'))).set(260_000_000);
    await lan.settle();
    expect(said(lan)).toEqual(['to ex 239.1.1.1', 'to ex 239.1.1.1']);
  });
});

describe('MLD', () => {
  it('tells of a membership twice and answers questions', async () => {
    const net = network();
    const { lan, host } = net;
    const { socket } = host.datagram('ipv6');
    socket.join(member('ff02::77'));
    socket.join(member('ff01::77'));
    await lan.settle();
    expect(said(lan)).toEqual(['to ex ff02::77', 'to ex ff02::77']);
    ask(net, 'ff02::1', (bytes) => mld.writeQuery(bytes, 0, 1000, lan.book.anyIpv6.bytes, false, 2, 125, []));
    await lan.settle();
    expect(said(lan)).toEqual(['is ex ff02::77']);
  });

  it('speaks version 1 with routers that know no other', async () => {
    const net = network();
    const { lan, host } = net;
    ask(net, 'ff02::1', (bytes) => {
      mld.writeMessage(bytes, 0, icmpv6.TYPE.listenerQuery, 1000, lan.book.anyIpv6.bytes);
      return mld.MESSAGE_LENGTH;
    });
    await lan.settle();
    const { socket } = host.datagram('ipv6');
    socket.join(member('ff02::77'));
    await lan.settle();
    socket.leave(member('ff02::77'));
    await lan.settle();
    expect(said(lan)).toEqual([
      'v1 report ff02::77 to ff02::77',
      'v1 report ff02::77 to ff02::77',
      'v1 done ff02::77 to ff02::2',
    ]);
  });
});
