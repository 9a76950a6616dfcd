// Two machines on a wire, made of network namespaces and a veth pair: avahi-daemon, with a message bus of its own, on one, and a
// process with our provider on the other, or on the same. Nothing of this machine's own network or of its daemons is touched. No test
// knowledge. Where this cannot be had, `noAvahi` says why, for the tests to be skipped with.
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Reply, Request } from './avahi-peer.js';

const TOOLS = ['avahi-daemon', 'dbus-daemon', 'avahi-browse', 'avahi-publish', 'avahi-resolve', 'unshare', 'nsenter', 'ip', 'mount'];
/** Debian keeps some where an ordinary user's path does not lead. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
/** The kernel's facts about interfaces are to be those of the new network; /run is where avahi-daemon puts its own files. */
const ALONE = 'mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && ip link set lo up';

/** Why it cannot be done here; null where it can. */
export const noAvahi = whyNot();

function whyNot(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need root on Linux';
  const env = { ...process.env, PATH };
  const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { env }).status !== 0);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const wire = 'ip link add wire0 type veth peer name wire1';
  const tried = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', `${ALONE} && ${wire}`], { env, encoding: 'utf8' });
  return tried.status === 0 ? null : `no network namespaces: ${tried.stderr.trim()}`;
}

const AVAHI_ADDRESS = '10.53.53.1';
const OUR_ADDRESS = '10.53.53.2';
/** Without IPv6 in the kernel it is a wire for IPv4. */
const interfaceCommands = (name: string, v4: string, v6: string): string =>
  `ip addr add ${v4}/24 dev ${name}; ip link set ${name} addrgenmode none; ip link set ${name} up; ip addr add ${v6}/64 dev ${name} nodad || true`;

/** What must be said of avahi-daemon's host, and of ours. */
export interface WireOptions {
  readonly avahiHost: string;
  /** The settings of our provider. */
  readonly settings: string;
  /** Both on one machine, which share its port and its name; the wire's other end is nobody's. */
  readonly isShared?: boolean;
}

/** The two machines. */
export class Wire {
  readonly avahiAddress = AVAHI_ADDRESS;
  readonly ourAddress = OUR_ADDRESS;
  readonly #directory = mkdtempSync(join(tmpdir(), 'winsock2-avahi-'));
  readonly #env = { ...process.env, PATH, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${this.#directory}/bus`, LC_ALL: 'C.UTF-8' };
  readonly #children: ChildProcess[] = [];
  readonly #replies: ((reply: Reply) => void)[] = [];
  #avahi: ChildProcess | null = null;
  #ours: ChildProcess | null = null;

  /** Connects the machines and starts what runs on them. */
  static async start(options: WireOptions): Promise<Wire> {
    const wire = new Wire();
    try {
      await wire.#start(options);
      return wire;
    } catch (error) {
      await wire.stop();
      throw error;
    }
  }

  /** Asks our process. */
  ask(request: Request): Promise<Reply> {
    return new Promise((resolve) => {
      this.#replies.push(resolve);
      this.#ours?.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Runs one of Avahi's programs to its end; what it printed. */
  async avahi(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('nsenter', [...this.#inside(), program, ...args], { env: this.#env, timeout: 20_000 });
    return stdout;
  }

  /** Has Avahi announce a service until the result is called; done when it is announced. Its name is what Avahi made of it. */
  async publish(...args: readonly string[]): Promise<() => Promise<void>> {
    const child = this.#spawn('nsenter', [...this.#inside(), 'avahi-publish', ...args]);
    await said(child, /Established under name/);
    return () => ended(child);
  }

  /** Ends all that runs, by its process, and removes its files; the networks go with their last process. */
  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) await ended(child);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #start({ avahiHost, settings, isShared = false }: WireOptions): Promise<void> {
    writeFileSync(join(this.#directory, 'bus.conf'), busConfiguration(this.#directory));
    writeFileSync(join(this.#directory, 'avahi.conf'), avahiConfiguration(avahiHost));
    const bus = `exec dbus-daemon --nofork --nopidfile --print-address=2 --config-file=${this.#directory}/bus.conf`;
    const avahi = this.#spawn('unshare', ['--net', '--mount', 'sh', '-c', `${ALONE} && ${bus}`]);
    this.#avahi = avahi;
    await said(avahi, /unix:path/);
    const peer = join(import.meta.dirname, 'avahi-peer.ts');
    const node = `echo alone >&2 && read go && exec '${process.execPath}' --import tsx '${peer}' '${settings}'`;
    const ours = isShared
      ? this.#spawn('nsenter', [...this.#inside(), 'sh', '-c', `cd '${process.cwd()}' && ${node}`])
      : this.#spawn('unshare', ['--net', '--mount', 'sh', '-c', `${ALONE} && ${node}`]);
    this.#ours = ours;
    await said(ours, /alone/);
    await this.#connect(String(avahi.pid), String(isShared ? avahi.pid : ours.pid), isShared);
    const daemon = ['avahi-daemon', '--no-drop-root', '--no-chroot', '--no-rlimits', `--file=${this.#directory}/avahi.conf`];
    await said(this.#spawn('nsenter', [...this.#inside(), ...daemon]), /Server startup complete/);
    const lines = createInterface({ input: ours.stdout! });
    const isReady = once(lines, 'line');
    ours.stdin?.write('go\n');
    await isReady;
    lines.on('line', (line) => this.#replies.shift()?.(JSON.parse(line) as Reply));
  }

  /** Puts the wire between the networks of two processes. */
  async #connect(there: string, here: string, isShared: boolean): Promise<void> {
    await this.#run('ip', ['link', 'add', 'wire0', 'netns', there, 'type', 'veth', 'peer', 'name', 'wire1', 'netns', here]);
    const ours = isShared ? 'ip link set wire1 addrgenmode none && ip link set wire1 up' : interfaceCommands('wire1', OUR_ADDRESS, 'fe80::53:2');
    await this.#run('nsenter', ['-t', there, '-n', 'sh', '-c', interfaceCommands('wire0', AVAHI_ADDRESS, 'fe80::53:1')]);
    await this.#run('nsenter', ['-t', here, '-n', 'sh', '-c', ours]);
  }

  #inside(): string[] {
    return ['-t', String(this.#avahi?.pid), '-n', '-m'];
  }

  #spawn(program: string, args: readonly string[]): ChildProcess {
    const child = spawn(program, args, { env: this.#env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.push(child);
    return child;
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    await promisify(execFile)(program, args, { env: this.#env, timeout: 20_000 });
  }
}

/** Waits until a process has said something on its error output; an error when it ends before. */
function said(child: ChildProcess, what: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (what.test(log)) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`ended before it said ${String(what)}:\n${log}`));
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

const busConfiguration = (directory: string): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

const avahiConfiguration = (host: string): string => `[server]
host-name=${host}
allow-interfaces=wire0
use-ipv4=yes
use-ipv6=yes
[publish]
publish-workstation=no
publish-hinfo=no
`;
