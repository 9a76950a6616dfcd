// Owns: an in-memory raw transport: whole IP packets of one protocol, handed to every raw transport that wants them.
// Does not own: the wire (fake-network.ts). The IPv4 header made here holds what tests look at, and no checksum.

import { parseIpv4 } from '../../src/abi/index.js';
import type {
  BindOptions,
  DatagramSink,
  DatagramTransport,
  DriverError,
  Family,
  NetAddress,
  SendControl,
  Setting,
} from '../../src/drivers/contract.js';
import { isAnyText, type FakeNetwork } from './fake-network.js';

type Done = (error: DriverError | null) => void;

/** What raw transports of one machine share. */
export interface RawHost {
  readonly net: FakeNetwork;
  readonly raws: Set<FakeRaw>;
  readonly settings: readonly Setting[];
}

const HEADER = 20;

function withHeader(payload: Uint8Array, protocol: number, source: string, destination: string): Uint8Array {
  const packet = new Uint8Array(HEADER + payload.length);
  packet[0] = 0x45;
  packet[9] = protocol;
  packet.set(parseIpv4(source) ?? [], 12);
  packet.set(parseIpv4(destination) ?? [], 16);
  packet.set(payload, HEADER);
  return packet;
}

export class FakeRaw implements DatagramTransport {
  readonly family: Family;
  readonly protocol: number;
  readonly host: RawHost;
  local: NetAddress | null = null;
  remote: NetAddress | null = null;
  readonly applied = new Map<Setting, number>();
  readonly #sink: DatagramSink;

  constructor(host: RawHost, family: Family, protocol: number, sink: DatagramSink) {
    this.host = host;
    this.family = family;
    this.protocol = protocol;
    this.#sink = sink;
    host.raws.add(this);
  }

  bind(address: NetAddress, options: BindOptions): DriverError | null {
    if (!options.shared) throw new Error('raw transports hold no address for themselves');
    if (address.port !== 0) throw new Error('raw transports have no ports');
    this.local = address;
    return null;
  }

  set(setting: Setting, value: number): DriverError | null {
    if (!this.host.settings.includes(setting)) return 'ENOTSUP';
    this.applied.set(setting, value);
    return null;
  }

  connect(remote: NetAddress): DriverError | null {
    if (remote.port !== 0) throw new Error('raw transports have no ports');
    this.local ??= this.host.net.sourceFor(remote, 0);
    this.remote = remote;
    return null;
  }

  disconnect(): DriverError | null {
    this.remote = null;
    return null;
  }

  send(chunks: readonly Uint8Array[], to: NetAddress | null, _control: SendControl | null, done: Done): void {
    const target = to ?? this.remote;
    if (target === null || this.local === null) throw new Error('afd binds, and names a destination');
    if (target.port !== 0) throw new Error('raw transports have no ports');
    const from = isAnyText(this.local.address) ? this.host.net.sourceFor(target, 0) : this.local;
    const data = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
    const included = this.applied.get('headerIncluded') === 1;
    const packet = this.family !== 'ipv4' || included ? data : withHeader(data, this.protocol, from.address, target.address);
    this.host.net.later(() => {
      for (const raw of [...this.host.raws]) if (raw.#hears(this.protocol, target)) raw.arrive(packet, from);
    });
    done(null);
  }

  #hears(protocol: number, target: NetAddress): boolean {
    if ((this.applied.get('receiveAll') ?? 0) !== 0) return true;
    const { local } = this;
    return protocol === this.protocol && local !== null && (isAnyText(local.address) || local.address === target.address);
  }

  /** A packet comes to this transport, from wherever. */
  arrive(packet: Uint8Array, from: NetAddress): void {
    if (this.remote !== null && this.remote.address !== from.address) return;
    const lent = Uint8Array.from(packet);
    this.#sink.received(lent, from, null);
    lent.fill(0xee);
  }

  pull(): null {
    return null;
  }

  join(): DriverError | null {
    return null;
  }

  leave(): DriverError | null {
    return null;
  }

  setSourceFilter(): DriverError | null {
    return null;
  }

  setMulticastInterface(): DriverError | null {
    return null;
  }

  pathMtu(): null {
    return null;
  }

  close(): void {
    this.host.raws.delete(this);
  }
}
