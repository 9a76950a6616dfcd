// The stub resolver: what it asks, whom, how often, and how long it remembers the answer.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WSAHOST_NOT_FOUND, WSANO_DATA, WSANO_RECOVERY, WSATRY_AGAIN, WSA_E_CANCELLED } from 'winsock2';
import type { Found, Lookup } from '../../../src/providers/namespaces/dns/lookup.js';
import { RCODE, RR } from '../../../src/providers/namespaces/dns/message.js';
import { DnsResolver, type ResolverOptions } from '../../../src/providers/namespaces/dns/resolver.js';
import { addressOfReverse, reverseName } from '../../../src/providers/namespaces/dns/special-names.js';
import { handClock, type HandClock } from './hand-clock.js';
import { ScriptedServer, a, cname, ptr, soa, type Script } from './server.js';

const NAME = 'www.example';
const GOOD = a(NAME, '192.0.2.1');
let server: ScriptedServer;
let second: ScriptedServer;
let clock: HandClock;
beforeEach(async () => {
  clock = handClock();
  server = await ScriptedServer.start(() => ({ answers: [GOOD] }));
  second = await ScriptedServer.start(() => ({ answers: [GOOD] }));
});
afterEach(() => {
  server.close();
  second.close();
});

const resolver = (options: Partial<ResolverOptions> = {}): DnsResolver => new DnsResolver({ clock, servers: [server.at], ...options });
const addresses = (lookup: Lookup): unknown =>
  lookup.error === 0 ? (lookup as Found).records.map(({ data }) => (data.kind === 'address' ? data.address : data.kind)) : lookup.error;

describe('the cache', () => {
  it('answers at once, in any case, with the dot or without, until the time is over', async () => {
    const dns = resolver();
    expect(addresses(await dns.lookup(NAME, RR.A))).toEqual(['192.0.2.1']);
    clock.pass(59_999);
    for (const name of [NAME, 'WWW.EXAMPLE', `${NAME}.`]) expect(addresses(dns.lookup(name, RR.A) as Lookup)).toEqual(['192.0.2.1']);
    expect(server.asked.length).toBe(1);
    clock.pass(1);
    await dns.lookup(NAME, RR.A);
    expect(server.asked.length).toBe(2);
  });

  it('holds types and names apart', async () => {
    const dns = resolver();
    server.script = ({ message: { questions: [question] } }) => ({
      answers: [question!.type === RR.A ? a(question!.name, '192.0.2.9') : a(question!.name, '2001:db8::9')],
    });
    expect(addresses(await dns.lookup(NAME, RR.A))).toEqual(['192.0.2.9']);
    expect(addresses(await dns.lookup(NAME, RR.AAAA))).toEqual(['2001:db8::9']);
    await dns.lookup('other.example', RR.A);
    expect(server.asked.length).toBe(3);
  });

  it('holds for the shortest TTL among aliases and records', async () => {
    server.script = () => ({ answers: [cname(NAME, 'b.example', 5), a('b.example', '192.0.2.1', 9), a('b.example', '192.0.2.2', 7)] });
    const dns = resolver();
    expect(await dns.lookup(NAME, RR.A)).toMatchObject({ canonicalName: 'b.example', aliases: [NAME], expires: 5000 });
    clock.pass(5000);
    await dns.lookup(NAME, RR.A);
    expect(server.asked.length).toBe(2);
  });

  it.each<[string, number, Script, number, number]>([
    ['that a name is not there, for the TTL of the SOA', 10, () => ({ rcode: RCODE.NXDOMAIN, authorities: [soa('example', 60, 10)] }), 1, WSAHOST_NOT_FOUND],
    ['that a name is not there, for the minimum of the SOA', 10, () => ({ rcode: RCODE.NXDOMAIN, authorities: [soa('example', 10, 60)] }), 1, WSAHOST_NOT_FOUND],
    ['that a type is not there', 10, () => ({ authorities: [soa('example', 10)] }), 1, WSANO_DATA],
    ['absence no longer than a quarter of an hour', 900, () => ({ rcode: RCODE.NXDOMAIN, authorities: [soa('example', 99_999)] }), 1, WSAHOST_NOT_FOUND],
  ])('remembers %s', async (_what, seconds, script, asked, error) => {
    server.script = script;
    const dns = resolver();
    expect((await dns.lookup(NAME, RR.A)).error).toBe(error);
    clock.pass(seconds * 1000 - 1);
    expect((dns.lookup(NAME, RR.A) as Lookup).error).toBe(error);
    expect(server.asked.length).toBe(asked);
    clock.pass(1);
    await dns.lookup(NAME, RR.A);
    expect(server.asked.length).toBe(asked + 1);
  });

  it.each<[string, Script]>([
    ['absence without a SOA', () => ({ rcode: RCODE.NXDOMAIN })],
    ['a TTL of 0', () => ({ answers: [a(NAME, '192.0.2.1', 0)] })],
    ['a TTL that is none', () => ({ answers: [a(NAME, '192.0.2.1', 0x80000000)] })],
    ['a server that fails', () => ({ rcode: RCODE.SERVFAIL })],
  ])('does not remember %s', async (_what, script) => {
    server.script = script;
    const dns = resolver({ rounds: 1 });
    await dns.lookup(NAME, RR.A);
    await dns.lookup(NAME, RR.A);
    expect(server.asked.length).toBe(2);
    expect(dns.remembered).toBe(0);
  });

  it('has a bound, and forgets what was not asked for longest', async () => {
    server.script = ({ message: { questions: [question] } }) => ({ answers: [a(question!.name, '192.0.2.9')] });
    const dns = resolver({ cache: 10 });
    for (let i = 0; i < 30; i++) await dns.lookup(`h${i}.example`, RR.A);
    expect(dns.remembered).toBe(10);
    expect(dns.lookup('h29.example', RR.A)).not.toBeInstanceOf(Promise);
    expect(await dns.lookup('h0.example', RR.A)).toMatchObject({ error: 0 });
    expect(server.asked.length).toBe(31);
  });

  it('is passed by for who wants it fresh, and holds what came of that', async () => {
    const dns = resolver();
    await dns.lookup(NAME, RR.A);
    server.script = () => ({ answers: [a(NAME, '192.0.2.7')] });
    expect(addresses(await dns.lookup(NAME, RR.A, { fresh: true }))).toEqual(['192.0.2.7']);
    expect(addresses(dns.lookup(NAME, RR.A) as Lookup)).toEqual(['192.0.2.7']);
  });
});

