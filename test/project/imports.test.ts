// The arrows between the folders of src/, held by reading every import; and the judge itself, shown to object.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { objection, partOf } from './arrows.js';
import { firstOwnStatement, importsOf, importsUnder, sourceFiles } from './imports.js';

const judge = (file: string, text: string): (string | null)[] => importsOf(file, text).map(objection);

describe('src', () => {
  it('imports only along the arrows of the design', () => {
    const imports = importsUnder('src');
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.map(objection).filter((reason) => reason !== null)).toEqual([]);
  });

  it('has no file outside the folders of the design', () => {
    expect(sourceFiles('src').filter((file) => partOf(file) === null)).toEqual([]);
  });

  it('has a front door that only re-exports', () => {
    expect(firstOwnStatement('index.ts', readFileSync('src/index.ts', 'utf8'))).toBeNull();
  });
});

describe('the judge', () => {
  it.each([
    ['abi/errors.ts', "import { HANDLE } from '../win32/index.js';"],
    ['abi/errors.ts', "import { LRUCache } from 'lru-cache';"],
    ['spi/wsp.ts', "import { Thread } from '../win32/index.js';"],
    ['spi/wsp.ts', "export * from './install.js';"],
    ['ws2_32/provider.ts', "import { WSPStartup } from '../providers/msafd/index.js';"],
    ['ws2_32/provider.ts', "const load = () => import('../providers/msafd/index.js');"],
    ['ws2_32/socket.ts', "import type { Endpoint } from '../afd/index.js';"],
    ['ws2_32/socket.ts', "type E = import('../afd/index.js').Endpoint;"],
    ['afd/endpoint.ts', "import { createNodeDriver } from '../drivers/node/index.js';"],
    ['providers/layered/passthrough.ts', "import { WSPStartup } from '../msafd/index.js';"],
    ['api/recv.ts', "import { dispatch } from '../spi/index.js';"],
    ['promises/socket.ts', "import { recv } from '../api/recv.js';"],
    ['afd/endpoint.ts', "import { createSocket } from 'node:dgram';"],
    ['cli/main.ts', "import net from 'node:net';"],
    ['catalog/schema.ts', "import pc from 'picocolors';"],
    ['win32/clock.ts', "import { performance } from 'perf_hooks';"],
    ['helpers/misc.ts', "import { ref } from '../abi/index.js';"],
  ])('objects: %s %s', (file, text) => {
    expect(judge(file, text)).toEqual([expect.stringContaining(file)]);
  });

  it.each([
    ['spi/wsp.ts', "import type { Thread } from '../win32/index.js';"],
    ['spi/wsp.ts', "import { type Thread } from '../win32/index.js';"],
    ['spi/install.ts', "import { Catalog } from '../catalog/index.js';"],
    ['drivers/sim/tcp.ts', "import type { Clock } from '../../win32/clock.js';"],
    ['drivers/node/stream.ts', "import net from 'node:net';"],
    ['catalog/json-store.ts', "import { promises } from 'node:fs';"],
    ['blocking/index.ts', "import { recv } from '../index.js';"],
    ['winsock.ts', "import * as msafd from './providers/msafd/index.js';"],
  ])('agrees: %s %s', (file, text) => {
    expect(judge(file, text)).toEqual([null]);
  });

  it('sees what a front door does besides re-exporting', () => {
    expect(firstOwnStatement('index.ts', "export * from './abi/index.js';\nconst state = {};")).toBe('const state = {};');
  });
});
