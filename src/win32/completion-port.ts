// Completion ports: the queue of packets, the threads that wait for them, and the tie between an object and its port.
// Which operations end in a packet, and with what error, is the business of whoever runs the operations.
import { ERROR_ABANDONED_WAIT_0, NO_ERROR, WAIT_OBJECT_0, type OVERLAPPED, type OVERLAPPED_ENTRY } from '../abi/index.js';
import type { Clock } from './clock.js';
import type { KernelObject } from './handle-table.js';
import type { Thread } from './thread.js';
import { givingTurns, waitForObjects } from './wait.js';
import type { Waitable, Waiter } from './waitable.js';

/** What a port hands out: one operation that ended, or what a program posted itself. */
export interface CompletionPacket {
  readonly bytes: number;
  readonly key: number;
  readonly overlapped: OVERLAPPED | null;
  /** A Win32 error, or 0 for success. */
  readonly error: number;
  /** Called when somebody has taken the packet out. */
  readonly whenTaken?: () => void;
}

/** Where packets go: a port, or a pool's threads. */
export interface PacketSink {
  post(packet: CompletionPacket): void;
}

/** How many places at the front of the queue may lie empty before it is moved up. */
const MOST_EMPTY = 1024;
/**
 * So many packets are handed out at once, without waiting for more: with hundreds of sockets, what the first ones need has
 * left the processor's caches by the time that the last ones have been heard. Measured with the echo server of examples/
 * and 500 clients: 16 to 64 make no great difference, 128 is slower.
 */
const ENOUGH = 32;

/** A completion port: packets first in, first out; threads last in, first out. */
export class CompletionPort implements KernelObject, PacketSink {
  readonly kind = 'port';
  /**
   * How many threads should work on packets at a time; 0 for one per processor. It is kept and holds nobody back: the
   * threads of a process take turns anyway.
   */
  readonly concurrency: number;
  #packets: CompletionPacket[] = [];
  /** Where the oldest packet is: what lies before has been taken. */
  #head = 0;
  #closed = false;
  /** Those who wait will be served in the next turn. */
  #serving = false;
  /** The waits in progress, the latest last: it is served first, as its thread ran most recently. */
  readonly #waits: Dequeue[] = [];

  constructor(concurrency = 0) {
    this.concurrency = concurrency;
  }

  /** Whether the last handle is gone. */
  get closed(): boolean {
    return this.#closed;
  }

  get hasPackets(): boolean {
    return this.#head < this.#packets.length;
  }

