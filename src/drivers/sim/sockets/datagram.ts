// A UDP socket as the driver contract wants it: makes datagrams and tells its owner of those that come.
import type { BindOptions, DatagramSink, DriverError, SendControl } from '../../contract.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import { PROTOCOL, type Arrival, type Route } from '../ip/service.js';
import type { UdpLayer } from '../udp/udp-layer.js';
import type { UdpOwner, UdpSocket } from '../udp/udp-socket.js';
import * as udp from '../wire/udp.js';
import { MessageSocket, type Target, writeChunks } from './message-socket.js';

/** What is left of the lengths' 65535 behind the headers: IPv4's length includes its own, IPv6's does not. */
const LIMIT = { ipv4: 65_507, ipv6: 65_527 } as const;

export class SimDatagram extends MessageSocket implements UdpOwner {
  readonly #udp: UdpLayer;
  #socket: UdpSocket | null = null;

  constructor(udp: UdpLayer, family: IpFamily, sink: DatagramSink) {
    super(udp, family, sink);
    this.#udp = udp;
  }

  protected override limit(family: IpFamily): number {
    return LIMIT[family];
  }

  protected override isPort(port: number): boolean {
    return Number.isInteger(port) && port > 0 && port <= 0xffff;
  }

  protected override enter(address: IpAddress, port: number, options: BindOptions): number | DriverError {
    const socket = this.#udp.bind({ family: this.family, address, port, ...options }, this);
    if (typeof socket === 'string') return socket;
    this.#socket = socket;
    return socket.port;
  }

  protected override moved(address: IpAddress, peer: IpAddress | null, peerPort: number): void {
    if (this.#socket !== null) this.#udp.move(this.#socket, address, peer, peerPort);
  }

  protected override left(): void {
    if (this.#socket !== null) this.#udp.release(this.#socket);
    this.#socket = null;
  }

  protected override emit(
    chunks: readonly Uint8Array[],
    length: number,
    { address, port }: Target,
    route: Route,
    control: SendControl | null,
  ): DriverError | null {
    const { family } = address;
    const whole = udp.HEADER_LENGTH + length;
    const packet = this.ip.packet(family, whole);
    const { bytes, start } = packet;
    udp.write(bytes, start, this.#socket?.port ?? 0, port, whole);
    writeChunks(bytes, start + udp.HEADER_LENGTH, chunks);
    const { settings } = this;
    // Over IPv6 there must be a checksum (RFC 8200, 8.1).
    const noChecksum = settings.values.noChecksum !== 0 && family === 'ipv4';
    return this.ip.transmit(
      packet,
      {
        source: route.source,
        destination: address,
        protocol: PROTOCOL.udp,
        hopLimit: settings.hopLimit(address.isMulticast, control),
        trafficClass: settings.trafficClass(control),
        dontFragment: settings.dontFragment,
        checksumAt: noChecksum ? null : udp.OFFSET.checksum,
        loop: settings.values.multicastLoop !== 0,
      },
      route,
    );
  }

  deliver(arrival: Arrival, sourcePort: number, start: number, end: number): void {
    this.tell(arrival.packet.subarray(start, end), arrival, sourcePort);
  }
}
