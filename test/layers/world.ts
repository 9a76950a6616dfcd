// Two machines on a simulated network, one of which makes its sockets by layers; what the tests of the ready-made layers
// stand on. No test knowledge.
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver, type SimHost } from '../../src/drivers/sim/index.js';
import { MemoryFiles, type TraceReport } from '../../src/win32/index.js';
import * as msafd from '../../src/providers/msafd/index.js';
import { createModuleLoader, type LPWSPSTARTUP } from '../../src/spi/index.js';
import { createProcess, type WinsockHost } from '../../src/winsock.js';
import { stackCatalog, type StackOptions } from '../layered/world.js';

export { api, byteAt, bytesAt, dial, endpoint, listenOn, must, start } from '../simulation/world.js';

/** How the machine with the layers is made. */
export interface LayeredOptions extends StackOptions {
  readonly files?: MemoryFiles;
  /** Modules that are no built-in ones. */
  readonly modules?: Readonly<Record<string, LPWSPSTARTUP>>;
  readonly seed?: number;
  /** The layers of the server, top to bottom; it has none without. */
  readonly serverModules?: readonly string[];
}

/** A network of `client` and `server`. */
export class LayeredWorld {
  readonly network: SimNetwork;
  /** Makes its sockets by the layers. */
  readonly client: WinsockHost;
  readonly server: WinsockHost;
  readonly files: MemoryFiles;
  readonly #hosts = new Map<string, SimHost>();
  /** What the client's trace was told in notes. */
  readonly notes: TraceReport[] = [];

  /** @param modules - the layers' module names, top to bottom */
  constructor(modules: readonly string[], options: LayeredOptions = {}) {
    this.network = new SimNetwork({ seed: options.seed ?? 1 });
    this.files = options.files ?? new MemoryFiles();
    const own = Object.entries(options.modules ?? {}).map(([name, WSPStartup]) => [name, () => Promise.resolve({ WSPStartup })] as const);
    const builtin = new Map<string, () => Promise<unknown>>([['winsock2/msafd', () => Promise.resolve(msafd)], ...own]);
    const loader = createModuleLoader({ builtin, importer: () => Promise.reject(new Error('not here')) });
    this.client = createProcess({
      ...this.#on('client'),
      store: new MemoryStore(stackCatalog(modules, options)),
      files: this.files,
      ...(options.modules === undefined ? {} : { loader }),
    });
    this.server = createProcess({ ...this.#on('server'), store: new MemoryStore(stackCatalog(options.serverModules ?? [])) });
  }

  #on(name: string): { driver: ReturnType<typeof simDriver>; clock: SimNetwork['clock']; name: string } {
    const host = this.network.host(name);
    this.#hosts.set(name, host);
    return { driver: simDriver(host), clock: this.network.clock, name };
  }

  /** Keeps the client's notes; what is listened to makes every call be reported. */
  listen(): void {
    this.client.trace.listen((report) => {
      if (report.phase === 'note') this.notes.push(report);
    });
  }

  /** The address of a machine on the network. */
  address(name: 'client' | 'server'): string {
    const face = this.#hosts.get(name)?.stack.ip.interfaces.find((one) => !one.loopback);
    const found = face?.addresses.find(({ address }) => address.family === 'ipv4');
    if (found === undefined) throw new Error(`${name} has no address`);
    return found.address.text;
  }

  /** What a file holds. */
  content(name: string): Uint8Array | null {
    const opened = this.files.open(name, { read: true, write: false, disposition: 3 });
    if (!('file' in opened)) return null;
    const bytes = new Uint8Array(opened.file.size());
    opened.file.read(bytes, 0, () => undefined);
    return bytes;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.network.clock.setTimer(ms, resolve);
    });
  }

  async end(): Promise<void> {
    await this.client.dispose();
    await this.server.dispose();
    this.network.stop();
  }
}
