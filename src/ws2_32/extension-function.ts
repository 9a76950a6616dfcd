// Extension functions: asked for by identifier with SIO_GET_EXTENSION_FUNCTION_POINTER, as programs do on Windows, and
// called through the pointer that comes back. What a function does is its provider's business.
import { SIO_GET_EXTENSION_FUNCTION_POINTER, WSAEOPNOTSUPP, WSASYSCALLFAILURE, ref, type GUID, type SOCKET } from '../abi/index.js';
import { FunctionPointers } from '../spi/index.js';
import { ask } from './contract.js';
import type { SocketCall } from './dispatch.js';

export { getAcceptExSockaddrs } from '../spi/index.js';
export type {
  LPWSPACCEPTEX,
  LPWSPCONNECTEX,
  LPWSPDISCONNECTEX,
  LPWSPRECVMSG,
  LPWSPSENDMSG,
  LPWSPTRANSMITFILE,
  LPWSPTRANSMITPACKETS,
} from '../spi/index.js';

const POINTER_SIZE = 8;

/** What providers answered once, by provider and identifier: a pointer does not change while its provider runs. */
const KEY = Symbol('extension functions');

/** An extension function of the provider of a call's socket, or null with the error in the call. */
// The type is the caller's word, as it is in C: the identifier stands for it.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function extensionFunction<F>(call: SocketCall, s: SOCKET, identifier: GUID): F | null {
  const { process } = call.cell.thread;
  const { provider } = call.socket;
  const known = process.moduleData(KEY, () => new WeakMap<object, Map<GUID, unknown>>());
  let found = known.get(provider);
  if (found === undefined) known.set(provider, (found = new Map<GUID, unknown>()));
  let target = found.get(identifier);
  if (target === undefined) {
    target = find(call, s, identifier);
    if (target !== null) found.set(identifier, target);
  }
  return target as F | null;
}

function find(call: SocketCall, s: SOCKET, identifier: GUID): unknown {
  const { lpErrno } = call;
  const input = identifier.bytes.slice();
  const output = new Uint8Array(POINTER_SIZE);
  const code = SIO_GET_EXTENSION_FUNCTION_POINTER;
  const error = ask(call.process, call.socket.provider, lpErrno, ({ lpWSPIoctl }) =>
    lpWSPIoctl(s, code, input, input.length, output, POINTER_SIZE, ref(0), null, null, null, lpErrno),
  );
  lpErrno.value = 0;
  if (error === WSASYSCALLFAILURE) return call.fail(error, null);
  // A provider that has no such function says that the identifier is wrong; to a caller, the operation is not supported.
  if (error !== 0) return call.fail(WSAEOPNOTSUPP, null);
  const pointer = Number(new DataView(output.buffer).getBigUint64(0, true));
  return FunctionPointers.of(call.cell.thread.process).at(pointer) ?? call.fail(WSAEOPNOTSUPP, null);
}
