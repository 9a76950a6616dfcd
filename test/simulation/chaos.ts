// One run of random traffic on a hostile network: loss, duplication, reordering, corruption, jitter, narrow links, partitions,
// crashes. It tells what was wrong: bytes out of place, a call that never ended, an error that no page names, a handle left.
import { Random } from '../../src/drivers/sim/index.js';
import { currentThread } from '../../src/win32/index.js';
import { World, api, byteAt, bytesAt, dial, endpoint, listenOn, must, start, type Machine } from './world.js';

const PORT = 9000;
const UDP_PORT = 9001;
const CLIENTS = 4;
const LARGEST = 40_000;
const CHUNK = 6000;
/** The longest datagram that travels in one piece. */
const WHOLE = 1472;
/** No connection lives longer than this: its errors come by keep-alive and retransmission at the latest. */
const LIMIT = 3_600_000;

/** What a connection may end with on such a network. */
const PERMITTED: ReadonlySet<number> = new Set([
  api.WSAECONNRESET,
  api.WSAECONNABORTED,
  api.WSAECONNREFUSED,
  api.WSAETIMEDOUT,
  api.WSAENETRESET,
  api.WSAENETUNREACH,
  api.WSAEHOSTUNREACH,
]);

/** What became of the streams. */
export interface Outcome {
  readonly problems: readonly string[];
  /** Streams that arrived whole, and those that ended in an error. */
  readonly whole: number;
  readonly broken: number;
}

class Run {
  readonly world: World;
  readonly problems: string[] = [];
  whole = 0;
  broken = 0;
  readonly #random: Random;

  constructor(seed: number) {
    this.world = new World({ seed }, 'server', 'client');
    this.#random = new Random(seed).fork('chaos');
  }

  /** A number in [least, most]. */
  between(least: number, most: number): number {
    return least + this.#random.below(most - least + 1);
  }

