// Owns: the smallest driver there is: every operation is refused as by a machine without a network. It shows what the
// contract asks for, and stands in where a driver is wanted and must not be used.
// Does not own: anything that works.

import type {
  Capabilities,
  DatagramTransport,
  Driver,
  DriverError,
  Resolution,
  Resolver,
  StreamTransport,
  Transport,
} from './contract.js';

const DOWN: DriverError = 'ENETDOWN';

const CAPABILITIES: Capabilities = {
  urgentData: false,
  raw: false,
  packetInfo: false,
  families: ['ipv4', 'ipv6', 'unix'],
  unconnectedPortUnreachable: false,
  deferredAccept: false,
  sourceFilters: false,
  pathFigures: false,
  pullDatagrams: false,
  settings: [],
};

type Done = (error: DriverError | null) => void;

function later(done: Done, error: DriverError | null): void {
  queueMicrotask(() => {
    done(error);
  });
}

function nothing(): void {
  // There is nothing to stop, start or close.
}

const transport: Transport = {
  local: null,
  remote: null,
  bind: () => DOWN,
  set: () => 'ENOTSUP',
  pathMtu: () => null,
};

function nullStream(): StreamTransport {
  return {
    ...transport,
    attach: nothing,
    listen: () => DOWN,
    connect: () => DOWN,
    write(_chunks, done) {
      later(done, DOWN);
      return false;
    },
    writeUrgent: () => 'ENOTSUP',
    shutdownWrite: nothing,
    pause: nothing,
    resume: nothing,
    close(closed) {
      later(closed, null);
    },
    reset: nothing,
    figures: () => null,
  };
}

function nullDatagram(): DatagramTransport {
  return {
    ...transport,
    connect: () => DOWN,
    disconnect: () => DOWN,
    send(_chunks, _to, _control, done) {
      done(DOWN);
    },
    pull: () => null,
    join: () => DOWN,
    leave: () => DOWN,
    setSourceFilter: () => DOWN,
    setMulticastInterface: () => DOWN,
    close: nothing,
  };
}

function refuse<T>(): Promise<Resolution<T>> {
  return Promise.resolve({ ok: false, error: 'EAI_AGAIN' });
}

const resolver: Resolver = {
  hostName: () => 'localhost',
  lookup: () => refuse(),
  reverse: () => refuse(),
};

/** Makes a driver that opens transports of every family and refuses everything they are asked to do. */
export function createNullDriver(): Driver {
  return {
    name: 'null',
    capabilities: CAPABILITIES,
    resolver,
    openStream: () => nullStream(),
    openDatagram: () => nullDatagram(),
    openRaw: () => nullDatagram(),
    interfaces: () => [],
    watch: () => null,
    sourceFor: () => 'ENOTSUP',
  };
}
