// What happens to a call that rules hit: the steps of a call that goes out, and of one that brings something in. Which
// entries these are is index.ts's.
import { MSG_PEEK, SD_BOTH, SOCK_STREAM, WSABUF, WSAECONNRESET, WSAEMSGSIZE, ref, sockaddr_storage } from '../../../abi/index.js';
import type { MaybePending } from '../../../spi/index.js';
import { placeIn, type Place } from '../kit/address-rule.js';
import { bytesIn } from '../kit/buffers.js';
import { after, endedWith, type Carrier, type Ended, type StartBelow, type Steps } from '../kit/carry.js';
import type { Receive } from '../kit/receives.js';
import type { OwnSocket } from '../own-handles/socket.js';
import type { Chance } from './chance.js';
import { Order } from './order.js';
import type { CallName, Effect, FaultRule, Occasion } from './rule.js';

/** What one socket has gone through. */
interface State {
  isCut: boolean;
  readonly out: Order;
  readonly in: Order;
}

/** A call that sends, connects or accepts. */
export interface Outgoing {
  readonly call: CallName;
  /** Whom it names; null for the peer of the connection. */
  readonly place: Place | null;
  /** What it sends; null for a call whose bytes the layer does not look at. */
  readonly buffers: readonly WSABUF[] | null;
  /** Hands it down, with these buffers. */
  readonly start: (buffers: readonly WSABUF[]) => StartBelow;
}

const WITH_BYTES: readonly Effect[] = ['delay', 'fail', 'cut', 'corrupt', 'drop', 'duplicate'];
const WITHOUT: readonly Effect[] = ['delay', 'fail', 'cut'];
/** A receive is looked at when it is called, and again when it has got something. */
const RECEIVE_CALLED: readonly Effect[] = ['fail', 'cut', 'short'];
const RECEIVE_ARRIVED: readonly Effect[] = ['delay', 'corrupt', 'drop'];

/** The rules that hit one call. */
class Hits {
  readonly #rules: readonly FaultRule[];

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules;
  }

  has(effect: Effect): boolean {
    return this.#rules.some((rule) => rule.effect === effect);
  }

  /** The amount of the first rule with this effect, or 0. */
  first(effect: Effect): number {
    return this.#rules.find((rule) => rule.effect === effect)?.amount ?? 0;
  }

  /** All delays together. */
  get delay(): number {
    return this.#rules.reduce((sum, { effect, amount }) => (effect === 'delay' ? sum + amount : sum), 0);
  }

  /** Flips the bits that are to be flipped in the first `length` bytes. */
  corrupt(buffers: readonly WSABUF[], length: number): void {
    for (const { effect, amount, chance } of this.#rules) {
      if (effect === 'corrupt') flip(buffers, length, amount, chance);
    }
  }
}

/** The faults of one started layer. */
export class Faults {
  readonly #rules: readonly FaultRule[];
  readonly #carrier: Carrier;
  readonly #told: (rule: FaultRule) => void;
  readonly #states = new WeakMap<OwnSocket, State>();
  readonly #needsPlace: boolean;

  /** @param told - hears of each hit */
  constructor(rules: readonly FaultRule[], carrier: Carrier, told: (rule: FaultRule) => void) {
    this.#rules = rules;
    this.#carrier = carrier;
    this.#told = told;
    this.#needsPlace = rules.some(({ hasPlace }) => hasPlace);
  }

  state(socket: OwnSocket): State {
    let state = this.#states.get(socket);
    if (state === undefined) this.#states.set(socket, (state = { isCut: false, out: new Order(), in: new Order() }));
    return state;
  }

  /** The error that a call which neither waits nor moves anything is to fail with, or 0. */
  refusal(socket: OwnSocket, call: CallName, place: Place | null): number {
    return this.#hits(socket, { call, place, effects: ['fail'] }).first('fail');
  }

