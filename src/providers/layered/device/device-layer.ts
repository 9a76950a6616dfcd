// A layer that changes the bytes of TCP connections. Its stream sockets are those of a socket device of its own, whose driver
// is the link below; so queues, readiness, events and overlapped operations are the device's, as for any other driver, and
// the layer is a filter between two streams. Sockets of other kinds go through as in a passthrough layer.
import {
  INVALID_SOCKET,
  SIO_BASE_HANDLE,
  SIO_QUERY_TARGET_PNP_HANDLE,
  SIO_TCP_INFO,
  SOCK_STREAM,
  AF_INET,
  AF_INET6,
  ref,
  type SOCKET,
  type WSAPROTOCOL_INFOW,
} from '../../../abi/index.js';
import { AFD_DEVICE, Afd, Endpoint, StreamEndpoint } from '../../../afd/index.js';
import type { LPWSPSTARTUP, WSPPROC_TABLE } from '../../../spi/index.js';
import { currentThread, isCancellable, type Process } from '../../../win32/index.js';
import { msafdTable } from '../../msafd/table.js';
import { forwardingTable } from '../forwarding-table.js';
import { layer, type StartedLayer } from '../layer.js';
import type { ServedChain } from '../links.js';
import { linkDriver, type LinkDriver } from './link-driver.js';
import type { MakeFilter } from './stream-filter.js';

/** What such a layer is given when it starts. */
export interface DeviceStart {
  readonly started: StartedLayer;
  readonly process: Process;
  /** Leaves a line in the trace. */
  readonly note: (text: string) => void;
}

/** What such a layer does in one process. */
export interface DeviceChange {
  /** Makes the filter of each stream. */
  readonly make: MakeFilter;
  /** Entries that differ for all sockets, streams or not, made out of those that are there. */
  readonly entries?: (table: WSPPROC_TABLE) => Partial<WSPPROC_TABLE>;
}

/** What such a layer is. */
export interface DeviceLayerOptions {
  /** For WSPDATA: what the provider calls itself. */
  readonly description: string;
  /** The name for the trace. */
  readonly module: string;
  /** Called at each start, so what the layer remembers belongs here. What it throws fails the start. */
  readonly start: (start: DeviceStart) => DeviceChange;
}

/** The codes that speak of the connection below. */
const OF_THE_LINK: readonly number[] = [SIO_BASE_HANDLE, SIO_QUERY_TARGET_PNP_HANDLE, SIO_TCP_INFO].map((code) => code >>> 0);

/** The device for the streams of one chain. */
interface ChainDevice {
  readonly driver: LinkDriver;
  readonly table: WSPPROC_TABLE;
}

/** The devices of one started layer. */
class Devices {
  readonly #start: DeviceStart;
  readonly #make: MakeFilter;
  readonly #byChain = new Map<number, ChainDevice>();
  readonly #byAfd = new Map<Afd, ChainDevice>();

  constructor(start: DeviceStart, make: MakeFilter) {
    this.#start = start;
    this.#make = make;
  }

  /** The device of a chain, or null for one whose sockets are no TCP connections. */
  of(info: WSAPROTOCOL_INFOW | null): ChainDevice | null {
    if (info === null || info.iSocketType !== SOCK_STREAM) return null;
    if (info.iAddressFamily !== AF_INET && info.iAddressFamily !== AF_INET6) return null;
    const chain = this.#start.started.links.of(info);
    // What is not there, or has not started, the passthrough table refuses.
    if (chain === null || chain.link.error !== 0) return null;
    return this.#byChain.get(info.dwCatalogEntryId) ?? this.#open(chain);
  }

