// Plays the script of a recording with stream transports of any driver and keeps what the programs are told. It knows the
// driver contract only; whose transports they are, and the wire between them, is the business of `Stage`.
import type { NetAddress, StreamSink, StreamTransport } from '../../../../src/drivers/contract.js';
import { type Act, type End, other, type Recording, type Step, type Told } from './facts.js';

/** Where a script is played. */
export interface Stage {
  open(end: End, sink: StreamSink): StreamTransport;
  /** The address of an end, with the port that it has in the recordings. */
  place(end: End): NetAddress;
  /** Resolves after so many milliseconds of the stage's time. */
  wait(ms: number): Promise<void>;
}

const NO_OPTIONS = { v6Only: false, shared: false };
/** Milliseconds between two looks at whether something has happened; about as long as an event loop takes. */
const LOOK = 0.2;
/** Longer than any connection attempt. */
const PATIENCE = 30_000;

/** The program at one end: it reads only what the script wants read. */
class Program implements StreamSink {
  transport: StreamTransport | null = null;
  /** 'opening', 'open', or the error that opening ended with. */
  state = 'opening';
  /** Bytes read in this step, and how many it wants. */
  count = 0;
  wanted = 0;
  /** 'ended' or an error: whichever came first. */
  ending: string | null = null;
  /** Who takes the connections of a listener. */
  host: ((connection: StreamTransport) => void) | null = null;

  connected(): void {
    this.state = 'open';
    this.transport!.pause();
  }

  connectFailed(error: string): void {
    this.state = error;
  }

  accepted(connection: StreamTransport): void {
    this.host!(connection);
  }

  received(_buffer: Uint8Array, length: number): boolean {
    this.count += length;
    return this.count < this.wanted;
  }

  urgent(): void {
    // Told by itself; what was sent before and after it is what is counted.
  }

  ended(): void {
    this.ending ??= 'ended';
  }

  failed(error: string): void {
    this.ending ??= error;
  }
}

/** What is done to one transport and over at once. */
function act(transport: StreamTransport, step: Act): void {
  switch (step.do) {
    case 'send':
      transport.write([new Uint8Array(step.bytes).fill(0x78)], () => undefined);
      return;
    case 'urgent':
      must(transport.writeUrgent(step.byte));
      return;
    case 'shutdown':
      transport.shutdownWrite();
      return;
    case 'close':
      transport.close(() => undefined);
      return;
    case 'abort':
      transport.reset();
      return;
    case 'keepAlive':
      must(transport.set('keepAliveIdleMs', step.idleMs));
      must(transport.set('keepAliveIntervalMs', step.intervalMs));
      must(transport.set('keepAlive', 1));
  }
}

/** One script being played. */
export class Play {
  readonly told: Told[] = [];
  readonly #stage: Stage;
  readonly #recording: Recording;
  readonly #programs: Record<End, Program> = { client: new Program(), server: new Program() };

  constructor(stage: Stage, recording: Recording) {
    this.#stage = stage;
    this.#recording = recording;
  }

  async run(): Promise<void> {
    for (const step of this.#recording.script) await this.#step(step);
  }

  async #step(step: Step): Promise<void> {
    if (step.do === 'listen') this.#listen(step.receiveBuffer ?? null);
    else if (step.do === 'connect') await this.#connect();
    else if (step.do === 'wait') await this.#stage.wait(step.ms);
    else if (step.do === 'read') await this.#read(step.who, 'bytes' in step ? step.bytes : Infinity);
    else act(this.#transport(step.who), step);
  }

  #transport(end: End): StreamTransport {
    return this.#programs[end].transport!;
  }

  #tell(who: End, told: string): void {
    this.told.push({ who, told });
  }

  async #until(ready: () => boolean): Promise<void> {
    for (let waited = 0; !ready(); waited += LOOK) {
      if (waited > PATIENCE) throw new Error('nothing came of it');
      await this.#stage.wait(LOOK);
    }
  }

  #open(end: End, program: Program): StreamTransport {
    const transport = this.#stage.open(end, program);
    program.transport = transport;
    // The timestamps option is asked for where the kernel was asked for it.
    if (this.#recording.sysctls['tcp_timestamps'] === '1') must(transport.set('timestamps', 1));
    must(transport.bind(this.#stage.place(end), NO_OPTIONS));
    return transport;
  }

  #listen(receiveBuffer: number | null): void {
    const door = new Program();
    const listener = this.#open('server', door);
    if (receiveBuffer !== null) must(listener.set('receiveBuffer', receiveBuffer));
    door.host = (connection) => {
      const server = this.#programs.server;
      server.transport = connection;
      server.state = 'open';
      connection.attach(server);
      connection.pause();
    };
    must(listener.listen(5));
  }

  async #connect(): Promise<void> {
    const { client, server } = this.#programs;
    must(this.#open('client', client).connect(this.#stage.place(other('client'))));
    await this.#until(() => client.state !== 'opening');
    this.#tell('client', client.state === 'open' ? 'connected' : client.state);
    if (client.state !== 'open') return;
    await this.#until(() => server.state === 'open');
    this.#tell('server', 'accepted');
  }

  async #read(who: End, bytes: number): Promise<void> {
    const program = this.#programs[who];
    program.count = 0;
    program.wanted = bytes;
    if (program.ending === null) this.#transport(who).resume();
    await this.#until(() => program.count >= bytes || program.ending !== null);
    if (program.ending === null) this.#transport(who).pause();
    if (program.count > 0) this.#tell(who, `received ${program.count}`);
    if (program.ending !== null && program.count < bytes) this.#tell(who, program.ending);
  }
}

function must(error: string | null): void {
  if (error !== null) throw new Error(error);
}
