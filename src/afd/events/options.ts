// Which options and control codes the events tell of when they are set, and telling it.
import {
  FIONBIO,
  SIO_ENABLE_CIRCULAR_QUEUEING,
  SIO_UDP_CONNRESET,
  SOL_SOCKET,
  SO_OOBINLINE,
  SO_RCVBUF,
  SO_SNDBUF,
} from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';

const OPTIONS: ReadonlyMap<number, string> = new Map([
  [SO_SNDBUF, 'SO_SNDBUF'],
  [SO_RCVBUF, 'SO_RCVBUF'],
  [SO_OOBINLINE, 'SO_OOBINLINE'],
]);

const CODES: ReadonlyMap<number, string> = new Map([
  [FIONBIO >>> 0, 'FIONBIO'],
  [SIO_ENABLE_CIRCULAR_QUEUEING >>> 0, 'SIO_ENABLE_CIRCULAR_QUEUEING'],
  [SIO_UDP_CONNRESET >>> 0, 'SIO_UDP_CONNRESET'],
]);

/** An option was set. */
export function optionSet(endpoint: Endpoint, level: number, name: number, value: Uint8Array | null): void {
  tell(endpoint, level === SOL_SOCKET ? OPTIONS.get(name) : undefined, value);
}

/** A control code was carried out. */
export function codeSet(endpoint: Endpoint, code: number, input: Uint8Array | null): void {
  tell(endpoint, CODES.get(code >>> 0), input);
}

function tell(endpoint: Endpoint, option: string | undefined, value: Uint8Array | null): void {
  if (option === undefined) return;
  // SIO_ENABLE_CIRCULAR_QUEUEING has no value: it is switched on.
  endpoint.afd.events.ofCall('AFD_EVENT_OPTION_SET', endpoint, { Option: option, Value: numberIn(value) ?? 1 });
}

function numberIn(value: Uint8Array | null): number | null {
  if (value === null || value.length === 0) return null;
  return value.length < 4 ? (value[0] ?? 0) : new DataView(value.buffer, value.byteOffset, 4).getInt32(0, true);
}
