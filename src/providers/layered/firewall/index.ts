// The entry `winsock2/layers/firewall`: a layer that lets a program talk to some addresses only. Which, is policy.ts's. What
// comes in is in incoming.ts; here is what goes out. It has handles of its own, so that no call passes it.
import {
  FALSE,
  SOCKET_ERROR,
  INVALID_SOCKET,
  WSAEACCES,
  type Memory,
  type Ref,
} from '../../../abi/index.js';
import type { LPWSPSTARTUP, WSPPROC_TABLE } from '../../../spi/index.js';
import { placeIn, isWildcard } from '../kit/address-rule.js';
import { Carrier } from '../kit/carry.js';
import { ioctlWithFunctions, withoutRegisteredIo } from '../kit/extension-functions.js';
import { Settings } from '../kit/settings.js';
import { layer } from '../layer.js';
import type { OwnHandles } from '../own-handles/layer.js';
import { Incoming } from './incoming.js';
import { Policy } from './policy.js';

function refuse<R>(lpErrno: Ref, failure: R): R {
  lpErrno.value = WSAEACCES;
  return failure;
}

function guarded(policy: Policy, own: OwnHandles, below: WSPPROC_TABLE): Partial<WSPPROC_TABLE> {
  const carrier = new Carrier();
  const incoming = new Incoming(policy, own, carrier, below);
  const mayTalkTo = (name: Memory | null, length: number): boolean => {
    const place = placeIn(name, length);
    // All zeros end a datagram socket's association, and are nobody's address.
    return place === null || (isWildcard(place) && place.port === 0) || policy.permits(place);
  };
  const lpWSPIoctl = ioctlWithFunctions(own.process, below.lpWSPIoctl, {
    ConnectEx: (next) => (s, name, length, data, size, sent, overlapped, lpErrno) =>
      mayTalkTo(name, length) ? next(s, name, length, data, size, sent, overlapped, lpErrno) : refuse(lpErrno, FALSE),
    WSASendMsg: (next) => (s, message, flags, sent, overlapped, routine, threadId, lpErrno) =>
      mayTalkTo(message?.name ?? null, message?.namelen ?? 0)
        ? next(s, message, flags, sent, overlapped, routine, threadId, lpErrno)
        : refuse(lpErrno, SOCKET_ERROR),
    AcceptEx: () => incoming.acceptEx,
    WSARecvMsg: incoming.recvMsg,
  });
  return {
    lpWSPIoctl: withoutRegisteredIo(lpWSPIoctl),
    lpWSPBind: (s, name, length, lpErrno) => {
      const place = placeIn(name, length);
      // A socket on all addresses hears what is asked of its peers; rules with ports are about the port that is bound.
      const free = place === null || isWildcard(place) || policy.permits(place);
      return free ? below.lpWSPBind(s, name, length, lpErrno) : refuse(lpErrno, SOCKET_ERROR);
    },
    lpWSPConnect: (s, name, length, callerData, calleeData, sqos, gqos, lpErrno) =>
      mayTalkTo(name, length)
        ? below.lpWSPConnect(s, name, length, callerData, calleeData, sqos, gqos, lpErrno)
        : refuse(lpErrno, SOCKET_ERROR),
    lpWSPJoinLeaf: (s, name, length, callerData, calleeData, sqos, gqos, flags, lpErrno) =>
      mayTalkTo(name, length)
        ? below.lpWSPJoinLeaf(s, name, length, callerData, calleeData, sqos, gqos, flags, lpErrno)
        : refuse(lpErrno, INVALID_SOCKET),
    lpWSPSendTo: (s, buffers, count, sent, flags, to, length, overlapped, routine, threadId, lpErrno) =>
      mayTalkTo(to, length)
        ? below.lpWSPSendTo(s, buffers, count, sent, flags, to, length, overlapped, routine, threadId, lpErrno)
        : refuse(lpErrno, SOCKET_ERROR),
    lpWSPAccept: incoming.accept,
    lpWSPRecv: incoming.recv,
    lpWSPRecvFrom: incoming.recvFrom,
    ...carrier.endings(own, below),
  };
}

/**
 * Makes the WSPStartup of a firewall. Its settings, each of which may come several times:
 *
 * - `allow`: addresses that may be talked to, as `10.0.0.1`, `10.0.0.0/8:80`, `[fd00::/8]:80-90` or `*:53`. With one of
 *   these, all others may not.
 * - `deny`: addresses that may not, whatever is allowed.
 *
 * What is refused is WSAEACCES; a connection from such an address is rejected, a datagram dropped.
 *
 * @param policy - a program's own; then there are no settings
 * @returns WSPStartup; a setting that makes no sense is an exception, which fails the start with WSAEPROVIDERFAILEDINIT
 */
export function firewallLayer(policy?: Policy): LPWSPSTARTUP {
  return layer({
    description: 'lets some addresses pass only',
    handles: 'own',
    change: ({ own, below, settings }) => {
      const query = new Settings(settings);
      const rules = policy ?? Policy.read(query);
      query.done();
      return own === null || rules.isEmpty ? {} : guarded(rules, own, below);
    },
  });
}

/** Starts the layer for a chain; see `layer`. */
export const WSPStartup = firewallLayer();

export { AddressRule } from '../kit/address-rule.js';
export { Policy } from './policy.js';
