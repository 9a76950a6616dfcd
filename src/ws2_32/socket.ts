// The association of a socket handle with the provider that made it. What the socket is, only the provider knows.
import type { SOCKET } from '../abi/index.js';
import type { ProtocolEntry } from '../catalog/index.js';
import type { Provider } from './provider.js';

/** One open socket handle as WS2_32 sees it. */
export interface SocketRecord {
  readonly handle: SOCKET;
  readonly provider: Provider;
  readonly entry: ProtocolEntry;
  /** What a provider of non-IFS handles wants back with every question about the handle. */
  readonly context: unknown;
  /** WS2_32 made the handle (WPUCreateSocketHandle): it sees every end of its overlapped operations. */
  readonly made: boolean;
  /** The application has it. A provider that returns it as a new socket is wrong. */
  handed: boolean;
}
