// A BIND 9 of a test's own: `named` on a loopback port that the system chose, with a zone and a key that nobody else has, in a
// temporary directory. No test knowledge. Where there is no named, `noNamed` says so, for the tests to be skipped with.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';

/** Debian keeps it where an ordinary user's path does not lead. */
const PLACES = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

function findProgram(name: string): string | null {
  const found = PLACES.map((place) => join(place, name)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ?? null;
}

const program = findProgram('named');

/** Why no server can be started here; null where one can. */
export const noNamed = program === null ? 'named of BIND 9 is not installed' : null;

/** What a server is started with. */
export interface NamedOptions {
  /** Records of the zone in master file form, relative to it; one a line. */
  readonly records?: readonly string[];
  /** Further zones and their records, as that of reverse names. They take no updates. */
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  /** The zone that takes updates; `fleet.test` if left out. */
  readonly zone?: string;
}

/** A server that runs. */
export interface Named {
  readonly address: '127.0.0.1';
  readonly port: number;
  readonly zone: string;
  /** Its temporary directory, for further files of the test; removed with it. */
  readonly directory: string;
  /** The key that updates of the zone are signed with: the file, in the form that tsig-keygen writes, and what is in it. */
  readonly keyFile: string;
  readonly keyName: string;
  readonly secret: string;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Ends it; by its process, which is gone when the promise is kept. */
  stop(): Promise<void>;
}

/** Tells a key file's text, as tsig-keygen does. */
export const keyFileText = (name: string, secret: string): string =>
  `key "${name}" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`;

const KEY_NAME = 'fleet-key';
const ATTEMPTS = 5;

/** Starts a server; it answers when the promise is kept. */
export async function startNamed(options: NamedOptions = {}): Promise<Named> {
  for (let attempt = 1; ; attempt++) {
    const started = await tryStart(options, await freePort());
    if (typeof started !== 'string') return started;
    // Somebody else may have taken the port meanwhile.
    if (attempt === ATTEMPTS || !started.includes('address in use')) throw new Error(`named did not start:\n${started}`);
  }
}

async function tryStart({ zone = 'fleet.test', records = [], zones = {} }: NamedOptions, port: number): Promise<Named | string> {
  if (program === null) throw new Error('named is not there; ask noNamed first');
  const directory = mkdtempSync(join(tmpdir(), 'winsock2-named-'));
  const secret = randomBytes(32).toString('base64');
  const keyFile = join(directory, 'fleet.key');
  writeFileSync(keyFile, keyFileText(KEY_NAME, secret), { mode: 0o600 });
  const all = { [zone]: records, ...zones };
  Object.entries(all).forEach(([name, lines], index) => {
    writeFileSync(join(directory, `zone-${index}.db`), zoneText(name, lines));
  });
  writeFileSync(join(directory, 'named.conf'), configuration(directory, port, keyFile, Object.keys(all)));
  const child = spawn(program, ['-g', '-n', '1', '-c', join(directory, 'named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const running = await new Promise<boolean>((resolve) => {
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      log += text;
      // It says so when it could not have one of its ports, too.
      if (/ running$/m.test(log)) resolve(!log.includes('address in use'));
    });
    child.on('error', (error) => {
      log += String(error);
      resolve(false);
    });
    child.on('exit', () => resolve(false));
  });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(directory, { recursive: true, force: true });
  };
  if (!running) {
    await stop();
    return log;
  }
  return { address: '127.0.0.1', port, zone, directory, keyFile, keyName: KEY_NAME, secret, log: () => log, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** A port that is free for both transports. */
async function freePort(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    const closed = Promise.all([once(socket, 'close'), isFree ? once(server, 'close') : null]);
    socket.close();
    server.close();
    await closed;
    if (isFree) return port;
  }
}

const zoneText = (zone: string, records: readonly string[]): string =>
  [
    '$TTL 300',
    `$ORIGIN ${zone}.`,
    '@ SOA ns hostmaster 1 3600 600 86400 60',
    '@ NS ns',
    'ns A 127.0.0.1',
    ...records,
    '',
  ].join('\n');

const configuration = (directory: string, port: number, keyFile: string, [own = '', ...others]: readonly string[]): string => `
include "${keyFile}";
controls { };
options {
  directory "${directory}";
  pid-file none;
  session-keyfile none;
  managed-keys-directory "${directory}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  allow-query { 127.0.0.1; };
  recursion no;
  dnssec-validation no;
  empty-zones-enable no;
  notify no;
  max-cache-size 4m;
};
zone "${own}" {
  type primary;
  file "zone-0.db";
  allow-update { key "${KEY_NAME}"; };
};
${others.map((zone, index) => `zone "${zone}" { type primary; file "zone-${index + 1}.db"; };`).join('\n')}
`;
