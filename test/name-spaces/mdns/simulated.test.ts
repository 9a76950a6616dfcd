// Hosts on a simulated link find each other by multicast DNS, on virtual time.
import { describe, expect, it } from 'vitest';
import {
  LUP_CONTAINERS,
  LUP_FLUSHCACHE,
  NSP_NOTIFY_EVENT,
  OVERLAPPED,
  RESULT_IS_ADDED,
  RESULT_IS_DELETED,
  RNRSERVICE_DELETE,
  SIO_NSP_NOTIFY_CHANGE,
  WSACOMPLETION,
  errorName,
  ref,
} from 'winsock2';
import { TYPE } from '../../../src/providers/namespaces/mdns/records.js';
import { MdnsWorld, HTTP, begin, lookup, names, rest, set, ways } from './world.js';

const services = { lpszContext: HTTP };

describe('two hosts', () => {
  it('find each other\'s services, with address, port and comment', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const one = await net.speaker('one');
      const two = await net.speaker('two');
      expect(await set(one, 'Dr. Smith\'s pages', [8080], { lpszComment: 'third floor' })).toBe(0);
      const { found, error } = await lookup(two, services);
      expect(names(found)).toEqual(['Dr. Smith\'s pages']);
      expect(ways(found)).toEqual([`${one.address()}:8080`]);
      expect(found[0]?.lpszComment).toBe('third floor');
      expect(error).toBe('WSA_E_NO_MORE');
    });
  });

  it('find each other\'s names while something is registered', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const one = await net.speaker('one');
      const two = await net.speaker('two', '&announce=host');
      await net.sleep(2000);
      expect(ways((await lookup(one, { lpszServiceInstanceName: 'TWO.local' })).found)).toEqual([`${two.address()}:0`]);
      expect((await lookup(two, { lpszServiceInstanceName: 'one.local' })).error).toBe('WSASERVICE_NOT_FOUND');
    });
  });

  it.each([
    ['by its whole name', { lpszServiceInstanceName: 'a.b._http._tcp.local' }],
    ['by its type', { lpszServiceInstanceName: '_http._tcp.local' }],
    ['by its subtype', { lpszContext: '_pages._sub._http._tcp' }],
    ['by name and type', { lpszServiceInstanceName: 'A.B', lpszContext: HTTP }],
  ])('find a service %s', async (_how, question) => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const one = await net.speaker('one');
      const two = await net.speaker('two');
      await set(one, 'a.b', [80], { lpszContext: '_pages._sub._http._tcp' });
      expect(ways((await lookup(two, question)).found)).toEqual([`${one.address()}:80`]);
    });
  });

  it('list the types of services', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const one = await net.speaker('one');
      const two = await net.speaker('two');
      await set(one, 'a');
      await set(one, 'b', [631], { lpszContext: '_ipp._tcp' });
      expect(names((await lookup(two, {}, LUP_CONTAINERS)).found).sort()).toEqual(['_http._tcp', '_ipp._tcp']);
    });
  });

  it('do without what another link would have to bring', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const one = await net.speaker('one');
      expect((await lookup(one, { lpszServiceInstanceName: 'www.example.com' })).error).toMatch(/WSASERVICE_NOT_FOUND/);
      expect((await lookup(one, { lpszServiceInstanceName: 'printer' })).error).toMatch(/WSASERVICE_NOT_FOUND/);
    });
  });

  it('find each other although every third packet is lost', async () => {
    using net = new MdnsWorld({ seed: 7 });
    await net.run(async () => {
      const one = await net.speaker('one');
      const two = await net.speaker('two', '&timeout=16000');
      net.link(one.sim, two.sim, { loss: 0.33 });
      await set(one, 'far');
      expect(ways((await lookup(two, services)).found)).toEqual([`${one.address()}:80`]);
    });
  });
});

describe('names', () => {
  it('are probed for three times, 250 ms apart, and announced twice', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const one = await net.speaker('one');
      const heard = net.overhear();
      await net.speaker('two');
      await set(one, 'mine');
      await net.sleep(3000);
      const probes = heard.filter(({ message }) => message.questions.some(({ name }) => name.startsWith('mine.')));
      const times = probes.map(({ at }) => at);
      expect(probes).toHaveLength(3);
      expect(times[0]).toBeLessThan(251);
      expect(times.slice(1).map((at, i) => Math.round(at - (times[i] ?? 0)))).toEqual([250, 250]);
      expect(probes[0]?.message.authorities.map(({ type, unique }) => [type, unique])).toEqual([[TYPE.SRV, false], [TYPE.TXT, false]]);
      const announcements = heard.filter(({ message }) => message.answers.some(({ type, name }) => type === TYPE.SRV && name.startsWith('mine.')));
      expect(announcements).toHaveLength(2);
      expect(announcements[0]?.message.answers.find(({ type }) => type === TYPE.SRV)).toMatchObject({ ttl: 120, unique: true });
      expect(announcements[0]?.message.answers.find(({ type }) => type === TYPE.PTR)).toMatchObject({ ttl: 4500, unique: false });
    });
  });

  it('that are taken get a number', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two, three] = [await net.speaker('one'), await net.speaker('two'), await net.speaker('three')];
      await set(one, 'pages', [1]);
      await set(two, 'pages', [2]);
      expect(names((await lookup(three, services)).found).sort()).toEqual(['pages', 'pages (2)']);
    });
  });

  it.each([1, 2, 3, 4, 5])('claimed at the same time go to one only (seed %i)', async (seed) => {
    using net = new MdnsWorld({ seed });
    await net.run(async () => {
      const [one, two, three] = [await net.speaker('one'), await net.speaker('two'), await net.speaker('three')];
      await Promise.all([set(one, 'pages', [1]), set(two, 'pages', [2]), set(three, 'pages', [3])]);
      await net.sleep(3000);
      const { found } = await lookup(three, services);
      expect(names(found).sort()).toEqual(['pages', 'pages (2)', 'pages (3)']);
      expect(new Set(ways(found)).size).toBe(3);
    });
  });

  it('of hosts that are the same are told apart, and services say the new one', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two, three] = [await net.speaker('one', '&host=same'), await net.speaker('two', '&host=same'), await net.speaker('three')];
      await set(one, 'a', [1]);
      await set(two, 'b', [2]);
      await net.sleep(3000);
      expect(ways((await lookup(three, services)).found).sort()).toEqual([`${one.address()}:1`, `${two.address()}:2`]);
      expect(ways((await lookup(three, { lpszServiceInstanceName: 'same-2.local' })).found)).toEqual([`${two.address()}:0`]);
    });
  });

  it('that two hosts have after a partition are settled', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two] = [await net.speaker('one'), await net.speaker('two')];
      const partition = net.partition(one.sim, two.sim);
      await set(one, 'pages', [1]);
      await set(two, 'pages', [2]);
      await net.sleep(5000);
      partition.heal();
      await lookup(one, services, LUP_FLUSHCACHE);
      await net.sleep(10_000);
      expect(names((await lookup(one, services)).found).sort()).toEqual(['pages', 'pages (2)']);
    });
  });
});

