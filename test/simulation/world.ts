// Owns: a simulated network with Winsock processes on its hosts, for the tests that watch the whole stack at work.
// Does not own: what the processes do.
import * as api from '../../src/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver, type SimHost } from '../../src/drivers/sim/index.js';
import type { WinsockHost } from '../../src/winsock.js';

export { api };

/** A host, and the process that runs on it. */
export class Machine {
  readonly host: SimHost;
  process: WinsockHost;

  constructor(host: SimHost) {
    this.host = host;
    this.process = boot(host);
  }

  /** The host's first IPv4 address on a link. */
  get address(): string {
    const face = this.host.stack.ip.interfaces.find((one) => !one.loopback);
    const found = face?.addresses.find(({ address }) => address.family === 'ipv4');
    if (found === undefined) throw new Error(`${this.host.name} has no address`);
    return found.address.text;
  }

  /** Runs `body` in the host's process. */
  run<R>(body: () => R): R {
    return this.process.run(body);
  }

  /** Everything in the process is gone at once, and nobody is told. */
  crash(): void {
    this.host.crash();
    this.process.ended = true;
  }

  /** The host comes back, with nothing running on it. */
  restart(): void {
    this.host.restart();
    this.process = boot(this.host);
  }
}

function boot(host: SimHost): WinsockHost {
  const { clock } = host.network;
  return api.createProcess({ driver: simDriver(host), clock, store: new MemoryStore(), name: host.name });
}

/** A network and the machines on it. */
export class World {
  readonly network: SimNetwork;
  readonly machines: readonly Machine[];

  constructor(options: ConstructorParameters<typeof SimNetwork>[0], ...names: readonly string[]) {
    this.network = new SimNetwork(options);
    this.machines = names.map((name) => new Machine(this.network.host(name)));
  }

  machine(name: string): Machine {
    const found = this.machines.find(({ host }) => host.name === name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.network.clock.setTimer(ms, resolve);
    });
  }

  /** The result of `work`, or an error once nothing more is to come or `limitMs` of virtual time have passed. */
  async until<T>(work: Promise<T>, limitMs: number): Promise<T> {
    const { clock, seed } = this.network;
    let end = (): void => undefined;
    const hang = new Promise<never>((_resolve, reject) => {
      const give = (why: string) => (): void => {
        reject(new Error(`${why} at ${String(clock.now())} ms, seed ${String(seed)}`));
      };
      const timer = clock.watchdog(limitMs, give('not done in time'));
      const listening = clock.onIdle(give('everybody waits and nothing is to come'));
      end = (): void => {
        timer.cancel();
        listening();
      };
    });
    try {
      return await Promise.race([work, hang]);
    } finally {
      end();
    }
  }

  end(): void {
    this.network.stop();
  }
}

/** The socket address of an IPv4 address and a port. */
export function endpoint(address: string, port: number): api.sockaddr_in {
  const name = new api.sockaddr_in();
  name.sin_family = api.AF_INET;
  name.sin_port = api.htons(port);
  if (api.inet_pton(api.AF_INET, address, name.sin_addr) !== 1) throw new Error(`no address: ${address}`);
  return name;
}

/** A success, or an error that names what failed. */
export function must(what: string, result: number): number {
  if (result === api.SOCKET_ERROR) throw new Error(`${what}: ${api.errorName(api.WSAGetLastError())}`);
  return result;
}

/** Starts Winsock in the current process. */
export async function start(): Promise<void> {
  const error = await api.WSAStartup(api.MAKEWORD(2, 2), new api.WSADATA());
  if (error !== 0) throw new Error(`WSAStartup: ${String(error)}`);
}

/** A listening TCP socket on every address. */
export function listenOn(port: number, backlog = 64): api.SOCKET {
  const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
  must('bind', api.bind(s, endpoint('0.0.0.0', port), api.sockaddr_in.size));
  must('listen', api.listen(s, backlog));
  return s;
}

/** A TCP socket connected to an address, or the error. */
export async function dial(address: string, port: number): Promise<{ s: api.SOCKET; error: number }> {
  const s = api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP);
  const result = await api.connect(s, endpoint(address, port), api.sockaddr_in.size);
  return { s, error: result === 0 ? 0 : api.WSAGetLastError() };
}

/** Byte `i` of the stream with this number. */
export function byteAt(stream: number, i: number): number {
  return (i * 31 + (i >>> 8) * 7 + stream * 101) & 0xff;
}

/** `length` bytes of a stream from `offset` on. */
export function bytesAt(stream: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bytes[i] = byteAt(stream, offset + i);
  return bytes;
}
