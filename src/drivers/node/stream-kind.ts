// Owns: what differs between TCP and local streams, as a value that stream.ts is given.
// Does not own: the stream itself.

import type { NetConnectOpts } from 'node:net';
import type { BindOptions, DriverError, Family, NetAddress } from '../contract.js';
import { fromNode, hostText, type NodeAddress } from './address.js';
import { bindTcp, type RawHandle } from './bound-handle.js';

/** One kind of stream. */
export interface StreamKind {
  readonly family: Family;
  /** A bound handle that does nothing else yet. */
  bind(address: NetAddress, options: BindOptions): RawHandle | DriverError;
  /** The local address of a handle; `bound` is what it, or its listener, was bound to (null: nothing). */
  localOf(handle: RawHandle, bound: NetAddress | null): NetAddress;
  /** The peer of a handle; `asked` is what was connected to (null: accepted). */
  remoteOf(handle: RawHandle, asked: NetAddress | null): NetAddress;
  /** How Node is told where to connect. */
  target(remote: NetAddress): NetConnectOpts;
}

/** TCP over one address family. */
export function tcpKind(family: 'ipv4' | 'ipv6'): StreamKind {
  return {
    family,
    bind: bindTcp,
    localOf(handle) {
      const out: NodeAddress = {};
      handle.getsockname?.(out);
      return fromNode(family, out);
    },
    remoteOf(handle, asked) {
      if (asked !== null) return asked;
      const out: NodeAddress = {};
      handle.getpeername?.(out);
      return fromNode(family, out);
    },
    target: (remote) => ({ host: hostText(remote), port: remote.port }),
  };
}
