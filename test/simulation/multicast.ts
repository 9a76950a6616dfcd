// What joining groups takes in bytes: the structures that the options of multicast are given.
import { GROUP_REQ, GROUP_SOURCE_REQ } from 'winsock2';
import { socketAddress } from 'winsock2/testing';
import { int, ip } from './messages.js';

/** An IP_MREQ; the interface is an address, by default any. */
export function mreq(group: string, face = '0.0.0.0'): Uint8Array {
  return Uint8Array.of(...ip(group), ...ip(face));
}

/** An IP_MREQ_SOURCE. */
export function mreqSource(group: string, source: string, face = '0.0.0.0'): Uint8Array {
  return Uint8Array.of(...ip(group), ...ip(source), ...ip(face));
}

/** An IPV6_MREQ. */
export function mreq6(group: string, index = 0): Uint8Array {
  return Uint8Array.of(...ip(group), ...int(index));
}

/** A SOCKADDR_STORAGE with this address. */
export function storage(address: string): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set(socketAddress(address, 0).bytes);
  return bytes;
}

export function groupReq(group: string, index = 0): GROUP_REQ {
  const request = new GROUP_REQ();
  request.gr_interface = index;
  request.gr_group = storage(group);
  return request;
}

export function groupSourceReq(group: string, source: string, index = 0): GROUP_SOURCE_REQ {
  const request = new GROUP_SOURCE_REQ();
  request.gsr_interface = index;
  request.gsr_group = storage(group);
  request.gsr_source = storage(source);
  return request;
}
