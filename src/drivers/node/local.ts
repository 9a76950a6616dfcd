// Owns: AF_UNIX streams: paths instead of hosts and ports.
// Does not own: the stream itself (stream.ts), nor removing paths: libuv unlinks a bound path when its handle closes,
// where Windows leaves the file to the program.

import type { NetAddress } from '../contract.js';
import { bindPath } from './bound-handle.js';
import type { StreamKind } from './stream-kind.js';

/** What fits into sun_path with its terminating zero: as much as on Windows, but for BSD's descendants. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;

const UNNAMED: NetAddress = { family: 'unix', address: '', port: 0, scopeId: 0 };

/** Local streams. An end that was never bound is unnamed, as is every accepted peer: Node does not tell its path. */
export const localKind: StreamKind = {
  family: 'unix',
  bind(address) {
    if (address.address === '') return 'EINVAL';
    // Older libuv cuts a long path short instead of refusing it.
    if (Buffer.byteLength(address.address) > LONGEST_PATH) return 'ENAMETOOLONG';
    return bindPath(address.address);
  },
  localOf: (_handle, bound) => bound ?? UNNAMED,
  remoteOf: (_handle, asked) => asked ?? UNNAMED,
  target: (remote) => ({ path: remote.address }),
};
