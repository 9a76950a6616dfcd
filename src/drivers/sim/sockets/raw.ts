// A raw socket as the driver contract wants it. Windows' rules for it: TCP is not sent, UDP from own addresses only; IPv4
// packets come with their header, IPv6 packets without; ICMPv6 checksums are the stack's business.
import type { BindOptions, DatagramSink, DriverError, SendControl, Setting } from '../../contract.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import { PROTOCOL, type Arrival, type Route } from '../ip/service.js';
import type { RawLayer, RawSocket } from '../raw/raw-layer.js';
import { completed } from '../raw/completed.js';
import { Sniffer } from '../raw/sniffer.js';
import { pseudoSum } from '../wire/checksum.js';
import * as icmpv6 from '../wire/icmpv6.js';
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import { MessageSocket, type Target, writeChunks } from './message-socket.js';

/** What IP's length field can say: with IPv4's own header, without IPv6's. */
const LIMIT = { ipv4: 65_535, ipv6: 65_535 } as const;

export class SimRaw extends MessageSocket implements RawSocket {
  readonly protocol: number;
  readonly #raw: RawLayer;
  readonly #sniffer: Sniffer;
  #headerIncluded = false;
  #entered = false;
  #peer: IpAddress | null = null;

  constructor(raw: RawLayer, family: IpFamily, protocol: number, sink: DatagramSink) {
    super(raw, family, sink);
    this.#raw = raw;
    this.protocol = protocol;
    this.#sniffer = new Sniffer(raw.ip, family, (data, arrival) => {
      this.tell(data, arrival, 0);
    });
  }

  protected override limit(family: IpFamily): number {
    return LIMIT[family] - (family === 'ipv4' && !this.#headerIncluded ? ipv4.HEADER_LENGTH : 0);
  }

  /** Ports mean nothing here. */
  protected override isPort(): boolean {
    return true;
  }

  protected override enter(address: IpAddress, _port: number, _options: BindOptions): number | DriverError {
    if (this.#raw.isHalted) return 'ENETDOWN';
    // There is no raw socket of both families.
    if (address.family !== this.family) return 'EADDRNOTAVAIL';
    this.#raw.add(this);
    this.#entered = true;
    return 0;
  }

  protected override moved(_address: IpAddress, peer: IpAddress | null): void {
    this.#peer = peer;
  }

  protected override left(): void {
    this.#sniffer.stop();
    if (this.#entered) this.#raw.remove(this);
    this.#entered = false;
  }

  override set(setting: Setting, value: number): DriverError | null {
    if (setting === 'headerIncluded') {
      this.#headerIncluded = value !== 0;
      return null;
    }
    if (setting === 'receiveAll') return this.#sniffer.set(value, this.boundAddress);
    return super.set(setting, value);
  }

  protected override emit(
    chunks: readonly Uint8Array[],
    length: number,
    target: Target,
    route: Route,
    control: SendControl | null,
  ): DriverError | null {
    if (target.address.family !== this.family) return 'EADDRNOTAVAIL';
    if (this.#headerIncluded) return this.#emitWhole(chunks, length, route);
    const { protocol } = this;
    // Windows has sent no TCP for raw sockets since Windows XP with Service Pack 2.
    if (protocol === PROTOCOL.tcp) return 'EACCES';
    const packet = this.ip.packet(this.family, length);
    writeChunks(packet.bytes, packet.start, chunks);
    const { settings } = this;
    const { address } = target;
    if (this.family === 'ipv6' && protocol === PROTOCOL.icmpv6) {
      // RFC 3542, 3.1: the one checksum of a raw socket's that is never left to the caller.
      if (length < icmpv6.OFFSET.rest) return 'EINVAL';
      const pseudo = pseudoSum(route.source.bytes, address.bytes, protocol, length);
      icmpv6.fillChecksum(packet.bytes, packet.start, packet.start + length, pseudo);
    }
    return this.ip.transmit(
      packet,
      {
        source: route.source,
        destination: address,
        protocol,
        hopLimit: settings.hopLimit(address.isMulticast, control),
        trafficClass: settings.trafficClass(control),
        dontFragment: settings.dontFragment,
        checksumAt: null,
        loop: settings.values.multicastLoop !== 0,
      },
      route,
    );
  }

  /** The caller made the header too. */
  #emitWhole(chunks: readonly Uint8Array[], length: number, route: Route): DriverError | null {
    const four = this.family === 'ipv4';
    if (length < (four ? ipv4 : ipv6).HEADER_LENGTH) return 'EINVAL';
    const packet = new Uint8Array(length);
    writeChunks(packet, 0, chunks);
    if (ipv4.version(packet, 0) !== (four ? 4 : 6)) return 'EINVAL';
    const protocol = four ? ipv4.protocol(packet, 0) : ipv6.nextHeader(packet, 0);
    if (protocol === PROTOCOL.tcp) return 'EACCES';
    const { book } = this.ip;
    const source = four ? book.ipv4(packet, ipv4.OFFSET.source) : book.ipv6(packet, ipv6.OFFSET.source);
    if (source.isAny && four) ipv4.setSource(packet, 0, route.source.bytes);
    // Datagrams from foreign addresses are dropped in silence.
    else if (protocol === PROTOCOL.udp && !this.ip.isOwn(source)) return null;
    return this.ip.transmitWhole(packet, route);
  }

  wants(arrival: Arrival): boolean {
    const { source, destination, iface, toMany } = arrival;
    // What a sniffer sees, it sees as it passes the interface, and once.
    if (source.family !== this.family || this.#sniffer.isOn) return false;
    if (this.#peer !== null && this.#peer !== source) return false;
    const own = this.boundAddress;
    const bound = own === null || own.isAny || own === destination;
    if (!toMany) return bound;
    return (bound || iface.addresses.some(({ address }) => address === own)) && this.wantsShared(arrival);
  }

  deliver(arrival: Arrival): void {
    const packet = completed(arrival);
    this.tell(this.family === 'ipv4' ? packet : packet.subarray(arrival.start), arrival, 0);
  }

  override halted(): void {
    super.halted();
    this.#sniffer.stop();
  }
}
