// The settings of one socket that its own operations look at. How they are named, sized and checked on the way in and
// out is the option table's business (options/).

import type { Membership, Setting } from '../drivers/contract.js';

/** The values behind a socket's options, as a fresh socket has them. */
export class SocketOptions {
  reuseAddress = false;
  exclusiveAddress = false;
  broadcast = false;
  lingerOn = false;
  lingerSeconds = 0;
  oobInline = false;
  receiveBuffer = 65536;
  sendBuffer = 65536;
  /** Milliseconds, 0 for ever. */
  receiveTimeout = 0;
  sendTimeout = 0;
  conditionalAccept = false;
  pauseAccept = false;
  v6Only = true;
  /** Keep-alive probes: whether, after how many idle milliseconds, how far apart, how many. */
  keepAlive = false;
  keepAliveIdle = 7_200_000;
  keepAliveInterval = 1000;
  keepAliveCount = 10;
  /** Multicast groups joined, in order. */
  memberships: readonly Membership[] = [];
  /** SIO_ENABLE_CIRCULAR_QUEUEING: a full queue of datagrams loses the oldest, not the newest. */
  circularQueue = false;
  /** SIO_UDP_CONNRESET: an ICMP port unreachable makes the next receive fail. */
  reportPortUnreachable = true;
  /** What the driver was told, in the order it was first told; see options/inherit.ts. */
  readonly driverSettings = new Map<Setting, number>();
  /** Everything else, by `level:name`: values that are only kept, or kept and handed to the driver. */
  readonly others = new Map<string, number>();
  /** Byte-string values, by `level:name`. */
  readonly blobs = new Map<string, Uint8Array>();

  /** A copy, as an accepted socket takes over from its listener. */
  clone(): SocketOptions {
    const copy = new SocketOptions();
    const { driverSettings, others, blobs } = copy;
    Object.assign(copy, this, { driverSettings, others, blobs });
    for (const [setting, value] of this.driverSettings) driverSettings.set(setting, value);
    for (const [key, value] of this.others) others.set(key, value);
    for (const [key, value] of this.blobs) blobs.set(key, value);
    return copy;
  }
}
