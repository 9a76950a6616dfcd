// Every entry of the protocol catalog as an installer sees it: WSCEnumProtocols, asked for its length first.
import { WSAPROTOCOL_INFOW, ref, type Winsock } from '../index.js';

/** Hidden entries and layers too; none when the catalog cannot be read. */
export function installedInfos(ws: Winsock): WSAPROTOCOL_INFOW[] {
  const length = ref(0);
  ws.WSCEnumProtocols(null, null, length, ref(0));
  const memory = new Uint8Array(length.value);
  const count = ws.WSCEnumProtocols(null, memory, length, ref(0));
  return Array.from({ length: Math.max(count, 0) }, (_, index) => new WSAPROTOCOL_INFOW(memory, index * WSAPROTOCOL_INFOW.size));
}
