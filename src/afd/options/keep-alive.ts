// Keep-alive: one setting that SO_KEEPALIVE, the TCP_KEEP* options and SIO_KEEPALIVE_VALS all look at.
import type { Endpoint } from '../endpoint.js';
import { tellDriver } from './inherit.js';

/** What of it changes; times in milliseconds. */
export interface KeepAliveChange {
  readonly on?: boolean;
  readonly idle?: number;
  readonly interval?: number;
  readonly count?: number;
}

/** Changes the setting and tells the driver; returns 0 or the error. */
export function changeKeepAlive(endpoint: Endpoint, change: KeepAliveChange): number {
  const { options } = endpoint;
  options.keepAlive = change.on ?? options.keepAlive;
  options.keepAliveIdle = change.idle ?? options.keepAliveIdle;
  options.keepAliveInterval = change.interval ?? options.keepAliveInterval;
  options.keepAliveCount = change.count ?? options.keepAliveCount;
  // The times come first: switching on is what makes a driver use them.
  return (
    tellDriver(endpoint, 'keepAliveIdleMs', options.keepAliveIdle) ||
    tellDriver(endpoint, 'keepAliveIntervalMs', options.keepAliveInterval) ||
    tellDriver(endpoint, 'keepAliveCount', options.keepAliveCount) ||
    tellDriver(endpoint, 'keepAlive', options.keepAlive ? 1 : 0)
  );
}
