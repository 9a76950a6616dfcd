// WSPListen, WSPAccept, WSPConnect, WSPShutdown and the disconnect entries: how connections begin and end.
import {
  CF_REJECT,
  INVALID_SOCKET,
  SD_RECEIVE,
  SD_SEND,
  SOCKET_ERROR,
  WSABUF,
  WSAEFAULT,
  WSAENOPROTOOPT,
  WSAEOPNOTSUPP,
  ref,
  type LPCONDITIONPROC,
  type Memory,
  type QOS,
  type Ref,
  type SOCKET,
} from '../../../abi/index.js';
import {
  AcceptRequest,
  DatagramEndpoint,
  IoRequest,
  StreamEndpoint,
  decodeAddress,
  encodeAddress,
  isUnspecified,
  type Condition,
  type Endpoint,
  type NetAddress,
} from '../../../afd/index.js';
import type { DWORD_PTR, MaybePending } from '../../../spi/index.js';
import { addressFits, putAddress } from '../buffers.js';
import { takeConnectData } from '../connect-data.js';
import { blockedOn, fail, status, type Msafd } from '../provider.js';
import { openHandle } from './sockets.js';

export function listen(provider: Msafd, endpoint: Endpoint, backlog: number, lpErrno: Ref): number {
  return status(lpErrno, provider.afd.ops.listen(endpoint, backlog));
}

/** The caller's condition function as afd asks it: addresses only, as TCP/IP has neither connect data nor QoS. */
function conditionOf(provider: Msafd, decide: LPCONDITIONPROC | null, data: DWORD_PTR, g: Ref): Condition | null {
  if (decide === null) return null;
  return (caller, callee) => {
    const callerId = encodeAddress(caller).slice();
    const calleeId = encodeAddress(callee).slice();
    try {
      return decide(
        new WSABUF(callerId.length, callerId),
        null,
        null,
        null,
        new WSABUF(calleeId.length, calleeId),
        null,
        g,
        data,
      );
    } catch (error) {
      // It may run in the middle of the driver's work, where nobody could catch it.
      provider.afd.note('condition function threw', [error]);
      return CF_REJECT;
    }
  };
}

export function accept(
  provider: Msafd,
  endpoint: Endpoint,
  addr: Memory | null,
  addrlen: Ref | null,
  lpfnCondition: LPCONDITIONPROC | null,
  dwCallbackData: DWORD_PTR,
  lpErrno: Ref,
): MaybePending<SOCKET> {
  const wantsAddress = addr !== null && addrlen !== null;
  const admit = (caller: NetAddress): number =>
    !wantsAddress || addressFits(encodeAddress(caller).length, addr, addrlen) ? 0 : WSAEFAULT;
  // The condition may put the new socket into a group.
  const g = ref(0);
  const condition = conditionOf(provider, lpfnCondition, dwCallbackData, g);
  const request = new AcceptRequest(condition, wantsAddress ? admit : null);
  const error = provider.afd.ops.accept(endpoint, request);
  if (error !== 0) return fail(lpErrno, error, INVALID_SOCKET);
  return blockedOn(provider, endpoint, request, () => {
    const { connection } = request;
    const info = provider.infoOf(endpoint);
    if (connection === null || info === null) return fail(lpErrno, request.error, INVALID_SOCKET);
    const strange = provider.afd.groups.join(connection, g.value);
    if (strange !== 0) {
      connection.lastHandleClosed();
      return fail(lpErrno, strange, INVALID_SOCKET);
    }
    const remote = wantsAddress ? connection.remote : null;
    if (remote !== null) putAddress(encodeAddress(remote), addr, addrlen);
    const s = openHandle(provider, connection, info, lpErrno);
    if (s !== INVALID_SOCKET) connection.networkEvents?.named(s);
    return s;
  });
}

export function connect(
  provider: Msafd,
  endpoint: Endpoint,
  name: Memory | null,
  namelen: number,
  lpCallerData: WSABUF | null,
  lpCalleeData: WSABUF | null,
  lpSQOS: QOS | null,
  lpGQOS: QOS | null,
  lpErrno: Ref,
): MaybePending<number> {
  if (endpoint instanceof DatagramEndpoint && isUnspecified(name, namelen)) {
    return status(lpErrno, provider.afd.ops.disconnectDatagram(endpoint));
  }
  const decoded = decodeAddress(endpoint.family, name, namelen);
  if (decoded.address === null) return fail(lpErrno, decoded.error, SOCKET_ERROR);
  const refused = takeConnectData(endpoint, lpCallerData, lpCalleeData, lpSQOS, lpGQOS);
  if (refused !== 0) return fail(lpErrno, refused, SOCKET_ERROR);
  const { ops } = provider.afd;
  if (endpoint instanceof DatagramEndpoint) return status(lpErrno, ops.connectDatagram(endpoint, decoded.address));
  if (!(endpoint instanceof StreamEndpoint)) return fail(lpErrno, WSAEOPNOTSUPP, SOCKET_ERROR);
  const request = new IoRequest();
  const error = ops.connectStream(endpoint, decoded.address, request);
  if (error !== 0) return fail(lpErrno, error, SOCKET_ERROR);
  return blockedOn(provider, endpoint, request, () => status(lpErrno, request.error));
}

export function shutdown(provider: Msafd, endpoint: Endpoint, how: number, lpErrno: Ref): number {
  return status(lpErrno, provider.afd.ops.shutdown(endpoint, how));
}

function disconnect(provider: Msafd, endpoint: Endpoint, how: number, data: WSABUF | null, lpErrno: Ref): number {
  if (data !== null && data.len > 0) return fail(lpErrno, WSAENOPROTOOPT, SOCKET_ERROR);
  return status(lpErrno, provider.afd.ops.shutdown(endpoint, how));
}

export function sendDisconnect(provider: Msafd, endpoint: Endpoint, data: WSABUF | null, lpErrno: Ref): number {
  return disconnect(provider, endpoint, SD_SEND, data, lpErrno);
}

export function recvDisconnect(provider: Msafd, endpoint: Endpoint, data: WSABUF | null, lpErrno: Ref): number {
  return disconnect(provider, endpoint, SD_RECEIVE, data, lpErrno);
}
