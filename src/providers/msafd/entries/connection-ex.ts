// AcceptEx, ConnectEx, DisconnectEx: connections begun and ended overlapped.
import {
  FALSE,
  TF_REUSE_SOCKET,
  WSAEFAULT,
  WSAEINVAL,
  WSAENOTSOCK,
  WSA_INVALID_PARAMETER,
  bytesOf,
  type Memory,
} from '../../../abi/index.js';
import {
  AcceptIntoRequest,
  ConnectWithDataRequest,
  IoRequest,
  addressSize,
  decodeAddress,
  encodeAddress,
  type Endpoint,
} from '../../../afd/index.js';
import {
  ACCEPT_ADDRESS_EXTRA,
  writeAcceptAddresses,
  type AcceptBufferLayout,
  type BOOL,
  type LPWSPACCEPTEX,
  type LPWSPCONNECTEX,
  type LPWSPDISCONNECTEX,
} from '../../../spi/index.js';
import { fail, type Msafd } from '../provider.js';
import { run } from '../run.js';
import { reportOf } from '../overlapped.js';

const NOTHING = new Uint8Array(0);

/** A request that leaves the connection's addresses behind the data. */
class AcceptExRequest extends AcceptIntoRequest {
  readonly #output: Uint8Array;
  readonly #layout: AcceptBufferLayout;

  constructor(socket: Endpoint, output: Uint8Array, layout: AcceptBufferLayout) {
    super(socket, output.subarray(0, layout.data));
    this.#output = output;
    this.#layout = layout;
  }

  protected override finished(): void {
    super.finished();
    if (this.error !== 0 || this.local === null || this.remote === null) return;
    writeAcceptAddresses(this.#output, this.#layout, encodeAddress(this.local), encodeAddress(this.remote));
  }
}

/** What is wrong with the buffer of an AcceptEx on `listener`; 0 for nothing. */
function bufferError(listener: Endpoint, output: Memory | null, { data, local, remote }: AcceptBufferLayout): number {
  // Without any room for the peer's address it is the pointer that is bad, with too little it is the length.
  if (output === null || remote === 0) return WSAEFAULT;
  const least = addressSize(listener.family) + ACCEPT_ADDRESS_EXTRA;
  if (local < least || remote < least) return WSAEINVAL;
  return bytesOf(output).length < data + local + remote ? WSAEFAULT : 0;
}

/** AcceptEx of `provider`. */
export function acceptEx(provider: Msafd): LPWSPACCEPTEX {
  return (sListenSocket, sAcceptSocket, lpOutputBuffer, dwData, dwLocal, dwRemote, lpdwBytes, lpOverlapped, lpErrno) => {
    const listener = provider.endpoint(sListenSocket);
    const socket = provider.endpoint(sAcceptSocket);
    if (listener === null || socket === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if (lpOverlapped === null) return fail(lpErrno, WSA_INVALID_PARAMETER, FALSE);
    const layout = { data: dwData >>> 0, local: dwLocal >>> 0, remote: dwRemote >>> 0 };
    const wrong = bufferError(listener, lpOutputBuffer, layout);
    if (wrong !== 0 || lpOutputBuffer === null) return fail(lpErrno, wrong, FALSE);
    const request = new AcceptExRequest(socket, bytesOf(lpOutputBuffer), layout);
    const report = reportOf(listener, lpOverlapped, null, null);
    const start = (): number => provider.afd.ops.acceptInto(listener, request);
    return run(provider, listener, report, request, start, lpdwBytes, lpErrno) as BOOL;
  };
}

/** ConnectEx of `provider`. */
export function connectEx(provider: Msafd): LPWSPCONNECTEX {
  return (s, name, namelen, lpSendBuffer, dwSendDataLength, lpdwBytesSent, lpOverlapped, lpErrno) => {
    const endpoint = provider.endpoint(s);
    if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    const decoded = decodeAddress(endpoint.family, name, namelen);
    const { address } = decoded;
    if (address === null) return fail(lpErrno, decoded.error, FALSE);
    if (lpOverlapped === null) return fail(lpErrno, WSA_INVALID_PARAMETER, FALSE);
    const data = lpSendBuffer === null ? NOTHING : bytesOf(lpSendBuffer);
    const length = lpSendBuffer === null ? 0 : dwSendDataLength >>> 0;
    if (length > data.length) return fail(lpErrno, WSAEFAULT, FALSE);
    const request = new ConnectWithDataRequest(endpoint, data.subarray(0, length));
    const report = reportOf(endpoint, lpOverlapped, null, null);
    const start = (): number => provider.afd.ops.connectWithData(endpoint, address, request);
    return run(provider, endpoint, report, request, start, lpdwBytesSent, lpErrno) as BOOL;
  };
}

/** DisconnectEx of `provider`. */
export function disconnectEx(provider: Msafd): LPWSPDISCONNECTEX {
  return (s, lpOverlapped, dwFlags, dwReserved, lpErrno) => {
    const endpoint = provider.endpoint(s);
    if (endpoint === null) return fail(lpErrno, WSAENOTSOCK, FALSE);
    if (dwReserved !== 0 || (dwFlags & ~TF_REUSE_SOCKET) !== 0) return fail(lpErrno, WSAEINVAL, FALSE);
    const request = new IoRequest();
    const report = reportOf(endpoint, lpOverlapped, null, null);
    const reuse = (dwFlags & TF_REUSE_SOCKET) !== 0;
    const start = (): number => provider.afd.ops.disconnect(endpoint, reuse, request);
    return run(provider, endpoint, report, request, start, null, lpErrno);
  };
}
