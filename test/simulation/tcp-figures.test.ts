// SIO_TCP_INFO tells what the stack knows, and that is what has happened.
import { describe, expect, it } from 'vitest';
import {
  SD_SEND,
  SIO_TCP_INFO,
  SOL_SOCKET,
  SO_CONNECT_TIME,
  TCPSTATE_CLOSE_WAIT,
  TCPSTATE_ESTABLISHED,
  TCPSTATE_FIN_WAIT_2,
  TCP_INFO_v0,
  ref,
} from 'winsock2';
import { ROUND_TRIP, connected, drain, figures, get, onTwoHosts, open, outcome, send, shutdown } from './tcp-world.js';

describe('SIO_TCP_INFO', () => {
  it(
    'counts the bytes of both directions, once each on a clean link',
    onTwoHosts(async ({ client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      const sending = send(c, new Uint8Array(123_456));
      expect(await drain(s, 123_456)).toBe(123_456);
      await sending;
      await send(s, 'thanks');
      await drain(c, 6);
      expect(await figures(c)).toMatchObject({
        State: TCPSTATE_ESTABLISHED,
        BytesOut: 123_456n,
        BytesIn: 6n,
        BytesRetrans: 0,
        FastRetrans: 0,
        TimeoutEpisodes: 0,
        SynRetrans: 0,
        Mss: 1460,
      });
      expect(await figures(s)).toMatchObject({ BytesOut: 6n, BytesIn: 123_456n, BytesReordered: 0 });
    }),
  );

  it(
    'tells the round trip of the link',
    onTwoHosts(async ({ client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      expect(await figures(c)).toMatchObject({ RttUs: ROUND_TRIP * 1000, MinRttUs: ROUND_TRIP * 1000 });
      for (let i = 0; i < 20; i += 1) {
        await send(c, 'ping');
        await drain(s, 4);
        await send(s, 'pong');
        await drain(c, 4);
      }
      expect(await figures(c)).toMatchObject({ RttUs: ROUND_TRIP * 1000, MinRttUs: ROUND_TRIP * 1000 });
    }),
  );

  it(
    'tells how long there has been a connection, as SO_CONNECT_TIME does',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c } = await connected(client, server);
      const before = net.clock.now();
      await net.sleep(12_345);
      // The test went on when the other end had accepted, half a round trip after this one was connected.
      const since = net.clock.now() - before + ROUND_TRIP / 2;
      expect((await figures(c)).ConnectionTimeMs).toBe(BigInt(since));
      expect(get(c, SOL_SOCKET, SO_CONNECT_TIME)).toBe(12);
    }),
  );

  it(
    'counts what was sent again, and why',
    onTwoHosts(async ({ net, client, server }) => {
      net.rule({ name: 'a SYN lost', from: client, when: ({ syn }) => syn, times: 1, verdict: 'drop' });
      const { client: c, server: s } = await connected(client, server);
      expect(await figures(c)).toMatchObject({ SynRetrans: 1, BytesRetrans: 0 });
      const full = ({ payloadLength }: { payloadLength: number }): boolean => payloadLength === 1460;
      const lost = net.rule({ name: 'data lost', from: client, when: full, skip: 20, times: 1, verdict: 'drop' });
      const sending = send(c, new Uint8Array(100_000));
      expect(await drain(s, 100_000)).toBe(100_000);
      await sending;
      expect(lost.hits).toBe(1);
      const info = await figures(c);
      expect(info).toMatchObject({ FastRetrans: 1, BytesRetrans: 1460, TimeoutEpisodes: 0 });
      expect(info.DupAcksIn).toBeGreaterThanOrEqual(3);
      // What the program sent is all of it; what the stack sent is that and what was lost.
      expect(info.BytesOut).toBe(101_460n);
      expect((await figures(s)).BytesReordered).toBeGreaterThan(0);
    }),
  );

  it(
    'counts timeouts as episodes, not one by one',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      const partition = net.partition(client, server);
      await send(c, 'hello');
      await net.sleep(2000);
      partition.heal();
      await drain(s, 5);
      await net.sleep(1000);
      expect(await figures(c)).toMatchObject({ TimeoutEpisodes: 1, BytesRetrans: 15 });
    }),
  );

  it(
    'tells what is on its way, and the windows',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c } = await connected(client, server);
      await send(c, new Uint8Array(3000));
      const info = await figures(c);
      expect(info).toMatchObject({ BytesInFlight: 3000 - (3000 % 1460), Cwnd: 14_600 });
      expect(info.SndWnd).toBeGreaterThanOrEqual(65_535);
      await net.sleep(1000);
      expect((await figures(c)).BytesInFlight).toBe(0);
    }),
  );

  it(
    'tells the state',
    onTwoHosts(async ({ net, client, server }) => {
      const { client: c, server: s } = await connected(client, server);
      shutdown(c, SD_SEND);
      await net.sleep(1000);
      expect((await figures(c)).State).toBe(TCPSTATE_FIN_WAIT_2);
      expect((await figures(s)).State).toBe(TCPSTATE_CLOSE_WAIT);
    }),
  );

  it(
    'has an older version, and nothing to tell without a connection',
    onTwoHosts(async ({ client, server }) => {
      const { client: c } = await connected(client, server);
      const ask = (socket: typeof c.socket, version: number): Promise<number | string> => {
        const input = Uint8Array.of(version, 0, 0, 0);
        const info = new TCP_INFO_v0();
        const call = client.winsock.WSAIoctl(socket, SIO_TCP_INFO, input, 4, info, TCP_INFO_v0.size, ref(0), null, null);
        return outcome(client, call);
      };
      expect(await ask(c.socket, 0)).toBe(0);
      // There is no room for the newer one.
      expect(await ask(c.socket, 1)).toBe('WSAEINVAL');
      expect(await ask((await open(client)).socket, 0)).toBe('WSAENOTCONN');
    }),
  );
});
