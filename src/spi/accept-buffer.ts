// The buffer of AcceptEx: the first data, then both addresses in the transport's internal form. The provider that accepts
// writes it; GetAcceptExSockaddrs finds its way in it.
import { bytesOf } from '../abi/index.js';
import type { LPWSPGETACCEPTEXSOCKADDRS } from './extension-functions.js';

/** How much longer than a sockaddr the room for one must be. */
export const ACCEPT_ADDRESS_EXTRA = 16;

/** Where a sockaddr begins in its room: the local one is a TDI_ADDRESS_INFO, the remote one a TRANSPORT_ADDRESS. */
const LOCAL_AT = 10;
const REMOTE_AT = 6;
/** The length before a sockaddr does not count its family. */
const FAMILY_SIZE = 2;

/** The three lengths that AcceptEx and GetAcceptExSockaddrs are given, in bytes. */
export interface AcceptBufferLayout {
  readonly data: number;
  readonly local: number;
  readonly remote: number;
}

/** Writes two sockaddrs where the layout has them; the caller has checked that there is room. */
export function writeAcceptAddresses(
  buffer: Uint8Array,
  { data, local }: AcceptBufferLayout,
  localAddress: Uint8Array,
  remoteAddress: Uint8Array,
): void {
  write(buffer, data, LOCAL_AT, localAddress);
  write(buffer, data + local, REMOTE_AT, remoteAddress);
}

/** Head (an activity count of 0 for the local one), one address, its length, the address. */
function write(buffer: Uint8Array, start: number, at: number, address: Uint8Array): void {
  const view = new DataView(buffer.buffer, buffer.byteOffset + start, at);
  if (at === LOCAL_AT) view.setUint32(0, 0, true);
  view.setUint32(at - 6, 1, true);
  view.setUint16(at - FAMILY_SIZE, address.length - FAMILY_SIZE, true);
  buffer.set(address, start + at);
}

function read(buffer: Uint8Array, start: number, room: number, at: number): Uint8Array | null {
  if (room < at || start + room > buffer.length) return null;
  const view = new DataView(buffer.buffer, buffer.byteOffset + start, at);
  const length = view.getUint16(at - FAMILY_SIZE, true) + FAMILY_SIZE;
  const present = view.getUint32(at - 6, true) === 1 && at + length <= room;
  return present ? buffer.subarray(start + at, start + at + length) : null;
}

const NOTHING = new Uint8Array(0);

/**
 * Finds the addresses that a provider wrote, as windows on the buffer. Where there is none, the pointer is null and the
 * length 0.
 */
export const getAcceptExSockaddrs: LPWSPGETACCEPTEXSOCKADDRS = (
  lpOutputBuffer,
  dwReceiveDataLength,
  dwLocalAddressLength,
  dwRemoteAddressLength,
  LocalSockaddr,
  LocalSockaddrLength,
  RemoteSockaddr,
  RemoteSockaddrLength,
) => {
  const buffer = lpOutputBuffer === null ? NOTHING : bytesOf(lpOutputBuffer);
  const data = dwReceiveDataLength >>> 0;
  const room = dwLocalAddressLength >>> 0;
  const local = read(buffer, data, room, LOCAL_AT);
  const remote = read(buffer, data + room, dwRemoteAddressLength >>> 0, REMOTE_AT);
  if (LocalSockaddr !== null) LocalSockaddr.value = local;
  if (LocalSockaddrLength !== null) LocalSockaddrLength.value = local?.length ?? 0;
  if (RemoteSockaddr !== null) RemoteSockaddr.value = remote;
  if (RemoteSockaddrLength !== null) RemoteSockaddrLength.value = remote?.length ?? 0;
};
