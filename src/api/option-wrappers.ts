// The typed forms of socket options that ws2tcpip.h defines: each asks for or sets one option, and what the socket makes of
// that is its answer. What an option means is the provider's business.
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_RECVECN,
  IPV6_USER_MTU,
  IP_RECVECN,
  IP_USER_MTU,
  SOCKET_ERROR,
  SOL_SOCKET,
  SO_PROTOCOL_INFOW,
  SO_RECEIVED_PROCESSOR,
  TCP_FAIL_CONNECT_ON_ICMP_ERROR,
  TCP_ICMP_ERROR_INFO,
  UDP_RECV_MAX_COALESCED_SIZE,
  UDP_SEND_MSG_SIZE,
  WSAEAFNOSUPPORT,
  WSAEFAULT,
  WSAENOPROTOOPT,
  WSANO_DATA,
  WSAPROTOCOL_INFOW,
  ref,
  type ICMP_ERROR_INFO,
  type Ref,
  type SOCKET,
} from '../abi/index.js';
import type { SocketCall } from '../ws2_32/index.js';
import { immediate, onSocket } from './define.js';
import type { ExportName } from './exports.js';

/** sizeof(DWORD). */
const DWORD_SIZE = 4;
/** sizeof(BOOLEAN). */
const BOOLEAN_SIZE = 1;

/** An option by level and name. */
type Option = readonly [level: number, name: number];

/** Which option it is on this socket; null with the error in the call. */
type Choice = (call: SocketCall, s: SOCKET) => Option | null;

const always =
  (...option: Option): Choice =>
  () =>
    option;

/** One option on IPv4 sockets, another on IPv6 ones; sockets of other families have neither. */
const byFamily =
  (ipv4: number, ipv6: number): Choice =>
  (call, s) => {
    const info = new WSAPROTOCOL_INFOW();
    const size = ref(info.bytes.length);
    const status = call.procs.lpWSPGetSockOpt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, info.bytes, size, call.lpErrno);
    if (status !== 0) return call.fail(call.lpErrno.value, null);
    if (info.iAddressFamily === AF_INET) return [IPPROTO_IP, ipv4];
    return info.iAddressFamily === AF_INET6 ? [IPPROTO_IPV6, ipv6] : call.fail(WSAEAFNOSUPPORT, null);
  };

