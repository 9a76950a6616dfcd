// The calls that can be overlapped, and waiting for what they started.
import { ref, WSABUF, WSAEMSGSIZE, WSAMSG } from '../../../../src/abi/index.js';
import type { Args } from '../args.js';
import { bufferArguments, gathered } from '../buffers.js';
import { bool, either, status, type CommandTable } from '../command.js';
import { controlText } from '../control.js';
import { messageFlags } from '../format.js';
import { PLAIN, type Operation } from '../operation.js';
import type { AddressOut, Session } from '../session.js';
import { dataList, junk, rooms, type Piece } from '../words.js';

const STATUS_PENDING = 0x103;
const WAIT_IO_COMPLETION = 0xc0;

/** The byte-count pointer. */
function countOut(args: Args): { value: number } | null {
  return args.isNull('bytes') ? null : ref(0xcccccccc);
}

/** The flags pointer. */
function flagsOut(args: Args): { value: number } | null {
  return args.isNull('flags') ? null : ref(args.namedNumber('flags', 0));
}

function flagsIn(args: Args): number {
  return args.isNull('flags') ? 0 : args.namedNumber('flags', 0);
}

function receiving(pieces: readonly Piece[], from: AddressOut | null): Operation {
  const fromText = (): string => from?.text('from=') ?? '';
  return {
    showsFlags: true,
    received: (bytes) => ` ${gathered(pieces, bytes)}${fromText()}`,
    overflow: () => ` ${gathered(pieces)}${fromText()}`,
  };
}

function receivingMessage(session: Session, pieces: readonly Piece[], message: WSAMSG, name: Uint8Array): Operation {
  const fromText = (): string => ` from=${session.addressText(name)}/${String(message.namelen)}`;
  return {
    showsFlags: false,
    received: (bytes) =>
      ` ${gathered(pieces, bytes)}${fromText()} msgflags=${messageFlags(message.dwFlags)}` +
      ` control=(${controlText(message.Control)})`,
    overflow: () => ` ${gathered(pieces)}${fromText()}`,
  };
}

function sent(session: Session, args: Args, result: number, bytes: { value: number } | null): string {
  const text = status(session, result);
  return either(args, 1, result === 0 && bytes !== null ? `${text} bytes=${String(bytes.value)}` : text);
}

interface Received {
  readonly bytes: { value: number } | null;
  readonly flags: { value: number } | null;
  readonly operation: Operation;
}

function received(session: Session, args: Args, result: number, { bytes, flags, operation }: Received): string {
  let text = status(session, result);
  if (result === 0 && bytes !== null) {
    const flagsText = operation.showsFlags ? ` flags=${messageFlags(flags?.value ?? 0)}` : '';
    text += ` bytes=${String(bytes.value)}${flagsText}${operation.received(bytes.value)}`;
  }
  if (result === -1 && session.lastError === WSAEMSGSIZE) text += operation.overflow();
  return either(args, 1, text);
}