  /** A share of at most `most`: with even seeds every kind of fault at once, with odd ones about half of the kinds. */
  share(most: number): number {
    const none = this.world.network.seed % 2 === 1 && this.#random.chance(0.5);
    return none ? 0 : ((1 + this.#random.below(1000)) / 1000) * most;
  }

  chance(share: number): boolean {
    return this.#random.chance(share);
  }

  /** What a process does after its host has crashed is the doing of a ghost, and no fault of anybody. */
  fault(what: string): void {
    if (!currentThread().process.ended) this.problems.push(what);
  }

  /** A call failed: the error must be one that such a network can bring about. */
  failed(what: string): void {
    const error = api.WSAGetLastError();
    if (!PERMITTED.has(error)) this.fault(`${what} failed with ${api.errorName(error)}`);
  }
}

/** The dead must be found out, or a half of a broken connection would wait for ever. */
async function keepAlive(s: api.SOCKET): Promise<void> {
  const values = new api.tcp_keepalive();
  values.onoff = 1;
  values.keepalivetime = 10_000;
  values.keepaliveinterval = 1000;
  must('SIO_KEEPALIVE_VALS', await api.WSAIoctl(s, api.SIO_KEEPALIVE_VALS, values, 12, null, 0, api.ref(0), null, null));
}

/** Reads a stream to its end and checks every byte; returns how many came, or null if it broke. */
async function readStream(run: Run, s: api.SOCKET, who: string): Promise<{ stream: number; length: number } | null> {
  const buffer = new Uint8Array(CHUNK);
  let stream = -1;
  let length = 0;
  for (;;) {
    const count = await api.recv(s, buffer, run.between(1, CHUNK), 0);
    if (count === api.SOCKET_ERROR) {
      run.failed(`${who} recv`);
      return null;
    }
    if (count === 0) return { stream, length };
    if (length === 0) stream = buffer[0] ?? 0;
    for (let i = 0; i < count; i += 1) {
      const expected = length + i === 0 ? stream : byteAt(stream, length + i);
      if (buffer[i] === expected) continue;
      run.fault(`${who}: byte ${String(length + i)} of stream ${String(stream)} is ${String(buffer[i])}, not ${String(expected)}`);
      return null;
    }
    length += count;
  }
}

async function sendAll(s: api.SOCKET, bytes: Uint8Array): Promise<boolean> {
  let sent = 0;
  while (sent < bytes.length) {
    const count = await api.send(s, bytes.subarray(sent), bytes.length - sent, 0);
    if (count === api.SOCKET_ERROR) return false;
    sent += count;
  }
  return true;
}

async function serve(run: Run, s: api.SOCKET): Promise<void> {
  await keepAlive(s);
  const got = await readStream(run, s, 'server');
  if (got !== null) {
    const answer = new Uint8Array(4);
    new DataView(answer.buffer).setUint32(0, got.length);
    if (!(await sendAll(s, answer))) run.failed('server send');
  }
  must('closesocket', await api.closesocket(s));
}

async function server(run: Run): Promise<void> {
  await start();
  const listener = listenOn(PORT);
  const serving: Promise<void>[] = [];
  for (;;) {
    const s = await api.accept(listener, null, null);
    if (s === api.INVALID_SOCKET) break;
    serving.push(serve(run, s));
  }
  await Promise.all(serving);
}

async function client(run: Run, stream: number, address: string): Promise<void> {
  await run.world.sleep(run.between(0, 3000));
  const { s, error } = await dial(address, PORT);
  if (error !== 0) run.failed('connect');
  else if (await exchange(run, s, stream)) run.whole += 1;
  else run.broken += 1;
  must('closesocket', await api.closesocket(s));
}

/** Sends a stream and hears how much of it came; true if that was all. */
async function exchange(run: Run, s: api.SOCKET, stream: number): Promise<boolean> {
  await keepAlive(s);
  const total = run.between(1, LARGEST);
  for (let sent = 0; sent < total; ) {
    const part = bytesAt(stream, sent, Math.min(run.between(1, CHUNK), total - sent));
    if (sent === 0) part[0] = stream;
    if (!(await sendAll(s, part))) {
      run.failed('client send');
      return false;
    }
    sent += part.length;
    if (run.chance(0.2)) await run.world.sleep(run.between(0, 400));
  }
  if (api.shutdown(s, api.SD_SEND) !== 0) {
    run.failed('shutdown');
    return false;
  }
  const answer = new Uint8Array(4);
  for (let length = 0; length < 4; ) {
    const count = await api.recv(s, answer.subarray(length), 4 - length, 0);
    if (count <= 0) {
      if (count === 0) run.fault('the server ended without an answer and without an error');
      else run.failed('client recv');
      return false;
    }
    length += count;
  }
  const heard = new DataView(answer.buffer).getUint32(0);
  if (heard !== total) run.fault(`${String(heard)} bytes of ${String(total)} arrived, and nobody reported an error`);
  return heard === total;
}

/** The Internet checksum's sum. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 1) sum += (bytes[i] ?? 0) << (i % 2 === 0 ? 8 : 0);
  return sum % 0xffff;
}

/** Datagrams may be lost, doubled and late, but never changed. */
async function datagrams(run: Run, machine: Machine): Promise<void> {
  const s = api.socket(api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP);
  must('bind', api.bind(s, endpoint('0.0.0.0', 0), api.sockaddr_in.size));
  const to = endpoint(machine.address, UDP_PORT);
  for (let i = 0; i < 30; i += 1) {
    const length = run.between(1, 3000);
    const data = bytesAt(length & 0xff, 0, length);
    if ((await api.sendto(s, data, length, 0, to, api.sockaddr_in.size)) === api.SOCKET_ERROR) run.failed('sendto');
    await run.world.sleep(run.between(0, 100));
  }
  must('closesocket', await api.closesocket(s));
}

async function collect(run: Run, s: api.SOCKET): Promise<void> {
  const buffer = new Uint8Array(4000);
  for (;;) {
    const length = await api.recvfrom(s, buffer, buffer.length, 0, null, null);
    if (length === api.SOCKET_ERROR) return;
    const expected = bytesAt(length & 0xff, 0, length);
    if (expected.every((byte, i) => byte === buffer[i])) continue;
    // Each fragment can have a bit flipped, and two flips that cancel out are beyond any sum (seed 128 has such a pair).
    const invisible = length > WHOLE && sumOf(expected) === sumOf(buffer.subarray(0, length));
    if (!invisible) run.fault(`a datagram of ${String(length)} bytes was changed`);
  }
}

/** Cuts the network and brings hosts down at random moments; returns who has crashed. */
async function disturb(run: Run): Promise<Machine | null> {
  const { world } = run;
  if (run.chance(0.5)) {
    await world.sleep(run.between(0, 4000));
    const partition = world.network.partition('server', 'client', { oneWay: run.chance(0.5) });
    await world.sleep(run.between(100, 40_000));
    partition.heal();
  }
  if (!run.chance(0.3)) return null;
  await world.sleep(run.between(0, 3000));
  const machine = world.machine(run.chance(0.5) ? 'server' : 'client');
  machine.crash();
  await world.sleep(run.between(100, 20_000));
  machine.restart();
  return machine;
}

function leftovers(run: Run, machine: Machine): void {
  const rows = [...machine.host.stack.rows()].filter(({ state }) => state !== 'TIME_WAIT');
  for (const { protocol, local, state } of rows) {
    run.fault(`${machine.host.name} has ${protocol} ${local.address.text}:${String(local.port)} ${state ?? ''} left`);
  }
  const handles = [...machine.process.handles.entries()].length;
  if (handles > 0) run.fault(`${machine.host.name} has ${String(handles)} handles left`);
}

/** Runs `body` on a machine; what it throws after a crash is not heard. */
async function unlessGhost(machine: Machine, body: () => Promise<void>): Promise<void> {
  const { process } = machine;
  try {
    await process.run(body);
  } catch (error) {
    if (!process.ended) throw error;
  }
}

/** Runs one seed. */
export async function chaos(seed: number): Promise<Outcome> {
  const run = new Run(seed);
  const { world } = run;
  const [serverMachine, clientMachine] = [world.machine('server'), world.machine('client')];
  world.network.link('server', 'client', {
    latencyMs: run.between(0, 80),
    jitterMs: run.between(0, 30),
    loss: run.share(0.15),
    duplicate: run.share(0.1),
    reorder: run.share(0.2),
    corrupt: run.share(0.1),
    ...(run.chance(0.3) ? { bandwidth: run.between(200, 5000) * 1000, queueBytes: run.between(5, 60) * 1500 } : {}),
  });
  const sockets: api.SOCKET[] = [];
  const serving = unlessGhost(serverMachine, () => server(run));
  await world.sleep(1);
  const collecting = unlessGhost(serverMachine, async () => {
    const s = api.socket(api.AF_INET, api.SOCK_DGRAM, api.IPPROTO_UDP);
    must('bind', api.bind(s, endpoint('0.0.0.0', UDP_PORT), api.sockaddr_in.size));
    sockets.push(s);
    await collect(run, s);
  });
  const clients = unlessGhost(clientMachine, async () => {
    await start();
    const all = Array.from({ length: CLIENTS }, (_, stream) => client(run, stream, serverMachine.address));
    await Promise.all([...all, datagrams(run, serverMachine)]);
  });
  const crashed = disturb(run);
  const scene = (async (): Promise<void> => {
    const first = await Promise.race([clients.then(() => null), crashed]);
    const gone = first ?? (await crashed);
    if (gone !== clientMachine) {
      await clients;
      await clientMachine.run(() => api.WSACleanup());
    }
    if (gone !== serverMachine) {
      await serverMachine.run(async () => {
        for (const s of sockets) await api.closesocket(s);
        await world.sleep(60_000);
        await api.WSACleanup();
      });
      await Promise.all([serving, collecting]);
    }
  })();
  try {
    await world.until(scene, LIMIT);
    await world.sleep(600_000);
    for (const machine of world.machines) leftovers(run, machine);
  } catch (error) {
    run.fault(error instanceof Error ? error.message : String(error));
  }
  world.end();
  return { problems: run.problems, whole: run.whole, broken: run.broken };
}
