import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  // The examples import the package by its name, as its users do. Here and in tsconfig.json (for tsc and tsx) the name
  // means the sources, so that nothing has to be built first.
  resolve: {
    alias: [
      { find: /^winsock2$/, replacement: source('index.ts') },
      { find: /^winsock2\/spi$/, replacement: source('spi/index.ts') },
      { find: /^winsock2\/spi\/install$/, replacement: source('spi/install/index.ts') },
      { find: /^winsock2\/msafd$/, replacement: source('providers/msafd/index.ts') },
      { find: /^winsock2\/layered$/, replacement: source('providers/layered/index.ts') },
      { find: /^winsock2\/namespaces$/, replacement: source('providers/namespaces/kit/index.ts') },
      { find: /^winsock2\/namespaces\/(?:email|pnrp|ntds|bluetooth)$/, replacement: source('providers/namespaces/unconfigured/index.ts') },
      { find: /^winsock2\/namespaces\/([a-z]+)$/, replacement: source('providers/namespaces/$1/index.ts') },
      { find: /^winsock2\/layers\/([a-z]+)$/, replacement: source('providers/layered/$1/index.ts') },
      { find: /^winsock2\/testing$/, replacement: source('testing/index.ts') },
      { find: /^winsock2\/tracing$/, replacement: source('tracing/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
  },
});
