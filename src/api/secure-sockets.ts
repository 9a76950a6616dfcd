// The secure socket extensions. Each is a short way to a control code, as its page says, and the socket answers. No host
// here is configured for IPsec, so what is asked for rightly ends in WSAEOPNOTSUPP.
import {
  SIO_DELETE_PEER_TARGET_NAME,
  SIO_QUERY_SECURITY,
  SIO_SET_PEER_TARGET_NAME,
  SIO_SET_SECURITY,
  SOCKET_ERROR,
  SOCKET_SECURITY_QUERY_INFO,
  SOCKET_SECURITY_QUERY_TEMPLATE,
  SOCK_DGRAM,
  WSAEFAULT,
  WSAEMSGSIZE,
  bytesOf,
  ref,
  type Memory,
  type OVERLAPPED,
  type Ref,
  type SOCKET,
} from '../abi/index.js';
import type { SocketCall } from '../ws2_32/index.js';
import { immediate, onSocket, started } from './define.js';
import type { Routine } from './overlapped-function.js';

/** Where a template has its peer, and how much room is there. */
const PEER_AT = 8;
const PEER_SIZE = 128;

interface Buffers {
  readonly input: Memory | null;
  readonly inputSize: number;
  readonly output?: Memory | null;
  readonly outputSize?: Ref | null;
}

/** Hands a control code to the provider. None of these codes waits: an overlapped one is at most told later. */
function control(call: SocketCall, s: SOCKET, code: number, buffers: Buffers, overlapped: OVERLAPPED | null, routine: Routine): number {
  const { input, inputSize, output = null, outputSize = ref(0) } = buffers;
  const { procs, lpErrno } = call;
  const thread = routine === null ? null : call.threadId;
  const room = outputSize?.value ?? 0;
  const status = procs.lpWSPIoctl(s, code, input, inputSize, output, room, outputSize, overlapped, routine, thread, lpErrno);
  return call.finish(status, SOCKET_ERROR) as number;
}

/**
 * Asks for security on a socket. Does not block.
 *
 * @param Socket - a TCP or UDP socket, unbound and not connected
 * @param SecuritySettings - a SOCKET_SECURITY_SETTINGS, or null for the default settings
 * @param SecuritySettingsLen - its length in bytes
 * @param Overlapped - null, or what reports the completion
 * @param CompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (another family or type, a bound socket, settings
 *   that there are not), WSAEISCONN (connected), WSAEMSGSIZE (too short), WSAEOPNOTSUPP (no security is to be had on this
 *   host), WSA_IO_PENDING
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetsocketsecurity
 */
export const WSASetSocketSecurity = immediate(
  'WSASetSocketSecurity',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      SecuritySettings: Memory | null,
      SecuritySettingsLen: number,
      Overlapped: OVERLAPPED | null,
      CompletionRoutine: Routine,
    ): number => {
      const buffers = { input: SecuritySettings, inputSize: SecuritySettingsLen };
      return control(call, s, SIO_SET_SECURITY, buffers, Overlapped, CompletionRoutine);
    },
  ),
);

/**
 * Tells what security a connection has. Does not block.
 *
 * @param Socket - a TCP or UDP socket
 * @param SecurityQueryTemplate - a SOCKET_SECURITY_QUERY_TEMPLATE; null only for TCP
 * @param SecurityQueryTemplateLen - its length in bytes; 0 only for TCP
 * @param SecurityQueryInfo - receives a SOCKET_SECURITY_QUERY_INFO; null to ask for its length, which UDP has not
 * @param SecurityQueryInfoLen - in: room in bytes; out: bytes written or needed
 * @param Overlapped - null, or what reports the completion
 * @param CompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null `SecurityQueryInfoLen`), WSAEINVAL (another
 *   family or type), WSAEMSGSIZE (too short, or UDP without template or room), WSAEAFNOSUPPORT (a peer of another family),
 *   WSAEOPNOTSUPP (no security is to be had on this host), WSA_IO_PENDING
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsaquerysocketsecurity
 */
export const WSAQuerySocketSecurity = immediate(
  'WSAQuerySocketSecurity',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      SecurityQueryTemplate: Memory | null,
      SecurityQueryTemplateLen: number,
      SecurityQueryInfo: Memory | null,
      SecurityQueryInfoLen: Ref | null,
      Overlapped: OVERLAPPED | null,
      CompletionRoutine: Routine,
    ): number => {
      if (SecurityQueryInfoLen === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
      const datagrams = call.socket.entry.iSocketType === SOCK_DGRAM;
      if (datagrams && SecurityQueryInfo === null) return call.fail(WSAEMSGSIZE, SOCKET_ERROR);
      const input = SecurityQueryTemplate;
      const buffers = { input, inputSize: SecurityQueryTemplateLen, output: SecurityQueryInfo, outputSize: SecurityQueryInfoLen };
      return control(call, s, SIO_QUERY_SECURITY, buffers, Overlapped, CompletionRoutine);
    },
  ),
);

