// SIO_RCVALL of one raw socket: everything that passes the interface whose address it is bound to.
// Packets pass in the middle of somebody else's sending, when nobody may be told anything: they are told by an event of
// the clock, in the same instant and in the same order.
import type { DriverError } from '../../contract.js';
import type { QueuedEvent } from '../event-queue.js';
import type { IpAddress, IpFamily } from '../ip/address.js';
import type { Arrival, IpInterface, IpService } from '../ip/service.js';
import { version } from '../wire/ipv4.js';
import { Passing } from './passing.js';

/** RCVALL_*: the third sees what this host sends and receives only; the second is documented to do nothing. */
const RCVALL = { off: 0, on: 1, socketLevelOnly: 2, ipLevel: 3 } as const;

/** Tells the socket's owner. */
export type Tell = (data: Uint8Array, arrival: Arrival) => void;

export class Sniffer implements QueuedEvent {
  due = 0;
  order = 0;
  place = -1;
  readonly #ip: IpService;
  readonly #family: IpFamily;
  readonly #tell: Tell;
  #mode: number = RCVALL.off;
  #stop: (() => void) | null = null;
  #seen: Passing[] = [];

  constructor(ip: IpService, family: IpFamily, tell: Tell) {
    this.#ip = ip;
    this.#family = family;
    this.#tell = tell;
  }

  get isOn(): boolean {
    return this.#stop !== null;
  }

  /** EINVAL: no such mode, or a socket that is not bound to one address of one interface. */
  set(mode: number, bound: IpAddress | null): DriverError | null {
    if (!Number.isInteger(mode) || mode < RCVALL.off || mode > RCVALL.ipLevel) return 'EINVAL';
    if (mode === RCVALL.off) {
      this.stop();
      return null;
    }
    const iface = this.#ip.interfaces.find(({ addresses }) => addresses.some(({ address }) => address === bound));
    if (bound === null || iface === undefined) return 'EINVAL';
    if (mode === RCVALL.socketLevelOnly) return null;
    this.stop();
    this.#mode = mode;
    this.#stop = this.#ip.tap(iface.index, (packet, passed) => {
      this.#saw(packet, passed);
    });
    return null;
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#seen = [];
    this.#ip.clock.leave(this);
  }

  #saw(packet: Uint8Array, iface: IpInterface): void {
    if ((version(packet, 0) === 4) !== (this.#family === 'ipv4')) return;
    // The packet goes on its way, and may be changed there before its turn to be told comes.
    const passing = new Passing(this.#ip.book, packet.slice(), iface);
    if (this.#mode === RCVALL.ipLevel && !this.#concernsUs(passing)) return;
    this.#seen.push(passing);
    if (this.place < 0) this.#ip.clock.enter(this, this.#ip.clock.us);
  }

  #concernsUs({ source, destination }: Passing): boolean {
    return this.#ip.isOwn(source) || this.#ip.isOwn(destination);
  }

  fire(): void {
    const seen = this.#seen;
    this.#seen = [];
    for (const passing of seen) {
      // The owner may have had enough in the meantime.
      if (!this.isOn) return;
      const { packet, start } = passing;
      this.#tell(this.#family === 'ipv4' ? packet : packet.subarray(start), passing);
    }
  }
}
