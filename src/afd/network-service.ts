// The network service of a process: datagram ports for its name space providers, over the same driver as its sockets and in
// the same port table. It decides nothing of Winsock.
import type { DatagramTransport, NetAddress } from '../drivers/contract.js';
import type { DatagramHow, DatagramPort, NetworkInterface, NetworkService } from '../win32/index.js';
import type { Afd } from './device.js';
import type { Holding } from './port-table.js';

const ANY = { ipv4: '0.0.0.0', ipv6: '::' } as const;

/** What the driver takes for an interface: its address, or over IPv6 its number. */
const choice = (face: NetworkInterface): string => (face.family === 'ipv6' ? String(face.index) : face.address);

class AfdDatagramPort implements DatagramPort {
  readonly port: number;
  readonly #afd: Afd;
  readonly #transport: DatagramTransport;
  readonly #holding: Holding;
  #open = true;

  constructor(afd: Afd, transport: DatagramTransport, holding: Holding) {
    this.#afd = afd;
    this.#transport = transport;
    this.#holding = holding;
    this.port = holding.address.port;
  }

  join(group: string, face: NetworkInterface): string | null {
    return this.#transport.join({ group, interface: choice(face), source: null });
  }

  leave(group: string, face: NetworkInterface): void {
    this.#transport.leave({ group, interface: choice(face), source: null });
  }

  send(data: Uint8Array, to: NetAddress, face: NetworkInterface | null): void {
    if (!this.#open) return;
    if (face !== null && this.#transport.setMulticastInterface(choice(face)) !== null) return;
    this.#transport.send([data], to, null, () => undefined);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#afd.ports.release(this.#holding);
    this.#transport.close();
  }
}

function open(afd: Afd, how: DatagramHow): DatagramPort | string {
  const { family, port, shared, multicastHops, received } = how;
  const address: NetAddress = { family, address: ANY[family], port, scopeId: 0 };
  const sharing = shared ? 'reuse' : 'default';
  const wanted: Holding = { protocol: 'datagram', address, sharing, dualStack: false };
  if (afd.ports.check(wanted) !== 0) return 'EADDRINUSE';
  const transport = afd.driver.openDatagram(family, { received, failed: () => undefined });
  if (typeof transport === 'string') return transport;
  const error = transport.bind(address, { shared, v6Only: true });
  if (error !== null) {
    transport.close();
    return error;
  }
  // A driver that cannot say so sends with what it has.
  transport.set('multicastTtl', multicastHops);
  transport.set('multicastLoop', 1);
  const holding = { ...wanted, address: transport.local ?? address };
  afd.ports.take(holding);
  return new AfdDatagramPort(afd, transport, holding);
}

/** The network service over a socket device. */
export function networkService(afd: Afd): NetworkService {
  const { driver } = afd;
  return {
    hostName: () => driver.resolver.hostName(),
    interfaces: () => driver.interfaces(),
    watch: (changed) => driver.watch(changed),
    openDatagram: (how) => open(afd, how),
  };
}