/**
 * Names the target that a peer has to prove to be. Does not block.
 *
 * @param Socket - a TCP or UDP socket that is not connected
 * @param PeerTargetName - a SOCKET_PEER_TARGET_NAME with its text behind it
 * @param PeerTargetNameLen - its length in bytes
 * @param Overlapped - null, or what reports the completion
 * @param CompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAEINVAL (another family or type; UDP and
 *   no peer in it), WSAEISCONN (connected), WSAEMSGSIZE (too short), WSAEAFNOSUPPORT (a peer of another family),
 *   WSAEOPNOTSUPP (no security is to be had on this host), WSA_IO_PENDING
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetsocketpeertargetname
 */
export const WSASetSocketPeerTargetName = immediate(
  'WSASetSocketPeerTargetName',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      PeerTargetName: Memory | null,
      PeerTargetNameLen: number,
      Overlapped: OVERLAPPED | null,
      CompletionRoutine: Routine,
    ): number => {
      const buffers = { input: PeerTargetName, inputSize: PeerTargetNameLen };
      return control(call, s, SIO_SET_PEER_TARGET_NAME, buffers, Overlapped, CompletionRoutine);
    },
  ),
);

/**
 * Takes back what WSASetSocketPeerTargetName said of a peer. Does not block.
 *
 * @param Socket - a TCP or UDP socket
 * @param PeerAddr - the peer's sockaddr
 * @param PeerAddrLen - its length in bytes
 * @param Overlapped - null, or what reports the completion
 * @param CompletionRoutine - runs in an alertable wait of this thread after completion, or null
 * @returns SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAEINVAL (another family or type),
 *   WSAEAFNOSUPPORT (a peer of another family), WSAEMSGSIZE (too short), WSAEOPNOTSUPP (no security is to be had on this
 *   host), WSA_IO_PENDING
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsadeletesocketpeertargetname
 */
export const WSADeleteSocketPeerTargetName = immediate(
  'WSADeleteSocketPeerTargetName',
  onSocket(
    SOCKET_ERROR,
    (
      call,
      s,
      PeerAddr: Memory | null,
      PeerAddrLen: number,
      Overlapped: OVERLAPPED | null,
      CompletionRoutine: Routine,
    ): number => {
      const buffers = { input: PeerAddr, inputSize: PeerAddrLen };
      return control(call, s, SIO_DELETE_PEER_TARGET_NAME, buffers, Overlapped, CompletionRoutine);
    },
  ),
);

/** A question about one peer, or about the peer of a connection; WSAEFAULT or WSAEMSGSIZE for a peer that is not there. */
function questionAbout(peer: Memory | null, length: number): SOCKET_SECURITY_QUERY_TEMPLATE | number {
  const template = new SOCKET_SECURITY_QUERY_TEMPLATE();
  if (peer === null) return WSAEFAULT;
  const bytes = bytesOf(peer);
  if (length < 0 || length > bytes.length) return WSAEFAULT;
  if (length < 2 || length > PEER_SIZE) return WSAEMSGSIZE;
  template.bytes.set(bytes.subarray(0, length), PEER_AT);
  return template;
}

/**
 * Takes on the identity that a peer has proved. Does not block.
 *
 * @param Socket - a connected TCP socket, or a UDP socket
 * @param PeerAddr - the peer's sockaddr; ignored for TCP
 * @param PeerAddrLen - its length in bytes
 * @returns SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEINVAL (another family or type), WSAEFAULT (UDP and null),
 *   WSAEMSGSIZE (too short), WSAEAFNOSUPPORT (a peer of another family), WSAEOPNOTSUPP (nobody proves anything on this host)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsaimpersonatesocketpeer
 */
export const WSAImpersonateSocketPeer = immediate(
  'WSAImpersonateSocketPeer',
  onSocket(SOCKET_ERROR, (call, s, PeerAddr: Memory | null, PeerAddrLen: number): number => {
    // Whose identity it is, a query for the peer's token would say.
    const datagrams = call.socket.entry.iSocketType === SOCK_DGRAM;
    const question = datagrams ? questionAbout(PeerAddr, PeerAddrLen) : new SOCKET_SECURITY_QUERY_TEMPLATE();
    if (typeof question === 'number') return call.fail(question, SOCKET_ERROR);
    const { size } = SOCKET_SECURITY_QUERY_INFO;
    const answer = { output: new Uint8Array(size), outputSize: ref(size) };
    return control(call, s, SIO_QUERY_SECURITY, { input: question, inputSize: question.bytes.length, ...answer }, null, null);
  }),
);

/**
 * Gives up a peer's identity. A thread that has none is left as it is, and here none ever has. Does not block.
 *
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsarevertimpersonation
 */
export const WSARevertImpersonation = immediate(
  'WSARevertImpersonation',
  started(SOCKET_ERROR, (cell): number => cell.fail(0, 0)),
);
