// Layers as a provider under test of the transport provider compliance suite: the suite's two entries are chains of the
// layers over the base provider, which announces its sockets under entries of its own. No test knowledge.
import { GUID, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM, WSPDATA, guid } from '../../src/abi/index.js';
import type { SOCKET, WSAPROTOCOL_INFOW } from '../../src/abi/index.js';
import { WSPStartup as startMsafd } from '../../src/providers/msafd/index.js';
import {
  CHAIN_SERVICES,
  type ChainServices,
  type LPWSPSTARTUP,
  type WSPPROC_TABLE,
  type WSPUPCALLTABLE,
} from '../../src/spi/index.js';
import { TCP_ENTRY, UDP_ENTRY, protocolInfo } from '../../src/testing/compliance/transport/host.js';
import { MadeHandle } from '../../src/testing/compliance/transport/made-handle.js';
import type { TransportProviderUnderTest } from '../../src/testing/index.js';
import { runIn, type Process } from '../../src/win32/index.js';
import { layerId } from './world.js';

const BASE_MODULE = 'base';
const BASE_PROVIDER = layerId(999);
/** The base's own entries for the suite's two. */
const BASES: ReadonlyMap<number, number> = new Map([
  [TCP_ENTRY, 1],
  [UDP_ENTRY, 2],
]);
const FIRST_LAYER = 10;

function entry(id: number, udp: boolean, provider: string, chain: readonly number[], length: number): WSAPROTOCOL_INFOW {
  const info = udp ? protocolInfo(SOCK_DGRAM, IPPROTO_UDP, id) : protocolInfo(SOCK_STREAM, IPPROTO_TCP, id);
  info.ProviderId = guid(provider);
  info.ProtocolChain.ChainLen = length;
  for (const [index, link] of chain.entries()) info.ProtocolChain.ChainEntries[index] = link;
  return info;
}

/** What the catalog of such a stack lists. */
function listing(depth: number): WSAPROTOCOL_INFOW[] {
  const layers = Array.from({ length: depth }, (_, index) => FIRST_LAYER + index);
  const links = layers.map((id, index) => entry(id, false, layerId(index + 1), [], 0));
  const others = [...BASES].flatMap(([id, base]) => [
    entry(base, id === UDP_ENTRY, BASE_PROVIDER, [], 1),
    entry(id, id === UDP_ENTRY, layerId(1), [...layers, base], depth + 1),
  ]);
  return [...links, ...others];
}

/** A provider as it starts below another one: the suite hears of the topmost only, and knows the chains' entries only. */
function lowerStartup(process: Process, startup: LPWSPSTARTUP): LPWSPSTARTUP {
  const chainOf = (id: number): number => [...BASES].find(([, base]) => base === id)?.[0] ?? id;
  return (version, data, info, upcalls, table) =>
    runIn(process, () =>
      startup(
        version,
        data,
        info,
        {
          ...upcalls,
          // WS2_32 files the socket under this provider until the layer above announces it too.
          lpWPUModifyIFSHandle: (_id, s) => s,
          lpWPUCreateSocketHandle: (_id, context) => process.handles.open(new MadeHandle(context)) as SOCKET,
          lpWPUQueryBlockingCallback: (id, a, b, c) => upcalls.lpWPUQueryBlockingCallback(chainOf(id), a, b, c),
        },
        table,
      ),
    );
}

/** Starts a stack, top to bottom, over a base provider. */
async function startStack(
  process: Process,
  layers: readonly LPWSPSTARTUP[],
  base: LPWSPSTARTUP,
  upcalls: WSPUPCALLTABLE,
): Promise<WSPPROC_TABLE> {
  const all = listing(layers.length);
  const modules = new Map<string, [string, LPWSPSTARTUP]>([[BASE_PROVIDER, [BASE_MODULE, lowerStartup(process, base)]]]);
  for (const [index, startup] of layers.entries()) modules.set(layerId(index + 1), [`layer ${String(index)}`, lowerStartup(process, startup)]);
  const services = (link: number, above: number | null): ChainServices => ({
    link,
    above,
    protocols: () => all,
    load: (module) => {
      const startup = [...modules.values()].find(([name]) => name === module)?.[1] ?? null;
      if (startup === null) return Promise.resolve({ ok: false, error: 'not-found', message: `no ${module}` });
      return Promise.resolve({ ok: true, module: { WSPStartup: startup, NSPStartup: null, NSPv2: null } });
    },
    watch: (_module, procs) => ({ procs }),
    below: (next) => services(next, link),
  });
  const [data, table] = [new WSPDATA(), {} as WSPPROC_TABLE];
  const chain = all.find(({ dwCatalogEntryId }) => dwCatalogEntryId === TCP_ENTRY);
  const [top] = layers;
  if (chain === undefined || top === undefined) throw new Error('there is no stack');
  const given: WSPUPCALLTABLE = {
    ...upcalls,
    lpWPUGetProviderPath: (id, path, length, lpErrno) => {
      const name = id === null ? undefined : modules.get(new GUID(id).toString())?.[0];
      if (name === undefined || path === null || length === null) return upcalls.lpWPUGetProviderPath(id, path, length, lpErrno);
      for (let i = 0; i <= name.length; i++) path[i] = i < name.length ? name.charCodeAt(i) : 0;
      return 0;
    },
    [CHAIN_SERVICES]: services(TCP_ENTRY, null),
  };
  const error = await runIn(process, () => top(0x0202, data, chain, given, table));
  if (error !== 0) throw new Error(`WSPStartup failed with ${String(error)}`);
  return table;
}

/**
 * A stack of layers as the compliance suite wants it.
 *
 * @param layers - their WSPStartups, top to bottom
 * @param under - as for a provider: the process, and what it lacks
 * @param base - the base provider's WSPStartup; msafd's if left out
 */
export function stackUnderTest(
  layers: readonly LPWSPSTARTUP[],
  under: Omit<TransportProviderUnderTest, 'start'> = {},
  base: LPWSPSTARTUP = startMsafd,
): TransportProviderUnderTest {
  return { ...under, start: (process, upcalls) => startStack(process, layers, base, upcalls) };
}
