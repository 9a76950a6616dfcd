// Owns: getting a handle that is bound and does nothing else yet, and what is done with stream handles whose members Node
// does not document. Nothing touches an undocumented member outside this file, stream-tap.ts, datagram-handle.ts,
// datagram-tap.ts and datagram-intake.ts.
// Does not own: what happens to the handle afterwards (stream.ts).

import net, { Socket } from 'node:net';
import type { BindOptions, DriverError, NetAddress } from '../contract.js';
import { hostText, type NodeAddress } from './address.js';
import { nameOfError, nameOfStatus } from './errors.js';

/** The part of Node's TCP and Pipe handles that is used here; the same on Node 20 to 26. Status 0 is success. */
export interface RawHandle {
  listen(backlog: number): number;
  close(): void;
  /** Close with a reset; TCP only. */
  reset?(closed: () => void): number;
  getsockname?(out: NodeAddress): number;
  getpeername?(out: NodeAddress): number;
  onconnection?: (status: number, client: RawHandle) => void;
}

type CreateServerHandle = (
  address: string,
  port: number,
  addressType: number,
  fd?: number,
  flags?: number,
) => RawHandle | number;

interface BoundSocketOptions {
  host?: string;
  port?: number;
  ipv6Only?: boolean;
  path?: string;
}

/** What newer Node documents and older Node hides; either may be missing. */
interface NetBinding {
  BoundSocket?: new (options: BoundSocketOptions) => object;
  _createServerHandle?: CreateServerHandle;
}

interface HandleOwner {
  _handle: RawHandle | null;
}

const UV_TCP_IPV6ONLY = 1;

/** Socket options that @types/node does not know: a ready handle, and not to read from it at once. */
export interface HandleOptions {
  readonly handle: RawHandle;
  readonly manualStart: true;
}

/** A TCP handle bound to `address`, or the error; a port conflict shows here and not at the first use. */
export function bindTcp(address: NetAddress, options: BindOptions): RawHandle | DriverError {
  const handle = createTcp(address, address.family === 'ipv6' && options.v6Only);
  if (typeof handle === 'string') return handle;
  // libuv keeps EADDRINUSE back until the handle is used.
  const status = handle.getsockname?.({}) ?? 0;
  if (status === 0) return handle;
  handle.close();
  return nameOfStatus(status);
}

/** A local-socket handle bound to a path, or the error. The path is unlinked by libuv when the handle closes. */
export function bindPath(path: string): RawHandle | DriverError {
  const { BoundSocket, _createServerHandle } = net as NetBinding;
  if (BoundSocket !== undefined && 'isPipe' in BoundSocket.prototype) return adopt(BoundSocket, { path });
  if (_createServerHandle === undefined) return 'ENOTSUP';
  return orName(_createServerHandle(path, -1, -1));
}

/** The handle under a socket, null when it has none. */
export function handleOf(socket: Socket): RawHandle | null {
  return (socket as unknown as HandleOwner)._handle;
}

function createTcp(address: NetAddress, v6Only: boolean): RawHandle | DriverError {
  const { BoundSocket, _createServerHandle } = net as NetBinding;
  const host = hostText(address);
  if (BoundSocket !== undefined) return adopt(BoundSocket, { host, port: address.port, ipv6Only: v6Only });
  if (_createServerHandle === undefined) return 'ENOTSUP';
  const addressType = address.family === 'ipv6' ? 6 : 4;
  return orName(_createServerHandle(host, address.port, addressType, undefined, v6Only ? UV_TCP_IPV6ONLY : 0));
}

function orName(result: RawHandle | number): RawHandle | DriverError {
  return typeof result === 'number' ? nameOfStatus(result) : result;
}

/**
 * Binds the documented way and takes the handle over. A socket is the only one that may adopt a BoundSocket before it is
 * known whether it will listen or connect.
 */
function adopt(BoundSocket: NonNullable<NetBinding['BoundSocket']>, options: BoundSocketOptions): RawHandle | DriverError {
  try {
    const handle = new BoundSocket(options) as RawHandle;
    const carrier = new Socket({ handle, manualStart: true } satisfies HandleOptions as object) as unknown as HandleOwner;
    const raw = carrier._handle;
    carrier._handle = null;
    return raw ?? 'ENOTSUP';
  } catch (error) {
    return nameOfError(error);
  }
}
