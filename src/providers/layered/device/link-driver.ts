// A driver whose network is the link below in one chain: its streams are sockets of the next provider with a filter of the
// layer's above each. It has no datagrams: those go past the device.
import type { Driver, StreamSink, StreamTransport } from '../../../drivers/contract.js';
import type { LinkBelow } from './lower-socket.js';
import { LINK_SETTINGS, LinkStream } from './link-stream.js';
import type { MakeFilter, StreamFilter } from './stream-filter.js';

const nothing = { ok: false, error: 'ENOTSUP' } as const;

/** The driver, and what its owner asks of it beside the contract. */
export interface LinkDriver extends Driver {
  /** The link's stream that a stream of this driver stands on, or null. */
  carrierOf(stream: StreamTransport): LinkStream | null;
  /** Closes that go on after their sockets are gone. */
  readonly closing: ReadonlySet<StreamTransport>;
  /** Called when the last of those is over. */
  whenClosed: () => void;
}

/**
 * Makes the driver.
 *
 * @param below - what is below
 * @param make - makes the filter of each stream
 */
export function linkDriver(below: LinkBelow, make: MakeFilter): LinkDriver {
  const carriers = new WeakMap<StreamTransport, LinkStream>();
  const closing = new Set<StreamTransport>();
  const protocol = below.link.info.iProtocol;

  /** Puts a filter between a socket and its stream below, which is noted as closing until it is closed. */
  const place = (filter: StreamFilter, carrier: StreamTransport, sink: StreamSink | null): StreamFilter => {
    filter.below = carrier;
    filter.above = sink;
    filter.makeAccepted = (connection) => place(make(), connection, null);
    if (carrier instanceof LinkStream) carriers.set(filter, carrier);
    const close = filter.close.bind(filter);
    const reset = filter.reset.bind(filter);
    const over = (): void => {
      if (closing.delete(filter) && closing.size === 0) driver.whenClosed();
    };
    filter.close = (closed) => {
      closing.add(filter);
      close((error) => {
        over();
        closed(error);
      });
    };
    filter.reset = () => {
      reset();
      over();
    };
    return filter;
  };
  const open: Driver['openStream'] = (family, sink) => {
    const filter = make();
    const carrier = LinkStream.open(below, family, protocol, filter);
    return typeof carrier === 'string' ? carrier : place(filter, carrier, sink);
  };

  const driver: LinkDriver = {
    name: 'link',
    capabilities: {
      urgentData: false,
      raw: false,
      packetInfo: false,
      families: ['ipv4', 'ipv6'],
      unconnectedPortUnreachable: false,
      deferredAccept: false,
      sourceFilters: false,
      pathFigures: false,
      pullDatagrams: false,
      settings: [...LINK_SETTINGS, 'backlog'],
    },
    resolver: {
      hostName: () => '',
      lookup: () => Promise.resolve(nothing),
      reverse: () => Promise.resolve(nothing),
    },
    openStream: open,
    openDatagram: () => 'ENOTSUP',
    openRaw: () => 'ENOTSUP',
    interfaces: () => [],
    watch: () => null,
    sourceFor: () => 'ENOTSUP',
    carrierOf: (stream) => carriers.get(stream) ?? null,
    closing,
    whenClosed: () => undefined,
  };
  return driver;
}
