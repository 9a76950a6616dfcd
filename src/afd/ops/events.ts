// Network events: selecting them and fetching the record. What they are is network-events.ts's.
import { FD_ALL_EVENTS, WSAEINVAL, type WSANETWORKEVENTS } from '../../abi/index.js';
import type { Event } from '../../win32/index.js';
import type { Endpoint } from '../endpoint.js';
import { NetworkEvents, type NotificationTarget } from '../network-events.js';

/**
 * Replaces the selection of network events and makes the endpoint non-blocking. `target` is looked at only where `wanted` is
 * not 0. Returns 0, or WSAEINVAL for events that do not exist or with nobody to tell them.
 */
export function selectEvents(
  endpoint: Endpoint,
  by: NotificationTarget['kind'],
  target: NotificationTarget | null,
  wanted: number,
): number {
  if ((wanted & ~FD_ALL_EVENTS) !== 0 || (wanted !== 0 && target === null)) return WSAEINVAL;
  endpoint.nonBlocking = true;
  // Cancelling what was never asked for leaves nothing to keep.
  if (wanted !== 0 || endpoint.networkEvents !== null) {
    NetworkEvents.of(endpoint).select(by, wanted === 0 ? null : target, wanted);
  }
  return 0;
}

/** Moves the record of network events to the caller and resets the event object, in one step; returns 0. */
export function takeEvents(endpoint: Endpoint, into: WSANETWORKEVENTS, reset: Event | null): number {
  if (endpoint.networkEvents !== null) {
    endpoint.networkEvents.take(into, reset);
    return 0;
  }
  into.lNetworkEvents = 0;
  reset?.reset();
  return 0;
}