export const overlappedCommands: CommandTable = {
  async wsasend(session, args) {
    const s = session.socket(args.word(0));
    const [buffers, count] = bufferArguments(args, dataList(args.word(1)));
    const bytes = countOut(args);
    const ov = session.start(args, PLAIN);
    const routine = session.routine(args, 2);
    return sent(session, args, await session.call('WSASend', s, buffers, count, bytes, flagsIn(args), ov, routine), bytes);
  },

  async wsasendto(session, args) {
    const s = session.socket(args.word(0));
    const [buffers, count] = bufferArguments(args, dataList(args.word(1)));
    const to = session.address(args, 2);
    const bytes = countOut(args);
    const ov = session.start(args, PLAIN);
    const routine = session.routine(args, 3);
    const result = await session.call(
      'WSASendTo', s, buffers, count, bytes, flagsIn(args), to.bytes, to.length, ov, routine,
    );
    return sent(session, args, result, bytes);
  },

  async wsarecv(session, args) {
    const s = session.socket(args.word(0));
    const pieces = rooms(args.word(1));
    const [buffers, count] = bufferArguments(args, pieces);
    const operation = receiving(pieces, null);
    const [bytes, flags] = [countOut(args), flagsOut(args)];
    const ov = session.start(args, operation);
    const result = await session.call('WSARecv', s, buffers, count, bytes, flags, ov, session.routine(args, 2));
    return received(session, args, result, { bytes, flags, operation });
  },

  async wsarecvfrom(session, args) {
    const s = session.socket(args.word(0));
    const pieces = rooms(args.word(1));
    const [buffers, count] = bufferArguments(args, pieces);
    const from = session.addressOut(args);
    const operation = receiving(pieces, from);
    const [bytes, flags] = [countOut(args), flagsOut(args)];
    const ov = session.start(args, operation);
    const result = await session.call(
      'WSARecvFrom', s, buffers, count, bytes, flags, from.buffer, from.length, ov, session.routine(args, 2),
    );
    return received(session, args, result, { bytes, flags, operation });
  },

  async wsarecvmsg(session, args) {
    const s = session.socket(args.word(0));
    const pieces = rooms(args.word(1));
    const [buffers, count] = bufferArguments(args, pieces);
    const name = junk(128);
    const controlSize = args.namedNumber('control', 0);
    const message = new WSAMSG({
      name,
      namelen: name.length,
      lpBuffers: buffers,
      dwBufferCount: count,
      Control: new WSABUF(controlSize, controlSize === 0 ? null : junk(controlSize)),
      dwFlags: flagsIn(args),
    });
    const operation = receivingMessage(session, pieces, message, name);
    const bytes = countOut(args);
    const passed = args.has('NULL', 2) ? null : message;
    const ov = session.start(args, operation);
    const result = await session.call('WSARecvMsg', s, passed, bytes, ov, session.routine(args, 2));
    return received(session, args, result, { bytes, flags: null, operation });
  },

  async wsasendmsg(session, args) {
    const s = session.socket(args.word(0));
    const [buffers, count] = bufferArguments(args, dataList(args.word(1)));
    const to = session.address(args, 2);
    const message = new WSAMSG({
      name: to.bytes,
      namelen: to.length,
      lpBuffers: buffers,
      dwBufferCount: count,
      Control: new WSABUF(0, null),
    });
    const bytes = countOut(args);
    const ov = session.start(args, PLAIN);
    const result = await session.call('WSASendMsg', s, message, flagsIn(args), bytes, ov, session.routine(args, 3));
    return sent(session, args, result, bytes);
  },

  overlapped(session, args) {
    const named = session.overlapped(args.word(0));
    const event = args.value('event');
    // The low bit of the event's handle is what keeps a completion off the port.
    named.event = (event === undefined ? 0 : session.event(event)) | (args.has('noqueue', 1) ? 1 : 0);
    return 'ok';
  },

  async result(session, args) {
    const s = session.socket(args.word(0));
    const named = args.word(1) === 'NULL' ? null : session.overlapped(args.word(1));
    const operation = named?.operation ?? PLAIN;
    const bytes = ref(0xcccccccc);
    const flags = ref(0xcccccccc);
    const wait = args.has('wait', 2) ? 1 : 0;
    const done = await session.call('WSAGetOverlappedResult', s, named?.structure ?? null, bytes, wait, flags);
    const text = bool(session, done);
    if (done === 0) return session.lastError === WSAEMSGSIZE ? text + operation.overflow() : text;
    const flagsText = operation.showsFlags ? ` flags=${messageFlags(flags.value)}` : '';
    return `${text} bytes=${String(bytes.value)}${flagsText}${operation.received(bytes.value)}`;
  },

  pending(session, args) {
    return session.overlapped(args.word(0)).structure.Internal === STATUS_PENDING ? 'yes' : 'no';
  },

  async cancelio(session, args) {
    return bool(session, await session.call('CancelIo', session.socket(args.word(0))));
  },

  async cancelioex(session, args) {
    const s = session.socket(args.word(0));
    const word = args.optional(1);
    const ov = word === undefined ? null : session.overlapped(word).structure;
    return bool(session, await session.call('CancelIoEx', s, ov));
  },

  async sleepex(session, args) {
    const result = await session.call('SleepEx', args.number(0) >>> 0, args.has('noalert', 1) ? 0 : 1);
    const text = result === WAIT_IO_COMPLETION ? 'IO_COMPLETION' : String(result);
    return text + session.routinesText();
  },
};

