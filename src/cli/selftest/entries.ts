// Goes over the catalog entries that sockets can be made by and echoes through each: what serves it, and whether it works.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LAYERED_PROTOCOL, type WSAPROTOCOL_INFOW, type WinsockHost } from '../../index.js';
import { installedInfos } from '../installed.js';
import { echoThrough, type EchoResult } from './echo.js';

/** One entry's test. */
export interface EntryResult extends EchoResult {
  readonly id: number;
  readonly name: string;
  /** The providers' modules that its calls crossed, the upper first. */
  readonly servedBy: readonly string[];
}

/** Layers of every call that are no providers. */
const OURS = new Set(['api', 'ws2_32', 'afd', 'driver']);

/** What testing needs besides a process that has started. */
export interface SelftestOptions {
  readonly host: WinsockHost;
  /** How long one entry may take, in milliseconds. */
  readonly limit: number;
  readonly interrupted: AbortSignal;
  /** Told of each entry before its turn. */
  readonly next: (name: string) => void;
}

/** Tests every base protocol and every chain, in catalog order; ends early when interrupted. */
export async function testEntries(options: SelftestOptions): Promise<EntryResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'winsock-'));
  const results: EntryResult[] = [];
  try {
    for (const info of installedInfos(options.host.bind())) {
      if (info.ProtocolChain.ChainLen === LAYERED_PROTOCOL || options.interrupted.aborted) continue;
      options.next(info.szProtocol);
      results.push(await testEntry(options, info, join(folder, `${info.dwCatalogEntryId}`)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return results;
}

async function testEntry({ host, limit }: SelftestOptions, info: WSAPROTOCOL_INFOW, path: string): Promise<EntryResult> {
  const crossed = new Set<string>();
  const stop = host.trace.listen(({ layer }) => {
    if (!OURS.has(layer)) crossed.add(layer);
  });
  const ended = new AbortController();
  const tooLong = setTimeout<EchoResult>(limit, { result: 'failed', why: `nothing came back in ${limit / 1000} s` }, { signal: ended.signal });
  try {
    const outcome = await Promise.race([echoThrough({ ws: host.bind(), info, path }), tooLong]);
    return { id: info.dwCatalogEntryId, name: info.szProtocol, servedBy: [...crossed], ...outcome };
  } finally {
    stop();
    tooLong.catch(() => undefined);
    ended.abort();
  }
}
