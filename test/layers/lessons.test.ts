// The lessons: the code that they show is that of the example, and it installs a layer that works.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { installCapture, installFault, installFirewall, installTrace } from '../../examples/install-layers.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { MemoryFiles } from '../../src/win32/index.js';
import { createProcess } from '../../src/winsock.js';
import { api, dial, endpoint, start } from './world.js';

const install: Readonly<Record<string, () => Promise<number>>> = {
  trace: installTrace,
  capture: () => installCapture('/a folder/a&b.pcapng'),
  fault: installFault,
  firewall: installFirewall,
};

const example = readFileSync('examples/install-layers.ts', 'utf8');

it.each(Object.keys(install))('the code of %s.md is that of the example', (name) => {
  const [, shown = ''] = new RegExp(`// ${name}\\n([\\s\\S]*?)// end\\n`).exec(example) ?? [];
  expect(shown).toContain('WSCInstallProviderAndChains');
  expect(readFileSync(`docs/layers/${name}.md`, 'utf8')).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

it.each(Object.entries(install))('%s: what it installs makes the sockets of the next process', async (name, body) => {
  const [store, files] = [new MemoryStore(), new MemoryFiles()];
  const installer = createProcess({ store });
  expect(await installer.run(body)).toBe(0);
  const process = createProcess({ store, files });
  const log = console.error;
  const lines: unknown[] = [];
  console.error = (line: unknown) => lines.push(line);
  try {
    await process.run(async () => {
      await start();
      const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
      const info = new api.WSAPROTOCOL_INFOW();
      expect(api.getsockopt(s, api.SOL_SOCKET, api.SO_PROTOCOL_INFO, info, api.ref(info.bytes.length))).toBe(0);
      expect(info.ProtocolChain.ChainLen).toBe(2);
      if (name === 'fault') {
        expect(await dial('203.0.113.1', 9)).toMatchObject({ error: api.WSAECONNREFUSED });
        // The other chain has a provider of its own, and the rule has hit already.
        const d = api.socket(api.AF_INET, api.SOCK_DGRAM, 0);
        expect(await api.connect(d, endpoint('127.0.0.1', 9), api.sockaddr_in.size)).toBe(0);
      }
      if (name === 'firewall') expect(await dial('203.0.113.1', 9)).toMatchObject({ error: api.WSAEACCES });
    });
    expect(lines.length > 0).toBe(name === 'trace');
    const made = files.open('/a folder/a&b.pcapng', { read: true, write: false, disposition: api.OPEN_EXISTING });
    expect('file' in made).toBe(name === 'capture');
    // The provider is started for each chain.
    const second = files.open('/a folder/a&b-2.pcapng', { read: true, write: false, disposition: api.OPEN_EXISTING });
    expect('file' in second).toBe(false);
  } finally {
    await process.dispose();
    console.error = log;
    await installer.dispose();
  }
});
