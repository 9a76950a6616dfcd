// What the raw sides of several rows have in common: a listening server, and a connection to it.
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

/** A server on a free loopback port, and that port. */
export async function listening(onConnection: (socket: net.Socket) => void): Promise<{ server: net.Server; port: number }> {
  const server = net.createServer(onConnection);
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** A connected socket. */
export async function connected(port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Sends back what comes. */
export function echo(socket: net.Socket): void {
  socket.on('data', (data) => socket.write(data));
}
