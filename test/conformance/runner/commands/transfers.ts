// send, recv and their kin, and the loops over them.
import { WSAEMSGSIZE, WSAEWOULDBLOCK } from '../../../../src/abi/index.js';
import { count, type CommandTable } from '../command.js';
import { dataText } from '../format.js';
import type { Session } from '../session.js';
import { data, junk, pattern, room, type Piece } from '../words.js';

const FILL_BLOCK = 16384;
const FILL_LIMIT = 8192;
const FILL_RETRY_MS = 20;
const DRAIN_PATIENCE_MS = 1000;
const DRAIN_STEP_MS = 10;

/** A receive's count and data; the whole buffer after WSAEMSGSIZE. */
function received(session: Session, result: number, buffer: Piece, from: string): string {
  const text = count(session, result);
  const bytes = buffer.bytes ?? new Uint8Array(0);
  if (result === -1) return session.lastError === WSAEMSGSIZE ? `${text} ${dataText(bytes)}${from}` : text;
  return `${text}${result > 0 ? ` ${dataText(bytes.subarray(0, result))}` : ''}${from}`;
}

export const transferCommands: CommandTable = {
  async send(session, args) {
    const s = session.socket(args.word(0));
    const { bytes, length } = data(args.word(1));
    return count(session, await session.call('send', s, bytes, length, args.int(2, 0)));
  },

  async sendto(session, args) {
    const s = session.socket(args.word(0));
    const { bytes, length } = data(args.word(1));
    const to = session.address(args, 2);
    return count(session, await session.call('sendto', s, bytes, length, args.int(3, 0), to.bytes, to.length));
  },

  async recv(session, args) {
    const s = session.socket(args.word(0));
    const buffer = room(args.word(1));
    const result = await session.call('recv', s, buffer.bytes, buffer.length, args.int(2, 0));
    return received(session, result, buffer, '');
  },

  async recvfrom(session, args) {
    const s = session.socket(args.word(0));
    const buffer = room(args.word(1));
    const from = session.addressOut(args);
    const flags = args.int(2, 0);
    const result = await session.call('recvfrom', s, buffer.bytes, buffer.length, flags, from.buffer, from.length);
    return received(session, result, buffer, from.text('from='));
  },

  async recvall(session, args) {
    const s = session.socket(args.word(0));
    const whole = junk(args.number(1));
    let total = 0;
    let failure = '';
    while (total < whole.length) {
      const rest = whole.subarray(total);
      const result = await session.call('recv', s, rest, rest.length, 0);
      if (result === -1) failure = `-1 ${session.error} after `;
      if (result <= 0) break;
      total += result;
    }
    return `${failure}${String(total)}${total > 0 ? ` ${dataText(whole.subarray(0, total))}` : ''}`;
  },

  async fill(session, args) {
    const s = session.socket(args.word(0));
    const block = pattern(FILL_BLOCK);
    let sent = 0;
    for (let blocks = 0; blocks < FILL_LIMIT; blocks += 1) {
      let result = await session.call('send', s, block, block.length, 0);
      if (result === -1 && session.lastError === WSAEWOULDBLOCK) {
        await session.time.sleep(FILL_RETRY_MS);
        result = await session.call('send', s, block, block.length, 0);
      }
      if (result === -1) {
        session.filled.set(args.word(0), sent);
        return session.error;
      }
      sent += result;
    }
    session.filled.set(args.word(0), sent);
    return 'endless';
  },

  async drain(session, args) {
    const s = session.socket(args.word(0));
    const wanted = session.filled.get(args.word(1)) ?? 0;
    const buffer = junk(65536);
    let total = 0;
    let waited = 0;
    while (total < wanted) {
      const result = await session.call('recv', s, buffer, buffer.length, 0);
      if (result > 0) {
        total += result;
        waited = 0;
        continue;
      }
      if (result === 0 || session.lastError !== WSAEWOULDBLOCK || waited >= DRAIN_PATIENCE_MS) return 'less';
      await session.time.sleep(DRAIN_STEP_MS);
      waited += DRAIN_STEP_MS;
    }
    return 'all';
  },
};