  /**
   * Queues a packet. One that comes after the close is dropped: nobody can ask for it any more. Who waits is served when
   * enough have come, or in the next turn of the event loop, so that a thread which takes several packets gets several.
   */
  post(packet: CompletionPacket): void {
    if (this.#closed) return;
    this.#packets.push(packet);
    const wait = this.#waits.at(-1);
    if (wait === undefined) return;
    if (this.#packets.length - this.#head >= ENOUGH) {
      wait.retry();
      return;
    }
    if (this.#serving) return;
    this.#serving = true;
    wait.clock.soon(this.#serve);
  }

  readonly #serve = (): void => {
    this.#serving = false;
    for (let wait = this.#waits.at(-1); wait !== undefined && this.hasPackets; wait = this.#waits.at(-1)) wait.retry();
  };

  /** Takes the oldest packets out, `most` at most. */
  take(most: number): readonly CompletionPacket[] {
    const packets = this.#packets.slice(this.#head, this.#head + most);
    this.#head += packets.length;
    if (this.#head === this.#packets.length) {
      this.#packets.length = 0;
      this.#head = 0;
    } else if (this.#head >= MOST_EMPTY) {
      this.#packets.splice(0, this.#head);
      this.#head = 0;
    }
    return packets;
  }

  /** Takes a packet back that nobody has taken yet. */
  withdraw(packet: CompletionPacket): void {
    const index = this.#packets.indexOf(packet, this.#head);
    if (index >= 0) this.#packets.splice(index, 1);
  }

  enter(wait: Dequeue): void {
    this.#waits.push(wait);
  }

  leave(wait: Dequeue): void {
    const index = this.#waits.indexOf(wait);
    if (index >= 0) this.#waits.splice(index, 1);
  }

  lastHandleClosed(): void {
    this.#closed = true;
    this.#packets = [];
    this.#head = 0;
    for (const wait of [...this.#waits]) wait.retry();
  }
}

/** One wait for packets of one port, in the form that the wait engine knows. */
class Dequeue implements Waitable {
  readonly kind = 'port';
  /** What the wait got. */
  packets: readonly CompletionPacket[] = [];
  readonly #port: CompletionPort;
  readonly #most: number;
  readonly clock: Clock;
  #waiter: Waiter | null = null;

  constructor(port: CompletionPort, most: number, clock: Clock) {
    this.#port = port;
    this.#most = most;
    this.clock = clock;
  }

  isSignaled(): boolean {
    return this.#port.hasPackets || this.#port.closed;
  }

  consume(): void {
    this.packets = this.#port.take(this.#most);
  }

  retry(): void {
    this.#waiter?.retry();
  }

  addWaiter(waiter: Waiter): void {
    this.#waiter = waiter;
    this.#port.enter(this);
  }

  removeWaiter(): void {
    this.#waiter = null;
    this.#port.leave(this);
  }

  lastHandleClosed(): void {
    // No handle stands for a wait.
  }
}

/** How `dequeue` ended: with packets, or with the reason why there are none. */
export interface Dequeued {
  readonly packets: readonly CompletionPacket[];
  /** 0, WAIT_TIMEOUT, WAIT_IO_COMPLETION, or ERROR_ABANDONED_WAIT_0 for a port closed during the wait. */
  readonly error: number;
}

/**
 * Waits on `thread` for packets of `port`. Packets count before APCs and APCs before a time-out of 0.
 * @param most how many packets to take at most, 1 or more.
 * @param milliseconds the longest time; 0 only looks, INFINITE never times out.
 * @param alertable whether an APC queued to the thread ends the wait; its exception comes out here.
 */
export function dequeue(
  thread: Thread,
  port: CompletionPort,
  most: number,
  milliseconds: number,
  alertable: boolean,
): Promise<Dequeued> {
  const { turns, clock } = thread.process;
  if (port.hasPackets) return turns.answer(handOut(port.take(most)), false);
  const wait = new Dequeue(port, most, clock);
  const result = givingTurns(thread, waitForObjects(thread, [wait], { all: false, milliseconds, alertable }));
  const outcome = (ended: number): Dequeued => {
    if (ended !== WAIT_OBJECT_0) return { packets: [], error: ended };
    return handOut(wait.packets);
  };
  if (typeof result === 'number') return turns.answer(outcome(result), false);
  turns.waited();
  return result.then(outcome);
}

/** What a thread gets. Only now are those told who want to know: inside the wait they could post to it again. */
function handOut(packets: readonly CompletionPacket[]): Dequeued {
  for (const { whenTaken } of packets) whenTaken?.();
  return { packets, error: packets.length === 0 ? ERROR_ABANDONED_WAIT_0 : NO_ERROR };
}

/** Writes packets into a program's array, which is long enough. */
export function putEntries(packets: readonly CompletionPacket[], entries: readonly OVERLAPPED_ENTRY[]): void {
  for (let index = 0; index < packets.length; index++) {
    const packet = packets[index] as CompletionPacket;
    const entry = entries[index] as OVERLAPPED_ENTRY;
    entry.lpCompletionKey = packet.key;
    entry.lpOverlapped = packet.overlapped;
    entry.Internal = packet.error;
    entry.dwNumberOfBytesTransferred = packet.bytes;
  }
}

/** An object whose operations can end at a port. */
export interface Associable extends KernelObject {
  readonly completion: CompletionTarget;
}

/** Whether an object can be associated with a port. */
export function isAssociable(object: KernelObject): object is Associable {
  return 'completion' in object;
}

/** The port that an object is tied to, for as long as the object lives, and what is sent there. */
export class CompletionTarget {
  /** FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: what succeeds on the spot sends no packet. */
  skipOnSuccess = false;
  #port: PacketSink | null = null;
  #key = 0;

  /** The port or pool, or null. */
  get port(): PacketSink | null {
    return this.#port;
  }

  /** What the port's packets of this object carry. */
  get key(): number {
    return this.#key;
  }

  /** Ties the object to a port or a pool; false if it is tied to one already. */
  associate(port: PacketSink, key: number): boolean {
    if (this.#port !== null) return false;
    this.#port = port;
    this.#key = key;
    return true;
  }

  /**
   * Sends the packet of an operation that has ended; without a port, nothing.
   * @param atOnce whether it ended within the call that started it.
   */
  report(overlapped: OVERLAPPED, bytes: number, error: number, atOnce: boolean): void {
    if (atOnce && error === NO_ERROR && this.skipOnSuccess) return;
    this.#port?.post({ bytes, key: this.#key, overlapped, error });
  }
}
