// `npm run check:package`: is the tarball that npm would publish well-formed, and do its types resolve for every kind of
// importer? Needs a build. That the built code works is test/project/package.test.ts's business.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from './run.js';

if (!existsSync('dist/index.d.ts')) {
  console.error('dist is missing: run `npm run build` first');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'winsock2-pack-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});

must('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
if (tarball === undefined) throw new Error('npm pack left no tarball');
must('npx', ['publint', 'run', join(folder, tarball), '--strict']);
// node16: importers that ignore `exports` cannot reach a subpath at all, so there is nothing to hold for them.
must('npx', ['attw', join(folder, tarball), '--profile', 'node16', '--no-definitely-typed', '--no-emoji']);
