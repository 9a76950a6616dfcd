// Those who watch every packet on every link. Without any, it costs one comparison per packet.
import type { WirePacket } from '../ip/wire-packet.js';

/** What became of a packet where it was to be sent. */
export type TapVerdict = 'sent' | 'dropped' | 'duplicate';

/** A packet on a link, as a tap sees it; the bytes are the tap's own. */
export interface TappedPacket {
  /** Virtual µs. */
  readonly us: number;
  /** Host names; `to` is null for a packet to an address that nobody on the link has. */
  readonly from: string;
  readonly to: string | null;
  /** Interface indices on those hosts, 0 for none. */
  readonly fromInterface: number;
  readonly toInterface: number;
  /** The segment's name, or `loopback`. */
  readonly link: string;
  readonly verdict: TapVerdict;
  /** What dropped, doubled or damaged it: a rule's name, or `loss`, `queue`, `duplicate`, `corruption`, … */
  readonly by: string | null;
  /** With all checksums filled in, and the damage that was done to it. */
  readonly bytes: Uint8Array;
}

export type TapListener = (packet: TappedPacket) => void;

/** Where a packet was seen. */
export interface TapPlace {
  readonly from: string;
  readonly to: string | null;
  readonly fromInterface: number;
  readonly toInterface: number;
  readonly link: string;
}

export class Taps {
  readonly #listeners = new Set<TapListener>();

  get listening(): boolean {
    return this.#listeners.size > 0;
  }

  add(listener: TapListener): () => void {
    const entry: TapListener = (packet) => listener(packet);
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  show(us: number, place: TapPlace, packet: WirePacket, verdict: TapVerdict, by: string | null): void {
    if (this.#listeners.size === 0) return;
    const { from, to, fromInterface, toInterface, link } = place;
    const bytes = packet.complete().slice();
    const seen = { us, from, to, fromInterface, toInterface, link, verdict, by, bytes };
    for (const listener of this.#listeners) listener(seen);
  }
}
