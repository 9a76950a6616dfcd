// The codes of the secure socket extensions. This machine has no IPsec and no policy for it: what is asked is checked as
// documented and then refused. Nothing is ever secured here, so nothing is remembered either.
import * as abi from '../../abi/index.js';
import type { DatagramEndpoint } from '../datagram-endpoint.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { refused } from './builders.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';

/** Where SOCKET_PEER_TARGET_NAME has its text. */
const TARGET_NAME_AT = 140;
const KNOWN_FLAGS = abi.SOCKET_SETTINGS_GUARANTEE_ENCRYPTION | abi.SOCKET_SETTINGS_ALLOW_INSECURE;

/** Looks at what a caller passed; 0 or the error. */
type Check = (endpoint: StreamEndpoint | DatagramEndpoint, input: Uint8Array) => number;

function secured(endpoint: Endpoint): endpoint is StreamEndpoint | DatagramEndpoint {
  return endpoint.family !== 'unix' && !endpoint.isRaw;
}

/** A code that is for TCP and UDP sockets only, and refused there too when `check` finds nothing else to say. */
function beyond(code: number, check: Check): ControlRule {
  return refused(code, (endpoint, input): ControlOutcome => {
    if (!secured(endpoint)) return outcome(abi.WSAEINVAL);
    return outcome(check(endpoint, input) || abi.WSAEOPNOTSUPP);
  });
}

/** Whether the bytes begin with the socket address of an internet host. */
function familyOf(bytes: Uint8Array): number {
  return bytes.length < 2 ? abi.AF_UNSPEC : (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
}

function isInternet(family: number): boolean {
  return family === abi.AF_INET || family === abi.AF_INET6;
}

/** Security is a matter of before: of an unbound and unconnected socket. */
function settings(endpoint: StreamEndpoint | DatagramEndpoint, input: Uint8Array): number {
  if (endpoint.remote !== null) return abi.WSAEISCONN;
  if (endpoint.local !== null) return abi.WSAEINVAL;
  // None at all stands for the default ones.
  if (input.length === 0) return 0;
  if (input.length < abi.SOCKET_SECURITY_SETTINGS.size) return abi.WSAEMSGSIZE;
  const { SecurityProtocol, SecurityFlags } = new abi.SOCKET_SECURITY_SETTINGS(input);
  const known = SecurityProtocol >= 0 && SecurityProtocol < abi.SOCKET_SECURITY_PROTOCOL_INVALID;
  return known && (SecurityFlags & ~KNOWN_FLAGS) === 0 ? 0 : abi.WSAEINVAL;
}

/** A connection has one peer; whoever asks about datagrams has to say which peer is meant. */
function template(endpoint: StreamEndpoint | DatagramEndpoint, input: Uint8Array): number {
  const stream = endpoint instanceof StreamEndpoint;
  if (stream && input.length === 0) return 0;
  if (input.length < abi.SOCKET_SECURITY_QUERY_TEMPLATE.size) return abi.WSAEMSGSIZE;
  const { PeerAddress } = new abi.SOCKET_SECURITY_QUERY_TEMPLATE(input);
  return stream || isInternet(familyOf(PeerAddress.bytes)) ? 0 : abi.WSAEAFNOSUPPORT;
}

function targetName(endpoint: StreamEndpoint | DatagramEndpoint, input: Uint8Array): number {
  if (input.length === 0) return abi.WSAEFAULT;
  if (endpoint.remote !== null) return abi.WSAEISCONN;
  if (input.length < abi.SOCKET_PEER_TARGET_NAME.size) return abi.WSAEMSGSIZE;
  const name = new abi.SOCKET_PEER_TARGET_NAME(input);
  if (TARGET_NAME_AT + name.PeerTargetNameStringLen > input.length) return abi.WSAEMSGSIZE;
  if (endpoint instanceof StreamEndpoint) return 0;
  const peer = name.PeerAddress.bytes;
  // Behind the family are the port and the address.
  if (peer.subarray(2).every((byte) => byte === 0)) return abi.WSAEINVAL;
  return isInternet(familyOf(peer)) ? 0 : abi.WSAEAFNOSUPPORT;
}

function peerAddress(_endpoint: Endpoint, input: Uint8Array): number {
  if (input.length === 0) return abi.WSAEFAULT;
  const family = familyOf(input);
  if (input.length >= 2 && !isInternet(family)) return abi.WSAEAFNOSUPPORT;
  return input.length < (family === abi.AF_INET6 ? abi.sockaddr_in6.size : abi.sockaddr_in.size) ? abi.WSAEMSGSIZE : 0;
}

/** Their rows. */
export const securityControls: readonly ControlRule[] = [
  beyond(abi.SIO_SET_SECURITY, settings),
  beyond(abi.SIO_QUERY_SECURITY, template),
  beyond(abi.SIO_SET_PEER_TARGET_NAME, targetName),
  beyond(abi.SIO_DELETE_PEER_TARGET_NAME, peerAddress),
];
