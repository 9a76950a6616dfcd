// Wireshark's own opinion of a capture, by its command-line form, where that is installed.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Why it cannot be asked, or null. */
export const noTshark: string | null = spawnSync('tshark', ['--version']).status === 0 ? null : 'tshark is not installed';

/** The packets of a capture that a display filter finds: the named fields of each, in order. */
export async function tshark(file: Uint8Array, filter: string, fields: readonly string[]): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'winsock2-capture-'));
  try {
    const path = join(folder, 'capture.pcapng');
    await writeFile(path, file);
    // Checksums are looked at too, which Wireshark leaves out by default.
    const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
    const wanted = fields.flatMap((field) => ['-e', field]);
    const filtered = filter === '' ? [] : ['-Y', filter];
    const { stdout } = await promisify(execFile)('tshark', ['-r', path, ...checks, ...filtered, '-T', 'fields', ...wanted]);
    return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
