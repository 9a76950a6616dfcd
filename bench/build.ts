// Puts the built package and the built rows in a folder where the rows find the package by its name, so that what is
// measured is what is published and no loader of TypeScript runs in a measured process.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { build } from 'tsup';

const home = 'node_modules/.cache/winsock2-bench';

/**
 * Builds what the children run.
 * @param withPackage false to build the rows only, for runs of the raw side
 * @returns the path of the child's script
 */
export async function buildBench(withPackage: boolean): Promise<string> {
  if (withPackage) {
    const target = `${home}/node_modules/winsock2`;
    mkdirSync(target, { recursive: true });
    copyFileSync('package.json', `${target}/package.json`);
    execFileSync(process.execPath, ['node_modules/tsup/dist/cli-default.js', '--no-dts', '--out-dir', `${target}/dist`]);
  }
  await build({
    config: false,
    silent: true,
    entry: { child: 'bench/child.ts', server: 'bench/server.ts' },
    // The servers are the examples; what they import is what stands in the folder, not the sources.
    external: ['winsock2'],
    outDir: home,
    format: ['esm'],
    target: 'node20',
    outExtension: () => ({ js: '.mjs' }),
  });
  return `${home}/child.mjs`;
}