function getter(name: ExportName, size: number, choose: Choice): (s: SOCKET, value: Ref | null) => number {
  return immediate(
    name,
    onSocket(SOCKET_ERROR, (call, s, value: Ref | null): number => {
      if (value === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
      const option = choose(call, s);
      if (option === null) return SOCKET_ERROR;
      const memory = new Uint8Array(DWORD_SIZE);
      const status = call.procs.lpWSPGetSockOpt(s, ...option, memory, ref(size), call.lpErrno);
      if (status === 0) value.value = new DataView(memory.buffer).getUint32(0, true);
      return call.finish(status, SOCKET_ERROR);
    }),
  );
}

function setter(name: ExportName, size: number, choose: Choice): (s: SOCKET, value: number) => number {
  return immediate(
    name,
    onSocket(SOCKET_ERROR, (call, s, value: number): number => {
      const option = choose(call, s);
      if (option === null) return SOCKET_ERROR;
      const memory = new Uint8Array(DWORD_SIZE);
      new DataView(memory.buffer).setUint32(0, value, true);
      return call.finish(call.procs.lpWSPSetSockOpt(s, ...option, memory, size, call.lpErrno), SOCKET_ERROR);
    }),
  );
}

const userMtu = byFamily(IP_USER_MTU, IPV6_USER_MTU);
const receiveEcn = byFamily(IP_RECVECN, IPV6_RECVECN);
const failOnIcmp = always(IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR);
const sendSize = always(IPPROTO_UDP, UDP_SEND_MSG_SIZE);
const coalescedSize = always(IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE);
const receivedProcessor = always(SOL_SOCKET, SO_RECEIVED_PROCESSOR);
/** The option has no number in any public header, and where it is not there this is the error. */
const receiveSharing: Choice = (call) => call.fail(WSAENOPROTOOPT, null);

/**
 * Tells the upper limit of the path MTU that was set for a socket (IP_USER_MTU, IPV6_USER_MTU). Does not block.
 *
 * @param Socket - an IPv4 or IPv6 socket
 * @param Mtu - receives bytes; 0xffffffff where none was set
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAEAFNOSUPPORT (another family)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetipusermtu
 */
export const WSAGetIPUserMtu = getter('WSAGetIPUserMtu', DWORD_SIZE, userMtu);

/**
 * Sets an upper limit of the path MTU of a socket. Does not block.
 *
 * @param Socket - an IPv4 or IPv6 socket
 * @param Mtu - bytes
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEAFNOSUPPORT (another family), WSAEINVAL (a size
 *   that no packet can have)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetipusermtu
 */
export const WSASetIPUserMtu = setter('WSASetIPUserMtu', DWORD_SIZE, userMtu);

/**
 * Tells whether an ICMP error ends an attempt to connect (TCP_FAIL_CONNECT_ON_ICMP_ERROR). Does not block.
 *
 * @param Socket - a stream socket
 * @param Enabled - receives 1 if it does, else 0
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAENOPROTOOPT (no stream), WSAEINVAL
 *   (a local socket)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetfailconnectonicmperror
 */
export const WSAGetFailConnectOnIcmpError = getter('WSAGetFailConnectOnIcmpError', DWORD_SIZE, failOnIcmp);

/**
 * Says whether an ICMP error is to end an attempt to connect. Does not block.
 *
 * @param Socket - a stream socket that is not connected
 * @param Enabled - nonzero if it is to
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOPROTOOPT (no stream), WSAEINVAL (connected, or a
 *   local socket)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetfailconnectonicmperror
 */
export const WSASetFailConnectOnIcmpError = setter('WSASetFailConnectOnIcmpError', DWORD_SIZE, failOnIcmp);

/**
 * Tells of the ICMP error that ended an attempt to connect (TCP_ICMP_ERROR_INFO). Does not block.
 *
 * @param Socket - a stream socket
 * @param Info - receives where the error came from, its protocol, type and code
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSANO_DATA (there was none that we
 *   know of), WSAENOPROTOOPT (no stream), WSAEINVAL (a local socket)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsageticmperrorinfo
 */
export const WSAGetIcmpErrorInfo = immediate(
  'WSAGetIcmpErrorInfo',
  onSocket(SOCKET_ERROR, (call, s, Info: ICMP_ERROR_INFO | null): number => {
    if (Info === null) return call.fail(WSAEFAULT, SOCKET_ERROR);
    const size = ref(Info.bytes.length);
    const status = call.procs.lpWSPGetSockOpt(s, IPPROTO_TCP, TCP_ICMP_ERROR_INFO, Info.bytes, size, call.lpErrno);
    if (status === 0 && size.value === 0) return call.fail(WSANO_DATA, SOCKET_ERROR);
    return call.finish(status, SOCKET_ERROR);
  }),
);

/**
 * Tells the size that what is sent is cut into (UDP_SEND_MSG_SIZE). Does not block.
 *
 * @param Socket - a datagram socket
 * @param MsgSize - receives bytes; 0 where nothing is cut
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAENOPROTOOPT (not UDP)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetudpsendmessagesize
 */
export const WSAGetUdpSendMessageSize = getter('WSAGetUdpSendMessageSize', DWORD_SIZE, sendSize);

/**
 * Sets the size that what is sent is cut into: a longer send becomes several datagrams of it, the last one of what is left.
 * Does not block.
 *
 * @param Socket - a datagram socket
 * @param MsgSize - bytes; 0 to cut nothing
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOPROTOOPT (not UDP)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetudpsendmessagesize
 */
export const WSASetUdpSendMessageSize = setter('WSASetUdpSendMessageSize', DWORD_SIZE, sendSize);

/**
 * Tells up to which size several datagrams may be received as one (UDP_RECV_MAX_COALESCED_SIZE). Does not block.
 *
 * @param Socket - a datagram socket
 * @param MaxCoalescedMsgSize - receives bytes; 0 where none are joined
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAENOPROTOOPT (not UDP)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetudprecvmaxcoalescedsize
 */
export const WSAGetUdpRecvMaxCoalescedSize = getter('WSAGetUdpRecvMaxCoalescedSize', DWORD_SIZE, coalescedSize);

/**
 * Allows several datagrams to be received as one, up to a size. Every datagram still comes by itself here, which the limit
 * allows. Does not block.
 *
 * @param Socket - a datagram socket
 * @param MaxCoalescedMsgSize - bytes; 0 to have none joined
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOPROTOOPT (not UDP)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetudprecvmaxcoalescedsize
 */
export const WSASetUdpRecvMaxCoalescedSize = setter('WSASetUdpRecvMaxCoalescedSize', DWORD_SIZE, coalescedSize);

/**
 * Tells whether WSARecvMsg gives the ECN bits of a datagram (IP_RECVECN, IPV6_RECVECN). Does not block.
 *
 * @param Socket - an IPv4 or IPv6 datagram socket
 * @param Enabled - receives 1 if it does, else 0
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEFAULT (null), WSAEAFNOSUPPORT (another family),
 *   WSAEINVAL (no datagram socket)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetrecvipecn
 */
export const WSAGetRecvIPEcn = getter('WSAGetRecvIPEcn', DWORD_SIZE, receiveEcn);

/**
 * Says whether WSARecvMsg is to give the ECN bits of a datagram. Does not block.
 *
 * @param Socket - an IPv4 or IPv6 datagram socket
 * @param Enabled - nonzero if it is to
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAEAFNOSUPPORT (another family), WSAEINVAL (no
 *   datagram socket)
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetrecvipecn
 */
export const WSASetRecvIPEcn = setter('WSASetRecvIPEcn', DWORD_SIZE, receiveEcn);

/**
 * Tells whether WSARecvMsg gives the processor that a datagram arrived on (SO_RECEIVED_PROCESSOR). Does not block.
 *
 * @param Socket - a datagram socket
 * @param Enabled - receives 1 if it does, else 0
 * @returns SOCKET_ERROR, as no driver here knows of processors. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOPROTOOPT
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetreceivedprocessoroption
 */
export const WSAGetReceivedProcessorOption = getter('WSAGetReceivedProcessorOption', BOOLEAN_SIZE, receivedProcessor);

/**
 * Says whether WSARecvMsg is to give the processor that a datagram arrived on. Does not block.
 *
 * @param Socket - a datagram socket
 * @param Enabled - nonzero if it is to
 * @returns SOCKET_ERROR, as no driver here knows of processors. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOPROTOOPT
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetreceivedprocessoroption
 */
export const WSASetReceivedProcessorOption = setter('WSASetReceivedProcessorOption', BOOLEAN_SIZE, receivedProcessor);

/**
 * Tells whether a socket shares the datagrams for its port with others (SO_UNICAST_RECEIVE_SHARING). Does not block.
 *
 * @param Socket - a datagram socket
 * @param Enabled - receives 1 if it does, else 0
 * @returns SOCKET_ERROR, as a Windows without the option answers. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOPROTOOPT
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsagetunicastreceivesharing
 */
export const WSAGetUnicastReceiveSharing = getter('WSAGetUnicastReceiveSharing', DWORD_SIZE, receiveSharing);

/**
 * Has a socket share the datagrams for its port with others. Does not block.
 *
 * @param Socket - an unbound datagram socket
 * @param Enabled - nonzero if it is to
 * @returns SOCKET_ERROR, as a Windows without the option answers. Errors: WSANOTINITIALISED, WSAENOTSOCK, WSAENOPROTOOPT
 * @see https://learn.microsoft.com/windows/win32/api/ws2tcpip/nf-ws2tcpip-wsasetunicastreceivesharing
 */
export const WSASetUnicastReceiveSharing = setter('WSASetUnicastReceiveSharing', DWORD_SIZE, receiveSharing);
