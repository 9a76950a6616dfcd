// IPPROTO_UDP: checksums, and the cutting and joining of datagrams.
import * as abi from '../../abi/index.js';
import { WSAENOPROTOOPT } from '../../abi/index.js';
import { DATAGRAM, field, handed, kept, type Check, type Place } from './builders.js';
import type { OptionRule } from './rule.js';

function at(name: number): Place {
  return { level: abi.IPPROTO_UDP, name, kinds: DATAGRAM };
}

/** IPv6 datagrams must have a checksum. */
const ipv4Only: Check = (endpoint, value) => (value !== 0 && endpoint.family === 'ipv6' ? WSAENOPROTOOPT : 0);

/** The rows of IPPROTO_UDP. */
export const udpLevel: readonly OptionRule[] = [
  handed(at(abi.UDP_NOCHECKSUM), 'flag', { initial: 0, check: ipv4Only, setting: 'noChecksum' }),
  kept(at(abi.UDP_CHECKSUM_COVERAGE), 'flag', { initial: 1 }),
  field(at(abi.UDP_SEND_MSG_SIZE), 'dword', (endpoint) => endpoint.options.sendMessageSize, (endpoint, value) => {
    endpoint.options.sendMessageSize = value >>> 0;
    return 0;
  }),
  // The size is an upper bound: delivering every datagram by itself keeps the promise.
  kept(at(abi.UDP_RECV_MAX_COALESCED_SIZE), 'dword', { initial: 0 }),
];
