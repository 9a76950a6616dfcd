// How the package is built: which source file stands behind each subpath of package.json's `exports`, and how a
// CommonJS program gets it. What is exported is package.json's business; test/project holds the two lists together.
import { rm, writeFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';

/** The name of each built entry, and its source. */
export const entries = {
  index: 'src/index.ts',
  spi: 'src/spi/index.ts',
  install: 'src/spi/install/index.ts',
  msafd: 'src/providers/msafd/index.ts',
  layered: 'src/providers/layered/index.ts',
  namespaces: 'src/providers/namespaces/kit/index.ts',
  'namespace-dns': 'src/providers/namespaces/dns/index.ts',
  'namespace-hosts': 'src/providers/namespaces/hosts/index.ts',
  'namespace-mdns': 'src/providers/namespaces/mdns/index.ts',
  'namespace-memory': 'src/providers/namespaces/memory/index.ts',
  'namespace-nla': 'src/providers/namespaces/nla/index.ts',
  'namespace-registry': 'src/providers/namespaces/registry/index.ts',
  'namespace-simulated': 'src/providers/namespaces/simulated/index.ts',
  'namespace-unconfigured': 'src/providers/namespaces/unconfigured/index.ts',
  'layer-capture': 'src/providers/layered/capture/index.ts',
  'layer-fault': 'src/providers/layered/fault/index.ts',
  'layer-firewall': 'src/providers/layered/firewall/index.ts',
  'layer-trace': 'src/providers/layered/trace/index.ts',
  'layer-shaper': 'src/providers/layered/shaper/index.ts',
  'layer-redirect': 'src/providers/layered/redirect/index.ts',
  'layer-tls': 'src/providers/layered/tls/index.ts',
  testing: 'src/testing/index.ts',
  tracing: 'src/tracing/index.ts',
  'tracing-register': 'src/tracing/register.ts',
};

/** The programs of package.json's `bin`: built beside the entries, sharing their code, and imported by nobody. */
export const programs = {
  cli: 'src/cli/main.ts',
};

// There is one build of the code, as ESM, and `require` gets that same one (Node requires ESM without a flag from
// 20.19 and 22.12 on). A second build as CommonJS would give one process two handle tables and two sets of structure
// classes as soon as a CommonJS program loads a provider with import(), or a provider that is written as ESM.
const forRequire = (name: string): string => `'use strict';\nmodule.exports = require('./${name}.js');\n`;

export default defineConfig(async ({ outDir = 'dist', dts = true }) => {
  // Here and not by tsup's `clean`, because the two builds below run at the same time.
  await rm(outDir, { recursive: true, force: true });
  const shared = {
    entry: entries,
    outDir,
    target: 'node20',
    platform: 'node' as const,
    splitting: true,
    removeNodeProtocol: false,
    silent: true,
  };
  const code = {
    ...shared,
    entry: { ...entries, ...programs },
    format: ['esm' as const],
    dts: dts && { entry: entries },
    sourcemap: true,
    onSuccess: async () => {
      await Promise.all(Object.keys(entries).map((name) => writeFile(`${outDir}/${name}.cjs`, forRequire(name))));
    },
  };
  // The declarations that `require` sees must be CommonJS ones, or a strict compiler refuses them.
  const commonJsTypes = { ...shared, format: ['cjs' as const], dts: { only: true } };
  return dts === false ? [code] : [code, commonJsTypes];
});
