// `npm run test:versions [-- MAJOR...]`: the test suite on other Node versions, whose binaries come from the npm package
// `node`, installed in a temporary folder. Downloads some 40 MB a version, so it is not part of CI.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { run } from './run.js';

const asked = process.argv.slice(2);
const majors = asked.length > 0 ? asked : ['22', '24', '26'];
const folder = mkdtempSync(join(tmpdir(), 'winsock2-node-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});

const failed = majors.filter((major) => !passesOn(major));
console.log(failed.length === 0 ? `passed on Node ${majors.join(', ')}` : `failed on Node ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function passesOn(major: string): boolean {
  const node = install(major);
  if (node === null) return false;
  // First on the path, so that child processes of tests get the same version.
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`;
  return run(node, ['node_modules/vitest/vitest.mjs', 'run'], { env: { PATH: path } }) === 0;
}

/** The path of that version's binary, or null when it could not be had. */
function install(major: string): string | null {
  const home = mkdtempSync(join(folder, `${major}-`));
  writeFileSync(join(home, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', `node@${major}`], { cwd: home });
  const node = join(home, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return node;
  console.error(`node@${major} brought no binary: its install script may have been held back`);
  return null;
}
