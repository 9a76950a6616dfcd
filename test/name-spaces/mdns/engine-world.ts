// The engine of multicast DNS on a network that is made of notes, and time that stands still: what is received is given to it, what
// it sends is kept. No test knowledge.
import { Engine } from '../../../src/providers/namespaces/mdns/engine.js';
import { HOST_TTL, TYPE, type MdnsRecord } from '../../../src/providers/namespaces/mdns/records.js';
import { seeded } from '../../../src/providers/namespaces/mdns/random.js';
import type { DatagramAddress, DatagramHow, DatagramPort, NetworkInterface, NetworkService } from '../../../src/win32/index.js';
import { FakeClock } from '../../win32/fake-clock.js';
import { decode, encode, type MdnsMessage, type MessageToSend } from './world.js';

export const GROUP = '224.0.0.251';

const face = (index: number, family: 'ipv4' | 'ipv6', address: string, prefixLength: number, scopeId = 0): NetworkInterface =>
  ({ name: `wire${index}`, index, family, address, prefixLength, scopeId, loopback: false, up: true, multicast: true });

/** Two links: number 2 with both families, number 3 with IPv6 only. */
const FACES: readonly NetworkInterface[] = [
  face(2, 'ipv4', '10.0.0.1', 20),
  face(2, 'ipv6', 'fe80::1', 64, 2),
  face(2, 'ipv6', 'fd00::1', 64),
  face(3, 'ipv6', 'fe80::1', 64, 3),
];

/** A message that was sent. */
export interface Sent {
  readonly to: string;
  readonly port: number;
  readonly message: MdnsMessage;
}

class NotedNetwork implements NetworkService {
  readonly sent: Sent[] = [];
  readonly ports = new Map<string, DatagramHow>();

  hostName(): string {
    return 'noted';
  }

  interfaces(): readonly NetworkInterface[] {
    return FACES;
  }

  watch(): () => void {
    return () => undefined;
  }

  openDatagram(how: DatagramHow): DatagramPort {
    this.ports.set(how.family, how);
    return {
      port: how.port,
      join: () => null,
      leave: () => undefined,
      send: (data, { address, port }) => {
        const message = decode(data);
        if (message !== null) this.sent.push({ to: address, port, message });
      },
      close: () => undefined,
    };
  }
}

/** An engine in use, that owns `host.local`, and services whose names are given. */
export class EngineWorld {
  readonly clock = new FakeClock();
  readonly network = new NotedNetwork();
  readonly engine = new Engine({ network: this.network, clock: this.clock, random: seeded('noted'), interfaces: [] });

  constructor(records: readonly MdnsRecord[] = []) {
    this.engine.use();
    const [first] = records;
    if (first === undefined) return;
    this.engine.claims.add({ name: first.name, make: () => records, rename: (name) => `${name}x`, isOfMachine: false });
    this.clock.advance(5000);
    this.network.sent.length = 0;
  }

  /** Something has come; bytes, or a message. */
  receive(what: Uint8Array | MessageToSend, address: string, port = 5353, scopeId = 0): void {
    const from: DatagramAddress = { family: address.includes(':') ? 'ipv6' : 'ipv4', address, port, scopeId };
    this.network.ports.get(from.family)?.received(what instanceof Uint8Array ? what : encode(what), from);
  }

  /** What was sent over IPv4 within the next milliseconds. */
  sent(milliseconds = 500): Sent[] {
    this.clock.advance(milliseconds);
    return this.network.sent.splice(0).filter(({ to }) => !to.includes(':'));
  }
}

/** An address record. */
export const address = (name: string, last: number, how: Partial<MdnsRecord> = {}): MdnsRecord =>
  ({ name, type: TYPE.A, ttl: HOST_TTL, unique: true, data: Uint8Array.of(10, 0, last >> 8, last & 0xff), ...how });
