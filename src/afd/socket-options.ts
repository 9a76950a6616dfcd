// The settings of one socket that its own operations look at. How they are named, sized and checked on the way in and
// out is the option table's business (options/).

import type { Setting, SourceFilter } from '../drivers/contract.js';

/** A map that costs nothing until something is in it: most sockets never have any of these set. */
class Kept<K, V> implements Iterable<[K, V]> {
  private map: Map<K, V> | null = null;

  get(key: K): V | undefined {
    return this.map?.get(key);
  }

  set(key: K, value: V): void {
    this.map ??= new Map();
    this.map.set(key, value);
  }

  *[Symbol.iterator](): IterableIterator<[K, V]> {
    if (this.map !== null) yield* this.map;
  }

  clone(): Kept<K, V> {
    const copy = new Kept<K, V>();
    if (this.map !== null) copy.map = new Map(this.map);
    return copy;
  }
}

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
  /** Multicast groups joined, in order, with the sources that are heard. */
  sourceFilters: readonly SourceFilter[] = [];
  /** SIO_ENABLE_CIRCULAR_QUEUEING: a full queue of datagrams loses the oldest, not the newest. */
  circularQueue = false;
  /** SIO_UDP_CONNRESET: an ICMP port unreachable makes the next receive fail. */
  reportPortUnreachable = true;
  /** UDP_SEND_MSG_SIZE: the bytes of the datagrams that a send is cut into; 0 leaves it whole. */
  sendMessageSize = 0;
  /** What the driver was told, in the order it was first told; see options/inherit.ts. */
  driverSettings = new Kept<Setting, number>();
  /** Everything else, by `level:name`: values that are only kept, or kept and handed to the driver. */
  others = new Kept<string, number>();
  /** Byte-string values, by `level:name`. */
  blobs = new Kept<string, Uint8Array>();

  /** A copy, as an accepted socket takes over from its listener. Written out, for every accepted connection pays for it. */
  clone(): SocketOptions {
    const copy = new SocketOptions();
    copy.reuseAddress = this.reuseAddress;
    copy.exclusiveAddress = this.exclusiveAddress;
    copy.broadcast = this.broadcast;
    copy.lingerOn = this.lingerOn;
    copy.lingerSeconds = this.lingerSeconds;
    copy.oobInline = this.oobInline;
    copy.receiveBuffer = this.receiveBuffer;
    copy.sendBuffer = this.sendBuffer;
    copy.receiveTimeout = this.receiveTimeout;
    copy.sendTimeout = this.sendTimeout;
    copy.conditionalAccept = this.conditionalAccept;
    copy.pauseAccept = this.pauseAccept;
    copy.v6Only = this.v6Only;
    copy.keepAlive = this.keepAlive;
    copy.keepAliveIdle = this.keepAliveIdle;
    copy.keepAliveInterval = this.keepAliveInterval;
    copy.keepAliveCount = this.keepAliveCount;
    copy.sourceFilters = this.sourceFilters;
    copy.circularQueue = this.circularQueue;
    copy.reportPortUnreachable = this.reportPortUnreachable;
    copy.sendMessageSize = this.sendMessageSize;
    copy.driverSettings = this.driverSettings.clone();
    copy.others = this.others.clone();
    copy.blobs = this.blobs.clone();
    return copy;
  }
}