  /** The device that a socket is of, or null. */
  ofSocket(s: SOCKET): ChainDevice | null {
    const object = this.#start.process.handles.get(s);
    return object instanceof Endpoint ? (this.#byAfd.get(object.afd) ?? null) : null;
  }

  get all(): IterableIterator<ChainDevice> {
    return this.#byChain.values();
  }

  get areClosing(): boolean {
    return [...this.all].some(({ driver }) => driver.closing.size > 0);
  }

  whenClosed(closed: () => void): void {
    for (const { driver } of this.all) {
      driver.whenClosed = () => {
        if (!this.areClosing) closed();
      };
    }
  }

  /** As documented, what is under way at WSPCleanup ends without an event or a routine being told. */
  silence(sockets: Iterable<SOCKET>): void {
    for (const s of sockets) {
      const object = this.#start.process.handles.get(s);
      if (object !== null && isCancellable(object)) object.pending.silence();
    }
  }

  #open({ info: { dwCatalogEntryId }, link }: ServedChain): ChainDevice {
    const { process, started } = this.#start;
    const driver = linkDriver({ process, link }, this.#make);
    const machine = process.openDevice(AFD_DEVICE);
    // Interfaces and routes are the machine's, whoever asks.
    const afd = new Afd(machine instanceof Afd ? withMachine(driver, machine) : driver, process);
    const device = { driver, table: msafdTable(process, afd, started.upcalls, dwCatalogEntryId) };
    const { lpWSPIoctl } = device.table;
    device.table.lpWSPIoctl = (s, code, ...args) => {
      const below = OF_THE_LINK.includes(code >>> 0) && args[5] === null ? this.#socketBelow(s, driver) : null;
      return below === null ? lpWSPIoctl(s, code, ...args) : link.procs.lpWSPIoctl(below, code, ...args);
    };
    this.#byChain.set(dwCatalogEntryId, device);
    this.#byAfd.set(afd, device);
    return device;
  }

  #socketBelow(s: SOCKET, driver: LinkDriver): SOCKET | null {
    const object = this.#start.process.handles.get(s);
    return object instanceof StreamEndpoint ? (driver.carrierOf(object.transport)?.socket.s ?? null) : null;
  }
}

function withMachine(driver: LinkDriver, { driver: machine }: Afd): LinkDriver {
  return {
    ...driver,
    interfaces: () => machine.interfaces(),
    watch: (changed) => machine.watch(changed),
    sourceFor: (destination) => machine.sourceFor(destination),
  };
}

function deviceTable(devices: Devices, below: WSPPROC_TABLE): WSPPROC_TABLE {
  const down = forwardingTable({
    ofSocket: (s) => devices.ofSocket(s)?.table ?? below,
    ofInfo: (info) => ({ procs: devices.of(info)?.table ?? below, info }),
    all: () => [...devices.all].map(({ table }) => table).concat(below),
  });
  const passed = new Set<SOCKET>();
  return {
    ...down,
    lpWSPSocket: (af, type, protocol, info, g, flags, lpErrno) => {
      const s = down.lpWSPSocket(af, type, protocol, info, g, flags, lpErrno);
      if (s !== INVALID_SOCKET && devices.ofSocket(s) === null) passed.add(s);
      return s;
    },
    lpWSPCloseSocket: (s, lpErrno) => {
      passed.delete(s);
      return down.lpWSPCloseSocket(s, lpErrno);
    },
    lpWSPCleanup: (lpErrno) => {
      for (const { table } of devices.all) table.lpWSPCleanup(ref(0));
      if (!devices.areClosing) return below.lpWSPCleanup(lpErrno);
      // What closed sockets still have to send goes out first: the links below end after that. Other sockets end now.
      devices.silence(passed);
      for (const s of passed) void below.lpWSPCloseSocket(s, ref(0));
      devices.whenClosed(() => below.lpWSPCleanup(ref(0)));
      return 0;
    },
  };
}

/**
 * Makes the WSPStartup of a layer whose TCP connections go through filters.
 *
 * @param options - what the layer is
 * @returns WSPStartup; see `layer`
 */
export function deviceLayer({ description, module, start }: DeviceLayerOptions): LPWSPSTARTUP {
  return layer({
    description,
    keepsSockets: true,
    change: (started) => {
      const { process } = currentThread();
      const note = (text: string): void => {
        if (process.trace.on) process.trace.note(module, text, [], process.clock.now());
      };
      const context: DeviceStart = { started, process, note };
      const { make, entries } = start(context);
      const table = deviceTable(new Devices(context, make), started.below);
      return { ...table, ...entries?.(table) };
    },
  });
}