  /** The steps of a call that sends, connects or accepts. */
  out(steps: Steps, { call, place, buffers, start }: Outgoing): MaybePending<Ended> {
    const { socket } = steps;
    const state = this.state(socket);
    if (state.isCut) return endedWith(WSAECONNRESET);
    const hits = this.#hits(socket, { call, place, effects: buffers === null ? WITHOUT : WITH_BYTES });
    return after(state.out.pass(steps, hits.delay), () => {
      if (steps.cancelled !== 0) return endedWith(steps.cancelled);
      const early = this.#early(socket, hits);
      if (early !== null) return early;
      if (buffers === null) return steps.down(start([]));
      const length = buffers.reduce((sum, { len }) => sum + len, 0);
      if (hits.has('drop')) return endedWith(0, length);
      let sent = buffers;
      if (hits.has('corrupt')) {
        // What the program sends is the program's.
        sent = [new WSABUF(length, bytesIn(buffers, length))];
        hits.corrupt(sent, length);
      }
      return after(steps.down(start(sent)), (ended) =>
        ended.error === 0 && hits.has('duplicate') ? after(steps.down(start(sent)), () => ended) : ended,
      );
    });
  }

  /** The steps of a call that receives. */
  in(steps: Steps, receive: Receive): MaybePending<Ended> {
    const { socket } = steps;
    if (this.state(socket).isCut) return endedWith(WSAECONNRESET);
    if ((receive.flags & MSG_PEEK) !== 0) return receive.down(steps);
    const hits = this.#hits(socket, { call: receive.call, place: null, effects: RECEIVE_CALLED });
    const early = this.#early(socket, hits);
    if (early !== null) return early;
    return this.#arrival(steps, receive, hits.has('short') ? firstOf(receive.buffers, hits.first('short')) : receive.buffers);
  }

  /** Whatever the layer has begun on a connection that was cut meanwhile ends with the cut. */
  end(socket: OwnSocket, ended: Ended): Ended {
    return this.#states.get(socket)?.isCut === true ? endedWith(WSAECONNRESET) : ended;
  }

  #arrival(steps: Steps, receive: Receive, buffers: readonly WSABUF[]): MaybePending<Ended> {
    const { socket } = steps;
    return after(receive.down(steps, buffers), (ended) => {
      if (ended.error !== 0 && ended.error !== WSAEMSGSIZE) return ended;
      const hits = this.#hits(socket, { call: receive.call, place: receive.sender(), effects: RECEIVE_ARRIVED });
      // Not by calling itself: very many may be there to be dropped.
      if (hits.has('drop')) return Promise.resolve().then(() => this.#arrival(steps, receive, buffers));
      return after(this.state(socket).in.pass(steps, hits.delay), () => {
        hits.corrupt(buffers, ended.bytes);
        return ended;
      });
    });
  }

  /** How a call ends that comes to nothing, or null. */
  #early(socket: OwnSocket, hits: Hits): Ended | null {
    if (hits.has('cut')) this.#cut(socket);
    else if (!hits.has('fail')) return null;
    return endedWith(hits.has('cut') ? WSAECONNRESET : hits.first('fail'));
  }

  #cut(socket: OwnSocket): void {
    this.state(socket).isCut = true;
    socket.procs.lpWSPShutdown(socket.lower, SD_BOTH, ref(0));
    this.#carrier.closing(socket, WSAECONNRESET);
  }

  #hits(socket: OwnSocket, occasion: Omit<Occasion, 'isStream'>): Hits {
    const place = this.#needsPlace ? (occasion.place ?? peerOf(socket)) : null;
    const isStream = socket.chain.info.iSocketType === SOCK_STREAM;
    const hit = this.#rules.filter((rule) => rule.meets({ ...occasion, place, isStream }));
    for (const rule of hit) this.#told(rule);
    return new Hits(hit);
  }
}

function peerOf({ lower, procs }: OwnSocket): Place | null {
  const name = new Uint8Array(sockaddr_storage.size);
  const length = ref<number>(name.length);
  return procs.lpWSPGetPeerName(lower, name, length, ref(0)) === 0 ? placeIn(name, length.value) : null;
}

/** As many bytes of the buffers as there are to be. */
function firstOf(buffers: readonly WSABUF[], length: number): WSABUF[] {
  let left = length;
  return buffers.map(({ len, buf }) => {
    const room = Math.min(len, left);
    left -= room;
    return new WSABUF(room, buf);
  });
}

function flip(buffers: readonly WSABUF[], length: number, bits: number, chance: Chance): void {
  for (let i = 0; i < bits && length > 0; i += 1) {
    let at = chance.below(length);
    const bit = 1 << chance.below(8);
    for (const { len, buf } of buffers) {
      if (at < len && buf !== null) buf[at] = (buf[at] ?? 0) ^ bit;
      if (at < len) break;
      at -= len;
    }
  }
}
