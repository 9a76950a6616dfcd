// Carrying packets on for others: hop limit, route, size, and the errors that RFC 1812 and RFC 4443 want told when one of
// them does not do. The host decides whether it forwards at all.
import * as ipv4 from '../wire/ipv4.js';
import * as ipv6 from '../wire/ipv6.js';
import type { IpAddress } from './address.js';
import type { IpCounts } from './counts.js';
import type { IcmpLayer } from './icmp-layer.js';
import type { HostInterface } from './interface.js';
import type { Output } from './output.js';
import type { Router } from './router.js';
import type { Translator } from './translator.js';
import type { WirePacket } from './wire-packet.js';

export class Forwarding {
  readonly #router: Router;
  readonly #output: Output;
  readonly #icmp: IcmpLayer;
  readonly #counts: IpCounts;

  constructor(router: Router, output: Output, icmp: IcmpLayer, counts: IpCounts) {
    this.#router = router;
    this.#output = output;
    this.#icmp = icmp;
    this.#counts = counts;
  }

  /** Sends on `packet`, which came by `from` as `original`: another one if a translator has changed it. */
  forward(
    packet: WirePacket,
    original: WirePacket,
    from: HostInterface,
    source: IpAddress,
    destination: IpAddress,
    translator: Translator | null,
  ): void {
    if (packet.broadcast || !this.#mayCross(source) || !this.#mayCross(destination)) {
      this.#counts.notForUs += 1;
      return;
    }
    const four = destination.family === 'ipv4';
    if ((four ? ipv4.ttl : ipv6.hopLimit)(packet.bytes, 0) <= 1) {
      this.#counts.hopLimitExceeded += 1;
      this.#icmp.complain('hop limit exceeded', original.complete(), from);
      return;
    }
    const route = this.#router.route(destination);
    if (typeof route === 'string') {
      this.#counts.noRoute += 1;
      this.#icmp.complain('no route', original.complete(), from);
      return;
    }
    // What the host has learned about paths is about its own packets: senders find out for themselves.
    const { mtu } = route.iface;
    if (packet.bytes.length > mtu && (!four || ipv4.dontFragment(packet.bytes, 0))) {
      this.#counts.tooBig += 1;
      this.#icmp.complain('too big', original.complete(), from, mtu);
      return;
    }
    const leaving = four && translator !== null ? translator.leaving(packet, from, route.iface) : packet;
    if (leaving === null) {
      this.#counts.untranslated += 1;
      return;
    }
    if (four) ipv4.decrementTtl(leaving.bytes, 0);
    else ipv6.setHopLimit(leaving.bytes, 0, ipv6.hopLimit(leaving.bytes, 0) - 1);
    this.#counts.forwarded += 1;
    if (this.#output.send(leaving, route.iface, destination, route.nextHop, mtu, false)) return;
    this.#icmp.complain('host unreachable', original.complete(), from);
  }

  /** Neither to many (RFC 2644), nor what means something on one link or host only. */
  #mayCross(address: IpAddress): boolean {
    if (address.isMulticast || address.isLoopback || address.isLinkLocal || address.isAny) return false;
    return !this.#router.isBroadcast(address);
  }
}
