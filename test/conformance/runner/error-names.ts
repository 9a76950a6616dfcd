// The error names that results may show. Deliberately not the implementation's own errorName(): this list is the format's.
import * as abi from '../../../src/abi/index.js';

/** Codes below 10004, and those that Winsock's headers do not define. */
const OTHERS: readonly (readonly [number, string])[] = [
  [0, '0'],
  [6, 'WSA_INVALID_HANDLE'],
  [8, 'WSA_NOT_ENOUGH_MEMORY'],
  [87, 'WSA_INVALID_PARAMETER'],
  [995, 'WSA_OPERATION_ABORTED'],
  [996, 'WSA_IO_INCOMPLETE'],
  [997, 'WSA_IO_PENDING'],
  [1, 'ERROR_INVALID_FUNCTION'],
  [2, 'ERROR_FILE_NOT_FOUND'],
  [5, 'ERROR_ACCESS_DENIED'],
  [50, 'ERROR_NOT_SUPPORTED'],
  [64, 'ERROR_NETNAME_DELETED'],
  [121, 'ERROR_SEM_TIMEOUT'],
  [122, 'ERROR_INSUFFICIENT_BUFFER'],
  [234, 'ERROR_MORE_DATA'],
  [258, 'WAIT_TIMEOUT'],
  [487, 'ERROR_INVALID_ADDRESS'],
  [735, 'ERROR_ABANDONED_WAIT_0'],
  [998, 'ERROR_NOACCESS'],
  [1168, 'ERROR_NOT_FOUND'],
  [1225, 'ERROR_CONNECTION_REFUSED'],
  [1226, 'ERROR_GRACEFUL_DISCONNECT'],
  [1227, 'ERROR_ADDRESS_ALREADY_ASSOCIATED'],
  [1229, 'ERROR_CONNECTION_INVALID'],
  [1230, 'ERROR_CONNECTION_ACTIVE'],
  [1231, 'ERROR_NETWORK_UNREACHABLE'],
  [1232, 'ERROR_HOST_UNREACHABLE'],
  [1234, 'ERROR_PORT_UNREACHABLE'],
  [1235, 'ERROR_REQUEST_ABORTED'],
  [1236, 'ERROR_CONNECTION_ABORTED'],
  [0xc000000d, 'STATUS_INVALID_PARAMETER'],
];

/** Second names of a code that has a better known one, and what is no error though it looks like one. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['WSANO_ADDRESS', 'WSA_QOS_EUNKNOWNPSOBJ']);

function build(): ReadonlyMap<number, string> {
  const names = new Map(OTHERS);
  for (const [name, value] of Object.entries(abi)) {
    if (!name.startsWith('WSA') || typeof value !== 'number' || NOT_SHOWN.has(name)) continue;
    if (value >= 10004 && value < 12000) names.set(value, name);
  }
  return names;
}

const names = build();

/** The name of an error code, or its unsigned decimal. */
export function errorName(code: number): string {
  return names.get(code >>> 0) ?? String(code >>> 0);
}
