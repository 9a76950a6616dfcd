// The scripts' stage on the simulated network: two hosts, a link like the one of the recordings, the same losses, and a
// tap that keeps what passes.
import type { NetAddress, StreamSink, StreamTransport } from '../../../../src/drivers/contract.js';
import { SimNetwork } from '../../../../src/drivers/sim/network/network.js';
import { SimStream } from '../../../../src/drivers/sim/sockets/stream.js';
import { decode, type Seen } from './decode.js';
import { type Conduct, type End, type Loss, other, type Recording } from './facts.js';
import { Play, type Stage } from './play.js';

const ADDRESSES: Record<End, string> = { client: '10.0.0.1', server: '10.0.0.2' };
const PORTS: Record<End, number> = { client: 50000, server: 7000 };

export class SimStage implements Stage {
  readonly seen: Seen[] = [];
  readonly #network: SimNetwork;

  constructor({ link, loss }: Recording) {
    this.#network = new SimNetwork({ seed: 1, latencyMs: link.delayMs });
    this.#network.segment('wire', { mtu: link.mtu });
    for (const end of ['client', 'server'] as const) this.#network.host(end, { addresses: [`${ADDRESSES[end]}/24`] });
    for (const each of loss) this.#lose(each);
    this.#network.tap(({ us, from, verdict, bytes }) => {
      this.seen.push({ atMs: us / 1000, from: from as End, lost: verdict === 'dropped', bytes });
    });
  }

  open(end: End, sink: StreamSink): StreamTransport {
    return new SimStream(this.#network.hosts.get(end)!.stack.tcp, 'ipv4', sink);
  }

  place(end: End): NetAddress {
    return { family: 'ipv4', address: ADDRESSES[end], port: PORTS[end], scopeId: 0 };
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#network.clock.setTimer(ms, resolve));
  }

  /** Ends the network. @returns the losses that never came to pass: the play was another one then. */
  stop(): readonly string[] {
    this.#network.stop();
    return this.#network.unusedRules().map((rule) => rule.name);
  }

  #lose({ from, of, ordinals }: Loss): void {
    let met = 0;
    this.#network.rule({
      name: `${of} of the ${from}`,
      from,
      to: other(from),
      when: (packet) => {
        if (!packet.isTcp || !(of === 'data' ? packet.payloadLength > 0 : packet[of])) return false;
        met += 1;
        return ordinals.includes(met);
      },
      verdict: 'drop',
    });
  }
}

/** What the simulated TCP does with the script of a recording. */
export async function conductOf(recording: Recording): Promise<Conduct> {
  const stage = new SimStage(recording);
  const play = new Play(stage, recording);
  await play.run();
  const unused = stage.stop();
  if (unused.length > 0) throw new Error(`never lost: ${unused.join(', ')}`);
  return { told: play.told, segments: decode(stage.seen) };
}
