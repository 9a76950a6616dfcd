// The capture layer: what is in the file after connections and datagrams went through it, blocking and overlapped.
import { afterEach, describe, expect, it } from 'vitest';
import { captureLayer } from 'winsock2/layers/capture';
import * as ipv4 from '../../src/drivers/sim/wire/ipv4.js';
import * as tcp from '../../src/drivers/sim/wire/tcp.js';
import * as udp from '../../src/drivers/sim/wire/udp.js';
import { noTshark, tshark } from '../testing/tshark.js';
import { LayeredWorld, api, dial, endpoint, listenOn, must, start } from './world.js';

let world: LayeredWorld;
afterEach(() => world.end());

const size = api.sockaddr_in.size;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A client whose sockets are captured; what comes back is the file so far. */
function captured(): () => Uint8Array {
  const pieces: Uint8Array[] = [];
  const own = captureLayer({ write: (piece) => pieces.push(piece) });
  world = new LayeredWorld(['own'], { modules: { own } });
  return () => Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** The packets of a file, each as a line: which way, which flags, which data. */
function packetsIn(file: Uint8Array): string[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const lines: string[] = [];
  for (let at = 0; at < file.length; at += view.getUint32(at + 4, true)) {
    if (view.getUint32(at, true) !== 6) continue;
    lines.push(lineOf(file.subarray(at + 28, at + 28 + view.getUint32(at + 20, true))));
  }
  return lines;
}

function lineOf(packet: Uint8Array): string {
  expect(ipv4.check(packet)).toBe(null);
  const sum = ipv4.pseudoSum(packet, 0, packet[9] ?? 0, packet.length - 20);
  const way = api.inet_ntoa(new api.in_addr(packet.subarray(12, 16))) === world.address('client') ? '>' : '<';
  if (packet[9] === 17) {
    expect(udp.checksumGood(packet, 20, packet.length, sum)).toBe(true);
    return `${way} ${new TextDecoder().decode(packet.subarray(28))}`;
  }
  expect(tcp.checksumGood(packet, 20, packet.length, sum)).toBe(true);
  const flags = Object.entries(tcp.FLAG).filter(([, bit]) => (tcp.flags(packet, 20) & bit) !== 0).map(([name]) => name);
  const text = new TextDecoder().decode(packet.subarray(40));
  return `${way} ${flags.join(' ')} ${String(tcp.sequence(packet, 20))}/${String(tcp.acknowledgment(packet, 20))}${text === '' ? '' : ` ${text}`}`;
}

type Exchange = (s: api.SOCKET) => Promise<void>;

/** Connects, has `exchange` send `ping` and receive `pong`, and closes. */
async function pingPong(exchange: Exchange): Promise<void> {
  const served = world.server.run(async () => {
    await start();
    const s = await api.accept(listenOn(7000), null, null);
    await api.recv(s, new Uint8Array(8), 8, 0);
    await world.sleep(5);
    must('send', await api.send(s, bytes('pong'), 4, 0));
    await api.recv(s, new Uint8Array(8), 8, 0);
    await api.closesocket(s);
  });
  await world.client.run(async () => {
    await start();
    const { s } = await dial(world.address('server'), 7000);
    await exchange(s);
    api.shutdown(s, api.SD_SEND);
    expect(await api.recv(s, new Uint8Array(8), 8, 0)).toBe(0);
    await api.closesocket(s);
  });
  await served;
}

const blocking: Exchange = async (s) => {
  must('send', await api.send(s, bytes('ping'), 4, 0));
  expect(await api.recv(s, new Uint8Array(8), 8, api.MSG_PEEK)).toBe(4);
  expect(await api.recv(s, new Uint8Array(8), 8, 0)).toBe(4);
};

const overlapped: Exchange = async (s) => {
  const operation = new api.OVERLAPPED({ hEvent: api.WSACreateEvent() });
  api.WSARecv(s, [new api.WSABUF(2, new Uint8Array(2)), new api.WSABUF(8, new Uint8Array(8))], 2, null, api.ref(0), operation, null);
  expect(api.WSAGetLastError()).toBe(api.WSA_IO_PENDING);
  await api.WSASend(s, [new api.WSABUF(2, bytes('pi')), new api.WSABUF(2, bytes('ng'))], 2, api.ref(0), 0, null, null);
  await api.WSAWaitForMultipleEvents(1, [operation.hEvent], 1, api.WSA_INFINITE, 0);
};

const CONNECTION = [
  '> syn 0/0',
  '< syn ack 0/1',
  '> ack 1/1',
  '> psh ack 1/1 ping',
  '< psh ack 1/5 pong',
  '> fin ack 5/5',
  '< fin ack 5/6',
];

describe('a connection', () => {
  it.each([['blocking', blocking], ['overlapped', overlapped]] as const)('is in the file with its data: %s', async (_name, exchange) => {
    const file = captured();
    await pingPong(exchange);
    expect(packetsIn(file())).toEqual(CONNECTION);
  });

  it('that was accepted begins at the other side', async () => {
    const file = captured();
    const listening = world.client.run(async () => {
      await start();
      const s = await api.accept(listenOn(7000), null, null);
      await api.recv(s, new Uint8Array(8), 8, 0);
    });
    await world.server.run(async () => {
      await start();
      const { s } = await dial(world.address('client'), 7000);
      await api.send(s, bytes('ping'), 4, 0);
    });
    await listening;
    expect(packetsIn(file())).toEqual(['< syn 0/0', '> syn ack 0/1', '< ack 1/1', '< psh ack 1/1 ping']);
  });
});

describe('datagrams', () => {
  it('are in the file with their addresses, both ways', async () => {
    const file = captured();
    const served = world.server.run(async () => {
      await start();
      const s = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
      must('bind', api.bind(s, endpoint('0.0.0.0', 7000), size));
      const from = new api.sockaddr_in();
      await api.recvfrom(s, new Uint8Array(8), 8, 0, from, api.ref<number>(size));
      await api.sendto(s, bytes('pong'), 4, 0, from, size);
    });
    await world.client.run(async () => {
      await start();
      await world.sleep(5);
      const s = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
      must('bind', api.bind(s, endpoint(world.address('client'), 0), size));
      await api.sendto(s, bytes('ping'), 4, 0, endpoint(world.address('server'), 7000), size);
      await api.recvfrom(s, new Uint8Array(8), 8, 0, new api.sockaddr_in(), api.ref<number>(size));
    });
    await served;
    expect(packetsIn(file())).toEqual(['> ping', '< pong']);
  });
});

describe('the file', () => {
  it.skipIf(noTshark !== null)(`has nothing that Wireshark finds wrong${noTshark === null ? '' : `: ${noTshark}`}`, async () => {
    const file = captured();
    await pingPong(overlapped);
    expect(await tshark(file(), '_ws.malformed || _ws.expert.severity >= 6291456', ['frame.number', '_ws.col.Info'])).toEqual([]);
    expect(await tshark(file(), 'tcp.payload', ['tcp.payload'])).toEqual([['70696e67'], ['706f6e67']]);
  });

  it('is where the setting says', async () => {
    world = new LayeredWorld(['winsock2/layers/capture?file=a.pcapng']);
    await pingPong(blocking);
    expect(packetsIn(world.content('a.pcapng') ?? new Uint8Array(0))).toEqual(CONNECTION);
  });

  it.each([['', "there is no setting 'file'"], ['?file=a&size=3', "there is no setting 'size'; there are file"]])(
    'fails the start with a reason: %s',
    async (query, reason) => {
      world = new LayeredWorld([`winsock2/layers/capture${query}`]);
      world.listen();
      await world.client.run(async () => {
        await start();
        expect(api.socket(api.AF_INET, api.SOCK_STREAM, 0)).toBe(api.INVALID_SOCKET);
      });
      expect(world.notes.flatMap(({ args }) => args).some((arg) => String(arg).includes(reason))).toBe(true);
    },
  );
});
