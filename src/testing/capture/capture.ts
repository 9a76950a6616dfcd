// Records the packets of a network, each once, as it is sent: what a sniffer would see that sits on every cable at once.
import type { SimNetwork, TappedPacket } from '../../drivers/sim/index.js';
import { pcapng, type CapturedPacket } from '../../providers/layered/capture/index.js';

/** Which packets to record; all that are named here must hold. */
export interface CaptureOptions {
  /** The segment, or 'loopback'. A packet that a router carries on is on several. */
  readonly link?: string;
  /** The host that sends or receives it. */
  readonly host?: string | { readonly name: string };
  readonly when?: (packet: TappedPacket) => boolean;
}

const MILLISECOND = 1000;

/** A recording, from `net.capture()` to `stop`. */
export class Capture {
  readonly #packets: TappedPacket[] = [];
  /** The time of day when the network's clock was at 0, in microseconds. */
  readonly #epoch: number;
  readonly #stop: () => void;

  constructor(network: SimNetwork, options: CaptureOptions = {}) {
    const { clock } = network;
    this.#epoch = (clock.wallTime() - Math.floor(clock.now())) * MILLISECOND;
    this.#stop = network.tap((packet) => {
      if (isWanted(packet, options)) this.#packets.push(packet);
    });
  }

  /** What was recorded so far. */
  get packets(): readonly TappedPacket[] {
    return this.#packets;
  }

  stop(): void {
    this.#stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** A file for Wireshark: an interface for each host's end of a link; what befell a packet is its comment. */
  toPcapng(): Uint8Array {
    const names: string[] = [];
    const packets = this.#packets.map((packet): CapturedPacket => {
      const name = `${packet.from} on ${packet.link}`;
      if (!names.includes(name)) names.push(name);
      const comment = commentOn(packet);
      const seen = { interface: names.indexOf(name), us: this.#epoch + packet.us, bytes: packet.bytes };
      return comment === null ? seen : { ...seen, comment };
    });
    return pcapng(names.map((name) => ({ name })), packets);
  }
}

function isWanted(packet: TappedPacket, { link, host, when }: CaptureOptions): boolean {
  if (link !== undefined && packet.link !== link) return false;
  const name = typeof host === 'object' ? host.name : host;
  if (name !== undefined && packet.from !== name && packet.to !== name) return false;
  return when?.(packet) ?? true;
}

function commentOn({ verdict, by }: TappedPacket): string | null {
  if (verdict === 'sent') return by;
  return by === null ? verdict : `${verdict}: ${by}`;
}
