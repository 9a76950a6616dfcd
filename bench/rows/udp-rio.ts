// The datagram rows once more with registered I/O, against dgram as programs use it.
import type { Bench, Row, Winsock as Api } from '../row.js';
import * as ours from './ours.js';
import { Completions, Registered, boundSocket } from './rio.js';
import { BURST, udpOneWay } from './udp-oneway.js';
import { udpPingPong } from './udp-pingpong.js';

/** An address in registered memory takes as much as a SOCKADDR_INET. */
const ADDRESS = 28;
const PING = 64;
const BLOCK = 512;

function requests(api: Api, s: ReturnType<typeof boundSocket>['s'], { queue }: Completions, receives: number, sends: number) {
  const made = api.RIOCreateRequestQueue(s, receives, 1, sends, 1, queue, queue, 0);
  if (made === api.RIO_INVALID_RQ) throw new Error(`RIOCreateRequestQueue: ${api.WSAGetLastError()}`);
  return made;
}

function must(api: Api, done: number): void {
  if (done === 0) throw new Error(`registered I/O: ${api.WSAGetLastError()}`);
}

/** Two sockets of one completion queue, and the memory for a message there and back. */
function pair(api: Api) {
  const server = boundSocket(api);
  const client = boundSocket(api);
  const registered = new Registered(api, 4096);
  const results = new Completions(api, 8);
  const [served, called] = [requests(api, server.s, results, 2, 2), requests(api, client.s, results, 2, 2)];
  registered.memory.fill(0x65, 0, PING);
  return {
    server,
    client,
    registered,
    results,
    served,
    called,
    message: [registered.slice(0, PING)],
    answer: [registered.slice(128, PING)],
    echo: [registered.slice(256, PING)],
    close: async () => {
      await api.closesocket(client.s);
      await api.closesocket(server.s);
      results.close();
      registered.free();
    },
  };
}

/** The contexts of receives; that of sends is 0. */
const [SERVE, CALL] = [1, 2];

/** Round trips: `serve` answers and receives again, `call` receives and sends. */
async function exchange(results: Completions, count: number, serve: () => void, call: () => void): Promise<void> {
  let left = count;
  call();
  for (;;) {
    for (let taken = results.take(); taken > 0; taken = results.take()) {
      for (let i = 0; i < taken; i += 1) {
        const context = results.contexts[i];
        if (context === SERVE) serve();
        else if (context === CALL) {
          left -= 1;
          if (left === 0) return;
          call();
        }
      }
    }
    await results.wait();
  }
}

export const rioPingPong: Row = {
  ...udpPingPong,
  name: 'udp-rio-pingpong',
  title: `UDP with registered I/O between connected sockets, ${PING} bytes there and back`,

  ours: async (api) => {
    const { server, client, results, served, called, message, answer, echo, close } = pair(api);
    for (const [s, peer] of [[server.s, client], [client.s, server]] as const) {
      ours.check(api, 'connect', await api.connect(s, ours.loopback(api, peer.port), api.sockaddr_in.size));
    }
    const quiet = api.RIO_MSG_DONT_NOTIFY;
    const serveNext = (): void => must(api, api.RIOReceive(served, echo, 1, 0, SERVE));
    const serve = (): void => {
      must(api, api.RIOSend(served, echo, 1, quiet, 0));
      serveNext();
    };
    const call = (): void => {
      must(api, api.RIOReceive(called, answer, 1, 0, CALL));
      must(api, api.RIOSend(called, message, 1, quiet, 0));
    };
    serveNext();
    return { run: (count) => exchange(results, count, serve, call), close };
  },
};

export const rioAddressed: Row = {
  ...udpPingPong,
  name: 'udp-rio-addressed',
  title: `UDP with registered I/O and addresses (RIOSendEx, RIOReceiveEx), ${PING} bytes there and back`,

  ours: (api) => {
    const { server, registered, results, served, called, message, answer, echo, close } = pair(api);
    registered.memory.set(ours.loopback(api, server.port).bytes, 1024);
    const to = registered.slice(1024, ADDRESS);
    const from = registered.slice(1088, ADDRESS);
    const quiet = api.RIO_MSG_DONT_NOTIFY;
    const serveNext = (): void => must(api, api.RIOReceiveEx(served, echo, 1, null, from, null, null, 0, SERVE));
    const serve = (): void => {
      must(api, api.RIOSendEx(served, echo, 1, null, from, null, null, quiet, 0));
      serveNext();
    };
    const call = (): void => {
      must(api, api.RIOReceive(called, answer, 1, 0, CALL));
      must(api, api.RIOSendEx(called, message, 1, null, to, null, null, quiet, 0));
    };
    serveNext();
    return { run: (count) => exchange(results, count, serve, call), close };
  },
};

