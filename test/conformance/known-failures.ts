// What is known not to hold yet. Both lists are checked by conformance.test.ts: a known failure that starts to pass
// fails the test, so that it is taken off the list; so does one that fails in other lines than are named here, so that a
// scenario on the list still guards the rest of what it says.
import type { DriverName } from './runner/host.js';

/** A scenario that fails on one driver, and why. */
export interface KnownFailure {
  readonly driver: DriverName;
  /** Below scenarios/, as `tcp/oob.ws2`. */
  readonly file: string;
  /** The lines of the scenario whose results differ, and no others. */
  readonly lines: readonly number[];
  readonly reason: string;
}

const NO_URGENT_DATA = "urgent data (MSG_OOB) on a real TCP connection is out of Node's reach";
const NO_PACKET_INFO = 'Node tells nothing with a datagram but its sender';

/** Scenarios of the areas that are run, which must fail. There is none for the simulated network. */
export const knownFailures: readonly KnownFailure[] = [
  { driver: 'node', file: 'asyncselect/urgent.ws2', lines: [6, 8, 10], reason: NO_URGENT_DATA },
  { driver: 'node', file: 'events/urgent.ws2', lines: [8, 12, 14, 18, 30, 34, 36, 39], reason: NO_URGENT_DATA },
  { driver: 'node', file: 'ioctl/fionread.ws2', lines: [42], reason: NO_URGENT_DATA },
  { driver: 'node', file: 'poll/urgent.ws2', lines: [4, 8, 10, 18, 22], reason: NO_URGENT_DATA },
  { driver: 'node', file: 'select/urgent.ws2', lines: [4, 8, 10], reason: NO_URGENT_DATA },
  { driver: 'node', file: 'tcp/oob.ws2', lines: [10, 14, 16], reason: NO_URGENT_DATA },
  {
    driver: 'node',
    file: 'udp/port-unreachable.ws2',
    lines: [18],
    reason: 'the system tells an unconnected datagram socket of an unreachable port only if IP_RECVERR is set, which Node does not do',
  },
  { driver: 'node', file: 'extensions/recvmsg.ws2', lines: [22, 28, 38], reason: NO_PACKET_INFO },
  { driver: 'node', file: 'extensions/recvmsg-ipv6.ws2', lines: [16], reason: NO_PACKET_INFO },
];

/** A folder of scenarios that is not run yet, and why. */
export interface LaterArea {
  readonly area: string;
  readonly reason: string;
  /** Those of its scenarios, without `.ws2`, that are run all the same. */
  readonly but?: readonly string[];
}

/** Areas whose functions are still to be written. */
export const laterAreas: readonly LaterArea[] = [];
