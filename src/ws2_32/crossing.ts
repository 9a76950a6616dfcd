// What the trace sees of WS2_32: one `route` per call that is handed to a provider, with the catalog entry that led there.
import type { ProtocolEntry } from '../catalog/index.js';
import type { LastErrorCell } from '../win32/index.js';

const LAYER = 'ws2_32';
const NAME = 'route';

/** Reports that the call is done. */
export type LeaveCrossing = (result: unknown, error: number) => void;

/** Reports a call going to the provider of `entry`, on behalf of socket `s` if there is one yet; null while nobody listens. */
export function enterCrossing(cell: LastErrorCell, entry: ProtocolEntry, s: number | null): LeaveCrossing | null {
  const { process, id: thread } = cell.thread;
  const { trace, clock } = process;
  if (!trace.on) return null;
  const id = trace.enter(LAYER, NAME, s === null ? [entry] : [entry, s], clock.now(), thread);
  return (result, error) => trace.leave(id, LAYER, NAME, result, error, clock.now(), thread);
}