/** Bursts from one socket to another; `makeSend` makes what sends one datagram. */
async function oneWay(api: Api, makeSend: (way: OneWay) => (() => void) | Promise<() => void>): Promise<Bench> {
  const receiver = boundSocket(api);
  const sender = boundSocket(api);
  const registered = new Registered(api, 1024 + BLOCK * (BURST + 1));
  const { memory } = registered;
  const results = new Completions(api, 4 * BURST);
  const [receives, sends] = [requests(api, receiver.s, results, BURST, 1), requests(api, sender.s, results, 1, BURST)];
  memory.fill(0x66, 1024, 1024 + BLOCK);
  const slots = Array.from({ length: BURST }, (_, index) => [registered.slice(1024 + BLOCK * (index + 1), BLOCK)]);
  // A receive tells its slot, counted from 1, and 0 is a send.
  const quiet = api.RIO_MSG_DONT_NOTIFY;
  // One notification for each burst, by the receive that takes its last datagram.
  const receive = (slot: number): void => must(api, api.RIOReceive(receives, slots[slot]!, 1, slot === BURST - 1 ? 0 : quiet, slot + 1));
  for (let i = 0; i < BURST; i += 1) receive(i);
  const sendOne = await makeSend({ registered, port: receiver.port, sender: sender.s, sends, message: [registered.slice(1024, BLOCK)] });
  const send = (): void => {
    for (let i = 0; i < BURST; i += 1) sendOne();
  };
  return {
    run: async (count: number) => {
      let left = count * BURST;
      send();
      for (;;) {
        for (let taken = results.take(); taken > 0; taken = results.take()) {
          for (let i = 0; i < taken; i += 1) {
            const context = results.contexts[i] ?? 0;
            if (context === 0) continue;
            receive(context - 1);
            left -= 1;
            if (left === 0) return;
            if (left % BURST === 0) send();
          }
        }
        await results.wait();
      }
    },
    close: async () => {
      await api.closesocket(sender.s);
      await api.closesocket(receiver.s);
      results.close();
      registered.free();
    },
  };
}

/** What a burst is sent with. */
interface OneWay {
  readonly registered: Registered;
  readonly port: number;
  readonly sender: ReturnType<typeof boundSocket>['s'];
  readonly sends: ReturnType<typeof requests>;
  readonly message: ReturnType<Registered['slice']>[];
}

export const rioOneWay: Row = {
  ...udpOneWay,
  name: 'udp-rio-oneway',
  title: `UDP with registered I/O from a connected socket, ${BLOCK} bytes one way, bursts of ${BURST}`,

  ours: (api) =>
    oneWay(api, async ({ port, sender, sends, message }) => {
      ours.check(api, 'connect', await api.connect(sender, ours.loopback(api, port), api.sockaddr_in.size));
      const quiet = api.RIO_MSG_DONT_NOTIFY;
      return () => must(api, api.RIOSend(sends, message, 1, quiet, 0));
    }),
};

export const rioAddressedOneWay: Row = {
  ...udpOneWay,
  name: 'udp-rio-addressed-oneway',
  title: `UDP with registered I/O and addresses (RIOSendEx), ${BLOCK} bytes one way, bursts of ${BURST}`,

  ours: (api) =>
    oneWay(api, ({ registered, port, sends, message }) => {
      const quiet = api.RIO_MSG_DONT_NOTIFY;
      registered.memory.set(ours.loopback(api, port).bytes, 0);
      const to = registered.slice(0, ADDRESS);
      return () => must(api, api.RIOSendEx(sends, message, 1, null, to, null, null, quiet, 0));
    }),
};
