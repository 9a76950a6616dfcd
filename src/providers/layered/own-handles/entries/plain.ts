// The entries that go down with the other handle and nothing else.
import { FALSE, SOCKET_ERROR, WSAENOTSOCK, type Ref, type SOCKET } from '../../../../abi/index.js';
import type { WSPPROC_TABLE } from '../../../../spi/index.js';
import { fail, type OwnHandles } from '../layer.js';

type PlainName =
  | 'lpWSPAsyncSelect'
  | 'lpWSPBind'
  | 'lpWSPConnect'
  | 'lpWSPEnumNetworkEvents'
  | 'lpWSPEventSelect'
  | 'lpWSPGetPeerName'
  | 'lpWSPGetQOSByName'
  | 'lpWSPGetSockName'
  | 'lpWSPListen'
  | 'lpWSPRecvDisconnect'
  | 'lpWSPSendDisconnect'
  | 'lpWSPShutdown';

/** A socket's network events are the next provider's: it sets the application's own event, and posts by messages.ts. */
export function plainEntries(layer: OwnHandles): Pick<WSPPROC_TABLE, PlainName> {
  return {
    lpWSPAsyncSelect: down(layer, 'lpWSPAsyncSelect'),
    lpWSPBind: down(layer, 'lpWSPBind'),
    lpWSPConnect: down(layer, 'lpWSPConnect'),
    lpWSPEnumNetworkEvents: down(layer, 'lpWSPEnumNetworkEvents'),
    lpWSPEventSelect: down(layer, 'lpWSPEventSelect'),
    lpWSPGetPeerName: down(layer, 'lpWSPGetPeerName'),
    lpWSPGetQOSByName: down(layer, 'lpWSPGetQOSByName'),
    lpWSPGetSockName: down(layer, 'lpWSPGetSockName'),
    lpWSPListen: down(layer, 'lpWSPListen'),
    lpWSPRecvDisconnect: down(layer, 'lpWSPRecvDisconnect'),
    lpWSPSendDisconnect: down(layer, 'lpWSPSendDisconnect'),
    lpWSPShutdown: down(layer, 'lpWSPShutdown'),
  };
}

type AnyEntry = (s: SOCKET, ...args: unknown[]) => unknown;

function down<N extends PlainName>(layer: OwnHandles, name: N): WSPPROC_TABLE[N] {
  const failure = name === 'lpWSPGetQOSByName' ? FALSE : SOCKET_ERROR;
  const entry: AnyEntry = (s, ...args) => {
    const socket = layer.of(s);
    if (socket === null) return fail(args.at(-1) as Ref, WSAENOTSOCK, failure);
    return (socket.procs[name] as AnyEntry)(socket.lower, ...args);
  };
  return entry as WSPPROC_TABLE[N];
}
