// What is told of a network when a test on it fails for want of an end: where everybody waits, and what is open.
import type { WaitingCall } from '../calls/waiting-calls.js';
import type { Host } from './host.js';

/** Where each host waits and what its netstat shows, to be read by people. */
export function describeHosts(hosts: Iterable<Host>): string {
  return [...hosts].map(describeHost).join('\n');
}

function describeHost(host: Host): string {
  if (!host.up) return `${host.name} (${host.addresses.join(', ')}) is down\n`;
  return [`${host.name} (${host.addresses.join(', ')})`, ...describeWaiting(host.waiting()), host.netstat().toString().replace(/^\n/, '')].join('\n');
}

function describeWaiting(calls: readonly WaitingCall[] | null): readonly string[] {
  if (calls === null) return ['  waits in calls that are not known: the network was made without noteCalls'];
  if (calls.length === 0) return ['  waits in no call of Winsock'];
  return calls.map(({ call, since }) => `  waits since ${seconds(since)} in ${call.toString()}`);
}

/** Milliseconds as a report shows them. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(6)} s`;
}
