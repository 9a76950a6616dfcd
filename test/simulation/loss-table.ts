// How fast one TCP connection gets at each rate of loss: a transfer as long as a minute, 20 ms from end to end and back.
// Owns the measurement; what it must be is loss-table.json's, and how near to theory it must lie the test's.
import { World, api, dial, listenOn, must, start } from './world.js';

/** One way, in milliseconds: 20 there and back. */
const LATENCY = 10;
export const ROUND_TRIP = 2 * LATENCY;
export const MSS = 1460;
export const RATES = [0, 0.001, 0.01, 0.05, 0.1] as const;
/** Far above what a lossy connection reaches, so that loss and not the link sets the pace; a clean one fills it. */
const BANDWIDTH = 100_000_000;
export const SEED = 20;
const PORT = 5001;
const WARM_UP = 5000;
const DURATION = 60_000;
const BLOCK = 65_536;
const SEND_BUFFER = 1_048_576;

/** A row of the table. */
export interface Throughput {
  /** The share of packets that is lost, in each direction. */
  readonly loss: number;
  readonly kibPerSecond: number;
}

function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

/** Sends for a minute of virtual time over a link that loses this share of packets. */
export async function throughput(loss: number, seed: number): Promise<Throughput> {
  const world = new World({ seed }, 'sender', 'receiver');
  const [sender, receiver] = [world.machine('sender'), world.machine('receiver')];
  world.network.link('sender', 'receiver', { latencyMs: LATENCY, bandwidth: BANDWIDTH, loss, queueBytes: 262_144 });
  let received = 0;
  void receiver.run(async () => {
    await start();
    const s = await api.accept(listenOn(PORT), null, null);
    const buffer = new Uint8Array(BLOCK);
    for (;;) {
      const length = await api.recv(s, buffer, BLOCK, 0);
      if (length <= 0) return;
      received += length;
    }
  });
  void sender.run(async () => {
    await start();
    const { s, error } = await dial(receiver.address, PORT);
    if (error !== 0) throw new Error(`connect: ${String(error)}`);
    // More than the link holds, so that the sender is never the one who waits.
    must('SO_SNDBUF', api.setsockopt(s, api.SOL_SOCKET, api.SO_SNDBUF, int32(SEND_BUFFER), 4));
    const block = new Uint8Array(BLOCK);
    for (;;) must('send', await api.send(s, block, BLOCK, 0));
  });
  await world.sleep(WARM_UP);
  const before = received;
  await world.sleep(DURATION);
  const kibPerSecond = Math.round((received - before) / 1024 / (DURATION / 1000));
  world.end();
  return { loss, kibPerSecond };
}
