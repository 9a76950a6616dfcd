// Everything that a running host has: IP and the layers on it. Made when the host starts, thrown away when it goes down;
// nothing of it, no port and no sequence number, outlives that.
import type { SimClock } from '../clock.js';
import type { AddressBook } from '../ip/address.js';
import { IpStack } from '../ip/stack.js';
import { LocalLayer } from '../local/local-layer.js';
import { GroupTable } from '../multicast/group-table.js';
import type { Random } from '../random.js';
import { RawLayer } from '../raw/raw-layer.js';
import type { SocketRow } from '../socket-row.js';
import type { SimLocal } from '../sockets/local.js';
import { TcpLayer } from '../tcp/layer.js';
import { UdpLayer } from '../udp/udp-layer.js';

/** What a stack is made with. */
export interface StackSetup {
  readonly clock: SimClock;
  readonly random: Random;
  readonly book: AddressBook;
  readonly forwarding: boolean;
}

export class HostStack {
  readonly ip: IpStack;
  readonly tcp: TcpLayer;
  readonly udp: UdpLayer;
  readonly raw: RawLayer;
  readonly local: LocalLayer<SimLocal>;
  readonly groups: GroupTable;

  constructor(setup: StackSetup) {
    this.ip = new IpStack(setup);
    this.groups = new GroupTable(this.ip);
    this.ip.useGroups(this.groups);
    this.tcp = new TcpLayer(this.ip);
    this.udp = new UdpLayer(this.ip);
    this.raw = new RawLayer(this.ip);
    this.local = new LocalLayer(setup.clock);
  }

  /** All sockets, as netstat lists them. */
  rows(): SocketRow[] {
    return [...this.tcp.rows(), ...this.udp.rows()];
  }

  /** The host went down: silent from now on, and nobody is told. */
  halt(): void {
    this.ip.halt();
    this.tcp.halt();
    this.udp.halt();
    this.raw.halt();
    this.local.halt();
  }
}
