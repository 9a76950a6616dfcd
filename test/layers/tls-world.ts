// What the tests of the TLS layer share: keys and certificates as files with the permissions that the layer wants, and a
// process over real loopback. No test knowledge.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULE = 'winsock2/layers/tls';

/** The text of a fixture. The server's certificate is for server.test, 127.0.0.1 and 10.0.0.2, until 2120. */
export function fixture(name: string): string {
  return readFileSync(new URL(`tls-fixtures/${name}.pem`, import.meta.url), 'utf8');
}

/** A folder with the fixtures. */
export class Material {
  readonly folder = mkdtempSync(join(tmpdir(), 'winsock2-tls-'));

  constructor() {
    for (const name of ['ca', 'other-ca', 'server', 'server-key']) this.write(name, fixture(name), 0o600);
  }

  write(name: string, text: string, mode: number): void {
    writeFileSync(this.path(name), text);
    chmodSync(this.path(name), mode);
  }

  path(name: string): string {
    return join(this.folder, `${name}.pem`);
  }

  /** The layer's module name for a client. */
  client(ca = 'ca', more = ''): string {
    return `${MODULE}?ca=${this.path(ca)}${more}`;
  }

  /** The layer's module name for a server. */
  server(more = ''): string {
    return `${MODULE}?cert=${this.path('server')}&key=${this.path('server-key')}${more}`;
  }

  /** The settings of a process that talks to itself, whatever its address is. */
  get both(): string {
    return `verify=no&cert=${this.path('server')}&key=${this.path('server-key')}`;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
