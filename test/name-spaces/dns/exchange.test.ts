// One request to one server: what counts as its answer, and what happens where none comes.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exchange, newRequestId, type Exchanged } from '../../../src/providers/namespaces/dns/exchange.js';
import { CLASS, FLAG, OPCODE, RCODE, RR, encodeMessage } from '../../../src/providers/namespaces/dns/message.js';
import { handClock, type HandClock } from './hand-clock.js';
import { ScriptedServer, a, answerTo, type Asked } from './server.js';

const GOOD = a('www.example', '192.0.2.1');
const request = (id = newRequestId()): Uint8Array =>
  encodeMessage({ id, flags: FLAG.RD, questions: [{ name: 'www.example', type: RR.A, class: CLASS.IN }] })!;

let server: ScriptedServer;
let clock: HandClock;
beforeEach(async () => {
  server = await ScriptedServer.start(() => ({ answers: [GOOD] }));
  clock = handClock();
});
afterEach(() => server.close());

const ask = (bytes = request(), options: { transport?: 'tcp'; signal?: AbortSignal } = {}): Promise<Exchanged> =>
  exchange(server.at, bytes, { clock, timeout: 1000, ...options });
const answersOf = (result: Exchanged): unknown => (result.ok ? result.message.answers : result.error);

it('gives the answer, and leaves nothing behind', async () => {
  expect(answersOf(await ask())).toEqual([GOOD]);
  expect(server.questions).toEqual(['udp www.example 1']);
  expect(clock.waiting).toBe(0);
});

it('asks by TCP at once where it is told to', async () => {
  expect(answersOf(await ask(request(), { transport: 'tcp' }))).toEqual([GOOD]);
  expect(server.questions).toEqual(['tcp www.example 1']);
});

it('asks by TCP after an answer that was cut off, between records or inside one', async () => {
  for (const inside of [false, true]) {
    server.asked.length = 0;
    server.script = (asked) => {
      if (asked.transport === 'tcp') return { answers: [GOOD] };
      const cut = answerTo(asked, { flags: FLAG.TC, answers: [GOOD] });
      asked.send(inside ? cut.subarray(0, -3) : cut);
      return undefined;
    };
    expect(answersOf(await ask())).toEqual([GOOD]);
    expect(server.questions).toEqual(['udp www.example 1', 'tcp www.example 1']);
  }
});

it('takes an answer by TCP in any pieces, and any others before it', async () => {
  server.script = (asked) => {
    asked.send(answerTo(asked, { id: asked.message.id ^ 1 }));
    asked.send(Uint8Array.of(1, 2, 3));
    asked.send(new Uint8Array());
    return { answers: [GOOD] };
  };
  expect(answersOf(await ask(request(), { transport: 'tcp' }))).toEqual([GOOD]);
});

const BAD = a('www.example', '192.0.2.66');
const other = (name: string, type: number = RR.A, kind: number = CLASS.IN) => ({ questions: [{ name, type, class: kind }], answers: [BAD] });
it.each<[string, (asked: Asked) => void]>([
  ['under another id', (asked) => asked.send(answerTo(asked, { id: asked.message.id ^ 0x100, answers: [BAD] }))],
  ['from another port', (asked) => asked.send(answerTo(asked, { answers: [BAD] }), true)],
  ['to another name', (asked) => asked.send(answerTo(asked, other('www.example.evil')))],
  ['to a name with a dot for a label', (asked) => asked.send(answerTo(asked, other('www\\.example')))],
  ['for another type', (asked) => asked.send(answerTo(asked, other('www.example', RR.AAAA)))],
  ['of another class', (asked) => asked.send(answerTo(asked, other('www.example', RR.A, 3)))],
  ['to no question', (asked) => asked.send(answerTo(asked, { questions: [], answers: [BAD] }))],
  ['to two questions', (asked) => asked.send(answerTo(asked, { questions: [...asked.message.questions, ...asked.message.questions] }))],
  ['to another kind of request', (asked) => asked.send(answerTo(asked, { opcode: OPCODE.UPDATE, answers: [BAD] }))],
  ['that is a request itself', (asked) => asked.send(asked.bytes)],
  ['of garbage', (asked) => asked.send(Uint8Array.of(1, 2, 3))],
  ['of nothing', (asked) => asked.send(new Uint8Array())],
  ['with a name that goes round', (asked) => {
    const loop = answerTo(asked, { answers: [BAD] });
    const at = answerTo(asked).length;
    asked.send(Uint8Array.of(...loop.subarray(0, at), 0xc0, at, ...loop.subarray(at + 13)));
  }],
])('passes over an answer %s', async (_what, send) => {
  server.script = (asked) => {
    send(asked);
    return { answers: [GOOD] };
  };
  expect(answersOf(await ask())).toEqual([GOOD]);
});

it('takes a question in other letters, and none from who could not read it', async () => {
  server.script = () => ({ questions: [{ name: 'WWW.example', type: RR.A, class: CLASS.IN }], answers: [GOOD] });
  expect(answersOf(await ask())).toEqual([GOOD]);
  server.script = () => ({ questions: [], rcode: RCODE.FORMERR });
  const refused = await ask();
  expect(refused.ok && refused.message.rcode).toBe(RCODE.FORMERR);
});

it('says when nothing comes in time, by UDP and by TCP', async () => {
  for (const transport of [{}, { transport: 'tcp' as const }]) {
    server.script = () => {
      setImmediate(() => clock.fire());
      return undefined;
    };
    expect(await ask(request(), transport)).toEqual({ ok: false, error: 'ETIMEOUT' });
  }
});

it('says when nobody listens, without waiting', async () => {
  const closed = await ScriptedServer.start(() => undefined);
  const { at } = closed;
  closed.close();
  expect(await exchange(at, request(), { clock, timeout: 1000 })).toEqual({ ok: false, error: 'ECONNREFUSED' });
  expect(await exchange(at, request(), { clock, timeout: 1000, transport: 'tcp' })).toEqual({ ok: false, error: 'ECONNREFUSED' });
});

it('stops when nobody wants the answer any more', async () => {
  const abort = new AbortController();
  server.script = () => {
    abort.abort();
    return undefined;
  };
  expect(await ask(request(), { signal: abort.signal })).toEqual({ ok: false, error: 'ECANCELLED' });
  expect(await ask(request(), { signal: abort.signal })).toEqual({ ok: false, error: 'ECANCELLED' });
  expect(server.asked.length).toBe(1);
  expect(clock.waiting).toBe(0);
});

it('sends nothing that is no request', async () => {
  expect(await ask(Uint8Array.of(1))).toEqual({ ok: false, error: 'EBADMSG' });
  expect(server.asked).toEqual([]);
});

it('leaves from ports and under ids that nobody can foresee', async () => {
  for (let i = 0; i < 100; i++) await ask();
  const ports = server.asked.map(({ port }) => port);
  const ids = server.asked.map(({ message }) => message.id);
  for (const numbers of [ports, ids]) {
    // Of 100 drawn from 32768 or more, hardly two are the same, and neighbours are far apart in both directions.
    expect(new Set(numbers).size).toBeGreaterThan(95);
    const steps = numbers.slice(1).map((each, index) => each - (numbers[index] ?? 0));
    expect(steps.filter((step) => Math.abs(step) > 256).length).toBeGreaterThan(80);
    expect(steps.filter((step) => step < 0).length).toBeGreaterThan(20);
  }
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(0x8000);
});
