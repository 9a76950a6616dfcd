// Whom the engine hears, and whom it answers how: links, questions for unicast answers, and questions from other ports.
import { describe, expect, it } from 'vitest';
import { TYPE, deniesType } from '../../../src/providers/namespaces/mdns/records.js';
import { EngineWorld, GROUP, address } from './engine-world.js';

const own = address('host.local', 1);
const question = (name: string, type: number, unicast = false) => ({ isResponse: false, questions: [{ name, type, unicast }] });

describe('only those on a link are heard', () => {
  it.each<[string, string, number, boolean]>([
    ['a neighbour', '10.0.0.9', 0, true],
    ['a neighbour at the end of a network whose prefix ends within a byte', '10.0.15.254', 0, true],
    ['one just beyond that', '10.0.16.1', 0, false],
    ['another network', '192.168.7.7', 0, false],
    ['an IPv6 neighbour', 'fe80::9', 2, true],
    ['an IPv6 neighbour on the other link', 'fe80::9', 3, true],
    ['an IPv6 neighbour on a link that is not ours', 'fe80::9', 4, false],
    ['an address of the IPv6 network', 'fd00::9', 0, true],
    ['an address of that network, on the link that has none of it', 'fd00::9', 3, false],
    ['the IPv6 internet', '2001:db8::9', 2, false],
  ])('%s, %s on %i', (_who, from, scopeId, isHeard) => {
    const world = new EngineWorld([own]);
    world.receive({ isResponse: true, answers: [address('other.local', 7)] }, from, 5353, scopeId);
    expect(world.engine.cache.find(address('other.local', 7))).toHaveLength(isHeard ? 1 : 0);
  });

  it('a stranger gets no answer either', () => {
    const world = new EngineWorld([own]);
    world.receive(question('host.local', TYPE.A), '192.168.7.7', 40_000);
    world.receive(question('host.local', TYPE.A), '192.168.7.7');
    expect(world.sent()).toEqual([]);
  });

  it('what comes from another port is believed from nobody', () => {
    const world = new EngineWorld([own]);
    world.receive({ isResponse: true, answers: [address('other.local', 7)] }, '10.0.0.9', 5354);
    expect(world.engine.cache.find(address('other.local', 7))).toEqual([]);
  });
});

describe('a question for a unicast answer', () => {
  it('gets one while what was multicast is fresh', () => {
    const world = new EngineWorld([own]);
    world.receive(question('host.local', TYPE.A, true), '10.0.0.9');
    expect(world.sent()).toMatchObject([{ to: '10.0.0.9', port: 5353, message: { isResponse: true, id: 0, questions: [], answers: [own] } }]);
  });

  it('gets a multicast one, as everybody has waited a quarter of the lifetime', () => {
    const world = new EngineWorld([own]);
    world.sent(own.ttl * 250);
    world.receive(question('host.local', TYPE.A, true), '10.0.0.9');
    expect(world.sent()).toMatchObject([{ to: GROUP, port: 5353, message: { answers: [own] } }]);
    world.receive(question('host.local', TYPE.A, true), '10.0.0.9');
    expect(world.sent().map(({ to }) => to)).toEqual(['10.0.0.9']);
  });

  it('gets none for what the asker knows', () => {
    const world = new EngineWorld([own]);
    world.receive({ ...question('host.local', TYPE.A, true), answers: [{ ...own, unique: false, ttl: own.ttl / 2 }] }, '10.0.0.9');
    expect(world.sent()).toEqual([]);
  });
});

describe('a question from another port', () => {
  it('gets what a DNS server would say: its id, its question, a short lifetime, no flush', () => {
    const world = new EngineWorld([own]);
    world.receive({ ...question('HOST.local', TYPE.A, true), id: 0x1234 }, '10.0.0.9', 40_000);
    const [answer, ...more] = world.sent();
    expect(more).toEqual([]);
    expect(answer).toMatchObject({ to: '10.0.0.9', port: 40_000 });
    expect(answer?.message).toMatchObject({ id: 0x1234, isResponse: true, questions: [{ name: 'HOST.local', type: TYPE.A, unicast: false }] });
    // In the asker's spelling: some compare it.
    expect(answer?.message.answers).toEqual([{ ...own, name: 'HOST.local', ttl: 10, unique: false }]);
  });

  it('learns that there is no such record', () => {
    const world = new EngineWorld([own]);
    world.receive({ ...question('host.local', TYPE.AAAA), id: 7 }, '10.0.0.9', 40_000);
    const [absence] = world.sent()[0]?.message.answers ?? [];
    expect(absence).toMatchObject({ name: 'host.local', type: TYPE.NSEC, ttl: 10, unique: false });
    expect(deniesType(absence?.data ?? new Uint8Array(), TYPE.AAAA)).toBe(true);
    expect(deniesType(absence?.data ?? new Uint8Array(), TYPE.A)).toBe(false);
  });

  it('about somebody else is left to them', () => {
    const world = new EngineWorld([own]);
    world.receive({ ...question('other.local', TYPE.A), id: 7 }, '10.0.0.9', 40_000);
    expect(world.sent()).toEqual([]);
  });
});