describe('many at once', () => {
  it('make one query for one name', async () => {
    const dns = resolver();
    const all = await Promise.all(Array.from({ length: 1000 }, async () => dns.lookup(NAME, RR.A)));
    expect(server.asked.length).toBe(1);
    expect(new Set(all.map((lookup) => JSON.stringify(addresses(lookup))))).toEqual(new Set(['["192.0.2.1"]']));
  });

  it('are asked a few at a time for many names', async () => {
    let open = 0;
    let most = 0;
    server.script = (asked) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        asked.send(asked.bytes.map((byte, at) => (at === 2 ? byte | 0x80 : byte)));
      });
      return undefined;
    };
    const dns = resolver({ parallel: 4 });
    await Promise.all(Array.from({ length: 40 }, async (_, i) => dns.lookup(`h${i}.example`, RR.A)));
    expect(server.asked.length).toBe(40);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('may leave one by one; the last takes the question along', async () => {
    server.script = () => undefined;
    const dns = resolver();
    const aborts = [new AbortController(), new AbortController()];
    const waiting = aborts.map(async ({ signal }) => dns.lookup(NAME, RR.A, { signal }));
    aborts[0]!.abort();
    expect((await waiting[0])?.error).toBe(WSA_E_CANCELLED);
    expect(clock.waiting).toBe(1);
    aborts[1]!.abort();
    expect((await waiting[1])?.error).toBe(WSA_E_CANCELLED);
    expect(clock.waiting).toBe(0);
    server.script = () => ({ answers: [GOOD] });
    expect(addresses(await dns.lookup(NAME, RR.A))).toEqual(['192.0.2.1']);
  });

  it('end when it is closed', async () => {
    server.script = () => undefined;
    const dns = resolver();
    const waiting = dns.lookup(NAME, RR.A);
    dns.close();
    expect((await waiting).error).toBe(WSA_E_CANCELLED);
  });
});

