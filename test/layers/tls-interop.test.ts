// The TLS layer and Node's own servers and clients, over real loopback.
import { once } from 'node:events';
import { connect as connectTcp, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { connect, createServer, type SecureVersion, type Server, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { World } from '../api/world.js';
import { loopback } from '../api/world.js';
import { stackedWorld } from '../layered/world.js';
import { AF_INET, IPPROTO_TCP, MSG_WAITALL, SD_SEND, SOCK_STREAM, SOCKET_ERROR } from '../../src/abi/index.js';
import { ref, sockaddr_in, type SOCKET } from '../../src/abi/index.js';
import { Material, fixture } from './tls-world.js';

let material: Material;
const ends: (() => unknown)[] = [];
beforeAll(() => {
  material = new Material();
});
afterAll(() => {
  material.remove();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A process with the layer. */
async function worldOf(module: string): Promise<World> {
  const world = await stackedWorld([module]);
  ends.push(() => world.host.dispose());
  return world;
}

/** A server of Node's; its port, and what comes to it. */
async function nodeServer(served: (socket: TLSSocket) => void, version: SecureVersion = 'TLSv1.3'): Promise<number> {
  const options = { cert: fixture('server'), key: fixture('server-key'), allowHalfOpen: true, maxVersion: version };
  const server: Server = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    served(socket);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function dial(world: World, port: number): Promise<SOCKET | string> {
  const { ws } = world;
  const s = ws.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  return (await ws.connect(s, loopback(port), sockaddr_in.size)) === SOCKET_ERROR ? world.lastError() : s;
}

async function dialled(world: World, port: number): Promise<SOCKET> {
  const s = await dial(world, port);
  if (typeof s === 'string') throw new Error(s);
  return s;
}

/** What recv gives: text, '' at the end, or the error's name. */
async function heard(world: World, s: SOCKET, length: number): Promise<string> {
  const buffer = new Uint8Array(length);
  const count = await world.ws.recv(s, buffer, length, MSG_WAITALL);
  return count === SOCKET_ERROR ? world.lastError() : new TextDecoder().decode(buffer.subarray(0, count));
}

const say = ({ ws }: World, s: SOCKET, words: string): Promise<number> | number =>
  ws.send(s, new TextEncoder().encode(words), words.length, 0);

/** A listening socket of the layer's process, and its port. */
function listening({ ws }: World): { s: SOCKET; port: number } {
  const s = ws.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const name = loopback();
  expect([ws.bind(s, name, sockaddr_in.size), ws.listen(s, 5)]).toEqual([0, 0]);
  expect(ws.getsockname(s, name, ref(sockaddr_in.size))).toBe(0);
  return { s, port: ws.ntohs(name.sin_port) };
}

it.each(['TLSv1.2', 'TLSv1.3'] as const)('a client of the layer talks %s to a server of Node', async (version) => {
  const words = 'hello '.repeat(50_000);
  let seen = '';
  const port = await nodeServer((socket) => {
    let got = '';
    socket.on('data', (bytes: Buffer) => (got += bytes.toString()));
    socket.on('end', () => {
      seen = `${String(socket.getProtocol())} ${String(socket.servername)} ${String(got === words)}`;
      socket.end(got);
    });
  }, version);
  const world = await worldOf(material.client('ca', '&servername=server.test'));
  const s = await dialled(world, port);
  expect(await say(world, s, words)).toBe(words.length);
  expect(world.ws.shutdown(s, SD_SEND)).toBe(0);
  expect(await heard(world, s, words.length) === words).toBe(true);
  expect(await heard(world, s, 1)).toBe('');
  expect(await world.ws.closesocket(s)).toBe(0);
  expect(seen).toBe(`${version} server.test true`);
});

it('a server of the layer talks to a client of Node', async () => {
  const world = await worldOf(material.server());
  const { s, port } = listening(world);
  const options = { port, host: '127.0.0.1', ca: fixture('ca'), allowHalfOpen: true };
  const client = connect(options);
  ends.push(() => client.destroy());
  // Before anybody has accepted it.
  await once(client, 'secureConnect');
  expect(client.authorized).toBe(true);
  const accepted = await world.ws.accept(s, null, null);
  client.end('ping');
  expect(await heard(world, accepted, 4)).toBe('ping');
  expect(await heard(world, accepted, 1)).toBe('');
  await say(world, accepted, 'pong');
  let got = '';
  client.on('data', (bytes: Buffer) => (got += bytes.toString()));
  const ended = once(client, 'end');
  expect(await world.ws.closesocket(accepted)).toBe(0);
  await ended;
  expect(got).toBe('pong');
});

it('connect fails when the certificate of a server of Node leads to another authority', async () => {
  const port = await nodeServer(() => undefined);
  expect(await dial(await worldOf(material.client('other-ca')), port)).toBe('WSAECONNREFUSED');
});

/** What is between a client and Node's server, and may do something to it. */
interface Between {
  readonly port: number;
  /** Ends the stream to the client. */
  cut: () => void;
  /** Changes a bit of what goes to the client from now on. */
  tampers: boolean;
}

async function between(port: number): Promise<Between> {
  const server = createTcpServer((near) => {
    const far = connectTcp(port, '127.0.0.1').on('data', (bytes: Buffer) => {
      const last = bytes.length - 1;
      if (one.tampers) bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
      near.write(bytes);
    });
    far.on('error', () => undefined);
    near.on('data', (bytes: Buffer) => far.write(bytes)).on('error', () => undefined);
    ends.push(() => far.destroy());
    one.cut = () => near.end();
  }).listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
  const one: Between = { port: (server.address() as AddressInfo).port, cut: () => undefined, tampers: false };
  return one;
}

it('a stream that ends without a close_notify is reset', async () => {
  const relay = await between(await nodeServer((socket) => socket.write('half')));
  const world = await worldOf(material.client());
  const s = await dialled(world, relay.port);
  expect(await heard(world, s, 4)).toBe('half');
  relay.cut();
  expect(await heard(world, s, 1)).toBe('WSAECONNRESET');
});

it('a record that was tampered with ends the connection', async () => {
  const relay = await between(await nodeServer((socket) => socket.on('data', () => socket.write('half'))));
  const world = await worldOf(material.client());
  const s = await dialled(world, relay.port);
  await say(world, s, 'a');
  expect(await heard(world, s, 4)).toBe('half');
  relay.tampers = true;
  await say(world, s, 'b');
  expect(await heard(world, s, 4)).toBe('WSAECONNABORTED');
});

it('a server with a certificate goes on while somebody connects and says nothing', async () => {
  const world = await worldOf(material.server());
  const { s, port } = listening(world);
  const silent = connectTcp(port, '127.0.0.1');
  ends.push(() => silent.destroy());
  await once(silent, 'connect');
  const client = connect({ port, host: '127.0.0.1', ca: fixture('ca') });
  ends.push(() => client.destroy());
  await once(client, 'secureConnect');
  await world.ws.accept(s, null, null);
  const second = await world.ws.accept(s, null, null);
  client.write('ping');
  expect(await heard(world, second, 4)).toBe('ping');
});

it('a client with which the server has nothing in common is told so by an alert', async () => {
  const world = await worldOf(material.server());
  const { s, port } = listening(world);
  // The certificate's key is none of RSA.
  const client = connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' });
  ends.push(() => client.destroy());
  const [error] = (await once(client, 'error').catch((thrown: unknown) => [thrown])) as [Error];
  expect(error.message).toMatch(/alert handshake failure/);
  expect(await heard(world, await world.ws.accept(s, null, null), 1)).toBe('WSAECONNABORTED');
});
