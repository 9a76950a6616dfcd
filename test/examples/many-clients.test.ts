// The select server and the WSAPoll server, each with 200 clients at once whose every byte is checked.
import { describe, expect, it } from 'vitest';
import * as poll from '../../examples/echo-poll.js';
import * as select from '../../examples/echo-select.js';
import { collector, exchange, families, pattern, rawClient, startOn } from './network.js';

const CLIENTS = 200;
const BYTES = 20_000;

const servers = [
  { how: 'select', serve: select.serve },
  { how: 'WSAPoll', serve: poll.serve },
];

describe.each(servers)('the echo server driven by $how', ({ serve }) => {
  describe.each(families)('over $name', ({ family, host, skip }) => {
    it(`serves ${CLIENTS} clients`, async (test) => {
      test.skip(skip !== null, skip ?? '');
      const { lines, print } = collector();
      const { port, ended } = await startOn((listening) => serve({ family, clients: CLIENTS, print, listening }));
      // All are connected before the first one sends.
      const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => rawClient(host, port)));
      const answers = await Promise.all(
        sockets.map(async (socket, index) => {
          const sent = pattern(BYTES, index);
          return (await exchange(socket, sent)).equals(sent);
        }),
      );
      expect(answers.filter((right) => right)).toHaveLength(CLIENTS);
      expect(await ended).toBe(0);
      expect(lines.at(-1)).toMatch(new RegExp(`^Served ${CLIENTS} clients`));
    });
  });

  it('is not held up by a client that reads late, who still gets every byte', async () => {
    let noticed = (): void => undefined;
    const slow = new Promise<void>((resolve) => (noticed = resolve));
    const print = (line: string): void => {
      if (line === 'A client reads slowly') noticed();
    };
    const { port, ended } = await startOn((listening) => serve({ clients: 2, print, listening }));
    const late = await rawClient('127.0.0.1', port);
    late.pause();
    // More than the systems' buffers hold: it is on its way until the client reads.
    const much = Buffer.alloc(24_000_000, pattern(65_521, 5));
    late.write(much);
    await slow;
    const little = pattern(BYTES, 6);
    expect((await exchange(await rawClient('127.0.0.1', port), little)).equals(little)).toBe(true);
    const answer = exchange(late, new Uint8Array(0));
    late.resume();
    expect((await answer).equals(much)).toBe(true);
    expect(await ended).toBe(0);
  });
});