describe('servers', () => {
  it.each<[string, Script]>([
    ['fails', () => ({ rcode: RCODE.SERVFAIL })],
    ['refuses', () => ({ rcode: RCODE.REFUSED })],
    ['says nothing', () => void setImmediate(() => clock.fire())],
  ])('are asked in turn while one %s', async (_what, script) => {
    server.script = script;
    expect(addresses(await resolver({ servers: [server.at, second.at] }).lookup(NAME, RR.A))).toEqual(['192.0.2.1']);
    expect([server.asked.length, second.asked.length]).toEqual([1, 1]);
  });

  it('are asked again in the next round, each time under another id', async () => {
    server.script = () => void setImmediate(() => clock.fire());
    expect((await resolver().lookup(NAME, RR.A)).error).toBe(WSATRY_AGAIN);
    expect(new Set(server.asked.map(({ message }) => message.id)).size).toBe(3);
  });

  it('that all refuse are not asked again', async () => {
    server.script = () => ({ rcode: RCODE.REFUSED });
    expect((await resolver().lookup(NAME, RR.A)).error).toBe(WSANO_RECOVERY);
    expect(server.asked.length).toBe(1);
  });

  it('of which there are none answer nothing', async () => {
    expect((await resolver({ servers: [] }).lookup(NAME, RR.A)).error).toBe(WSATRY_AGAIN);
  });

  it('that do not know EDNS are asked without', async () => {
    server.script = ({ message }) => (message.additionals.length > 0 ? { rcode: RCODE.FORMERR, questions: [] } : { answers: [GOOD] });
    expect(addresses(await resolver().lookup(NAME, RR.A))).toEqual(['192.0.2.1']);
    expect(server.asked.length).toBe(2);
  });
});

describe('aliases', () => {
  it('are followed where the server does not', async () => {
    server.script = ({ message: { questions: [question] } }) =>
      question!.name === NAME ? { answers: [cname(NAME, 'b.example')] } : { answers: [a('b.example', '192.0.2.8')] };
    expect(await resolver().lookup(NAME, RR.A)).toMatchObject({ error: 0, canonicalName: 'b.example', aliases: [NAME] });
  });

  it.each<[string, Script]>([
    ['in one answer', () => ({ answers: [cname(NAME, 'b.example'), cname('b.example', NAME)] })],
    ['over answers', ({ message: { questions: [{ name } = { name: '' }] } }) => ({ answers: [cname(name, name === NAME ? 'b.example' : NAME)] })],
  ])('that go round %s end', async (_where, script) => {
    server.script = script;
    expect((await resolver({ rounds: 1 }).lookup(NAME, RR.A)).error).toBe(WSANO_RECOVERY);
    expect(server.asked.length).toBeLessThan(20);
  });

  it('are what is asked for by their own type', async () => {
    server.script = () => ({ answers: [cname(NAME, 'b.example')] });
    expect(await resolver().lookup(NAME, RR.CNAME)).toMatchObject({ error: 0, aliases: [], records: [{ data: { target: 'b.example' } }] });
  });

  it('and records of other names are not believed', async () => {
    server.script = () => ({ answers: [a('evil.example', '192.0.2.66'), cname('evil.example', NAME), a(NAME, '192.0.2.1')] });
    const dns = resolver();
    expect(addresses(await dns.lookup(NAME, RR.A))).toEqual(['192.0.2.1']);
    expect(dns.lookup('evil.example', RR.A)).toBeInstanceOf(Promise);
  });
});

it.each<[string, number, unknown]>([
  ['localhost', RR.A, ['127.0.0.1']],
  ['LocalHost.', RR.AAAA, ['::1']],
  ['any.localhost', RR.A, ['127.0.0.1']],
  ['localhost', RR.MX, WSANO_DATA],
  ['any.invalid', RR.A, WSAHOST_NOT_FOUND],
  ['192.0.2.5', RR.A, ['192.0.2.5']],
  ['192.0.2.5', RR.AAAA, WSANO_DATA],
  ['2001:db8::5', RR.AAAA, ['2001:db8::5']],
  ['1.0.0.127.in-addr.arpa', RR.PTR, ['name']],
  [reverseName('::1')!, RR.PTR, ['name']],
])('%s (type %i) is answered without asking', (name, type, expected) => {
  const lookup = resolver().lookup(name, type);
  expect(lookup).not.toBeInstanceOf(Promise);
  expect(addresses(lookup as Lookup)).toEqual(expected);
  expect(server.asked).toEqual([]);
});

it.each(['a..b', '', '.', 'a'.repeat(64)])('%j is no name to ask for', (name) => {
  expect(resolver().lookup(name, RR.A)).toMatchObject({ error: WSAHOST_NOT_FOUND });
});

it.each(['192.0.2.1', '2001:db8::1', '::'])('%s has a name to be looked up by, which leads back', async (address) => {
  const reverse = reverseName(address)!;
  expect(addressOfReverse(reverse)).toBe(address);
  server.script = () => ({ answers: [ptr(reverse, NAME)] });
  expect(await resolver().lookup(reverse, RR.PTR)).toMatchObject({ records: [{ data: { target: NAME } }] });
});
