// What the tests of the examples share: the families of this machine, raw Node peers, lines that were printed.
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AF_INET, AF_INET6 } from 'winsock2';

const faces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);

/** Whether the machine has ::1. */
const hasIpv6 = faces.some(({ address }) => address === '::1');

/** An interface that IPv6 groups can be reached by, on systems that give the loopback interface no way to them. */
export const hasIpv6Link = faces.some(({ address }) => address.startsWith('fe80:'));

export interface FamilyCase {
  readonly name: string;
  readonly family: number;
  readonly host: string;
  /** Why the family cannot be tested here, or null. */
  readonly skip: string | null;
}

export const families: readonly FamilyCase[] = [
  { name: 'IPv4', family: AF_INET, host: '127.0.0.1', skip: null },
  { name: 'IPv6', family: AF_INET6, host: '::1', skip: hasIpv6 ? null : 'this machine has no ::1' },
];

/** Lines, and a printer that collects them. */
export function collector(): { readonly lines: string[]; readonly print: (line: string) => void } {
  const lines: string[] = [];
  return { lines, print: (line) => lines.push(line) };
}

/** Starts `run` and gives its port as soon as it listens; a run that ends without listening is an error. */
export async function startOn(
  run: (listening: (port: number) => void) => Promise<number>,
): Promise<{ readonly port: number; readonly ended: Promise<number> }> {
  let ended: Promise<number> = Promise.resolve(-1);
  const port = await new Promise<number>((resolve, reject) => {
    ended = run(resolve);
    ended.then((code) => {
      reject(new Error(`ended with ${code} before it listened`));
    }, reject);
  });
  return { port, ended };
}

/** A raw Node echo server on `host`, on a port of the system's choice. */
export async function rawEchoServer(host: string): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer({ allowHalfOpen: true }, (peer) => peer.pipe(peer));
  server.listen(0, host);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** A raw Node client that is connected. */
export async function rawClient(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  return socket;
}

/** Sends `data`, ends, and returns everything that comes back. */
export async function exchange(socket: Socket, data: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.end(data);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

/** Bytes that differ from place to place and from one seed to the next. */
export function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7 + seed * 17) & 0xff);
}
