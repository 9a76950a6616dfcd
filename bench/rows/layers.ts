// What layers cost: rows of TCP through passthrough layers, against the same rows without a layer, which take the place of
// the raw side.
import type { Bench, Winsock, WorkRow } from '../row.js';
import { tcpBulk } from './tcp-bulk.js';
import { tcpPingPong } from './tcp-pingpong.js';

const packageName = 'winsock2';
const PASSTHROUGH = 'winsock2/layers/passthrough';

/** The work of `row` in a process whose sockets all go through that many layers. */
async function through(row: WorkRow, depth: number): Promise<Bench> {
  const api = (await import(packageName)) as Winsock;
  const { stackCatalog } = await import('../../test/layered/stack.js');
  const layers = Array.from({ length: depth }, () => PASSTHROUGH);
  const process = api.createProcess({ store: new api.MemoryStore(stackCatalog(layers)) });
  const bench = await api.runIn(process, async () => {
    const error = await api.WSAStartup(api.MAKEWORD(2, 2), new api.WSADATA());
    if (error !== 0) throw new Error(`WSAStartup: ${error}`);
    return row.ours(api, () => Promise.reject(new Error('this row needs no simulated network')));
  });
  return {
    run: (count) => api.runIn(process, () => bench.run(count)),
    close: async () => {
      await api.runIn(process, () => bench.close());
      await process.dispose();
    },
  };
}

function layered(row: WorkRow, depth: number, many: string): WorkRow {
  return {
    ...row,
    name: `layers-${depth}-${row.name}`,
    title: `${row.title}, through ${many}; raw: winsock2 without a layer`,
    raw: () => through(row, 0),
    ours: () => through(row, depth),
  };
}

export const layerRows: readonly WorkRow[] = [tcpPingPong, tcpBulk].flatMap((row) => [
  layered(row, 1, 'one passthrough layer'),
  layered(row, 5, 'five passthrough layers'),
]);