describe('what goes away', () => {
  it.each(['deleted', 'cleaned up'])('is known to be gone within seconds when it is %s', async (how) => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two] = [await net.speaker('one'), await net.speaker('two')];
      await set(one, 'pages');
      const handle = await begin(two, services);
      expect(names((await rest(two, handle)).found)).toEqual(['pages']);
      if (how === 'deleted') expect(await set(one, 'pages', [], {}, RNRSERVICE_DELETE)).toBe(0);
      else await one.process.dispose();
      await net.sleep(1500);
      const { found } = await rest(two, handle);
      expect(found).toMatchObject([{ lpszServiceInstanceName: 'pages', dwOutputFlags: RESULT_IS_DELETED }]);
    });
  });

  it('without a word is forgotten when its time is over, and asked for before', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two] = [await net.speaker('one'), await net.speaker('two')];
      await set(one, 'pages');
      const handle = await begin(two, services);
      await rest(two, handle);
      const heard = net.overhear();
      one.crash();
      await net.sleep(119_000);
      const refreshes = heard.filter(({ message }) => message.questions.some(({ type }) => type === TYPE.SRV));
      expect(refreshes.length).toBeGreaterThanOrEqual(4);
      expect((await rest(two, handle)).found).toEqual([]);
      await net.sleep(5000);
      expect((await rest(two, handle)).found).toMatchObject([{ dwOutputFlags: RESULT_IS_DELETED }]);
    });
  });

  it('and what comes is told to those who wait for a change', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two] = [await net.speaker('one'), await net.speaker('two')];
      const { winsock } = two;
      const handle = await begin(two, services);
      expect((await rest(two, handle)).found).toEqual([]);
      const overlapped = new OVERLAPPED();
      overlapped.hEvent = winsock.CreateEventW(null, 1, 0, null);
      const completion = new WSACOMPLETION({ Type: NSP_NOTIFY_EVENT });
      completion.Parameters.Event.lpOverlapped = overlapped;
      winsock.WSANSPIoctl(handle, SIO_NSP_NOTIFY_CHANGE, null, 0, null, 0, ref(0), completion);
      expect(errorName(winsock.WSAGetLastError())).toBe('WSA_IO_PENDING');
      await set(one, 'pages');
      await winsock.WaitForSingleObject(overlapped.hEvent, 5000);
      expect((await rest(two, handle)).found).toMatchObject([{ lpszServiceInstanceName: 'pages', dwOutputFlags: RESULT_IS_ADDED }]);
    });
  });
});

describe('traffic', () => {
  it('a continuous question is asked less and less, with what is known', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two] = [await net.speaker('one'), await net.speaker('two')];
      await set(one, 'pages');
      await net.sleep(5000);
      const heard = net.overhear();
      await rest(two, await begin(two, services));
      await net.sleep(60_000);
      const questions = heard.filter(({ from, message }) => from === 'two' && message.questions.some(({ type }) => type === TYPE.PTR));
      expect(questions.length).toBeGreaterThanOrEqual(5);
      expect(questions.length).toBeLessThanOrEqual(8);
      expect(questions.slice(1).every(({ message }) => message.answers.length === 1)).toBe(true);
      // Whoever hears that it is known says nothing.
      const answers = heard.filter(({ from, message }) => from === 'one' && message.isResponse && message.answers.some(({ type }) => type === TYPE.PTR));
      expect(answers).toHaveLength(1);
    });
  });

  it('a question that somebody has just asked is not asked again', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const hosts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => net.speaker(name)));
      const heard = net.overhear();
      await Promise.all(hosts.map((host) => lookup(host, services)));
      const first = heard.filter(({ at, message }) => at < 900 && message.questions.length > 0);
      expect(first).toHaveLength(1);
    });
  });

  it('a known service costs no packet and no wait', async () => {
    using net = new MdnsWorld();
    await net.run(async () => {
      const [one, two] = [await net.speaker('one'), await net.speaker('two')];
      await set(one, 'pages');
      await begin(two, services);
      await net.sleep(3000);
      const heard = net.overhear();
      const before = net.clock.now();
      expect((await lookup(two, { lpszServiceInstanceName: 'pages._http._tcp.local' })).found).toHaveLength(1);
      expect(net.clock.now() - before).toBeLessThan(1);
      expect(heard).toEqual([]);
    });
  });
});
