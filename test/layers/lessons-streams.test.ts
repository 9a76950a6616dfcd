// The lessons of the shaper, redirect and TLS layers: the code that they show is the code below, and it installs what they say.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type * as installers from 'winsock2/spi/install';
// lesson
import { SOCKET_ERROR, WSAPROTOCOL_INFOW, XP1_IFS_HANDLES, guid, ref } from 'winsock2/spi/install';

// Made once, by any generator of GUIDs, and this installation's for ever.
const LAYER = guid('{6D1D6B2E-1B5D-4E0E-9A55-0A6E2C3B7F20}');

/** Installs a layer with its settings over every base protocol; 0 or the error. */
export async function install(ws: Pick<typeof installers, 'WSCInstallProviderAndChains'>, module: string): Promise<number> {
  const lpErrno = ref(0);
  const added = await ws.WSCInstallProviderAndChains(LAYER, module, 'My line', XP1_IFS_HANDLES, null, 0, null, lpErrno);
  return added === SOCKET_ERROR ? lpErrno.value : 0;
}
// end of lesson
import { AF_INET, IPPROTO_TCP, SOCK_STREAM, SOL_SOCKET, SO_PROTOCOL_INFOW, WSADATA } from '../../src/abi/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { createProcess } from '../../src/winsock.js';

it.each(['shaper', 'redirect', 'tls'])('the lesson of %s shows this code, and installs by it', async (name) => {
  const [, shown = ''] = /\/\/ lesson\n([\s\S]*?)\/\/ end of lesson/.exec(readFileSync('test/layers/lessons-streams.test.ts', 'utf8')) ?? [];
  const lesson = readFileSync(`docs/layers/${name}.md`, 'utf8');
  expect(lesson).toContain(`\`\`\`ts\n${shown}\`\`\``);
  const [, module = ''] = /await install\(ws, '([^']+)'\)/.exec(lesson) ?? [];
  const host = createProcess({ store: new MemoryStore() });
  const ws = host.bind();
  expect(await install(ws, module)).toBe(0);
  expect(await ws.WSAStartup(0x0202, new WSADATA())).toBe(0);
  const s = ws.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  const info = new WSAPROTOCOL_INFOW();
  expect(ws.getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOW, info, ref(info.bytes.length))).toBe(0);
  expect([info.ProtocolChain.ChainLen, info.szProtocol]).toEqual([2, expect.stringContaining('My line')]);
  await host.dispose();
});
