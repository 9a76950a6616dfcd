// Whose a packet is, and its way to whoever takes it. What both versions of IP have in common once headers are read.
// Hosts are strong in receiving, as Windows is: a packet must come by the interface that has its address. Routers
// are not.
import type { IpAddress } from './address.js';
import type { Arrived } from './arrived.js';
import type { IpCounts } from './counts.js';
import { type Groups, isEverybody } from './groups.js';
import type { IcmpLayer } from './icmp-layer.js';
import type { HostInterface } from './interface.js';
import type { Protocols } from './protocols.js';
import type { Router } from './router.js';
import { PROTOCOL } from './service.js';

export class Delivery {
  groups: Groups;
  readonly #router: Router;
  readonly #protocols: Protocols;
  readonly #icmp: IcmpLayer;
  readonly #counts: IpCounts;

  constructor(groups: Groups, router: Router, protocols: Protocols, icmp: IcmpLayer, counts: IpCounts) {
    this.groups = groups;
    this.#router = router;
    this.#protocols = protocols;
    this.#icmp = icmp;
    this.#counts = counts;
  }

  /** Whether addresses can be where they are seen. */
  isPlausible(source: IpAddress, destination: IpAddress, iface: HostInterface): boolean {
    if (source.isMulticast || iface.isBroadcast(source) || destination.isAny) return false;
    return iface.loopback || !(source.isLoopback || destination.isLoopback);
  }

  /** Whether a packet that came by `iface` is for this host. */
  isForUs(destination: IpAddress, iface: HostInterface): boolean {
    if (iface.has(destination)) return true;
    if (destination.isMulticast) return isEverybody(destination) || this.groups.isMember(destination, iface.index);
    if (iface.isBroadcast(destination)) return true;
    return (iface.loopback || this.#router.forwarding) && this.#router.owner(destination) !== null;
  }

  /** `protocolAt` is where the packet says its protocol: what an IPv6 error points at. */
  deliver(arrival: Arrived, protocolAt: number): void {
    this.#counts.delivered += 1;
    const { protocol, packet, iface } = arrival;
    if (protocol === (arrival.source.family === 'ipv4' ? PROTOCOL.icmp : PROTOCOL.icmpv6)) {
      this.#deliverMessage(arrival);
      return;
    }
    const reception = this.#protocols.arrived(arrival);
    if (reception === 'nobody there') this.#icmp.complain('port unreachable', packet, iface);
    else if (reception === 'unknown protocol') this.#icmp.complain('protocol unreachable', packet, iface, protocolAt);
  }

  #deliverMessage(arrival: Arrived): void {
    if (!this.#icmp.sound(arrival)) {
      this.#counts.damagedMessages += 1;
      return;
    }
    this.#protocols.arrived(arrival);
    this.#icmp.arrived(arrival);
  }
}
