// AcceptEx and the other extension functions, called under their names.
import { ref, TRANSMIT_FILE_BUFFERS, type Memory, type Ref } from '../../../../src/abi/index.js';
import { gathered } from '../buffers.js';
import { bool, either, type CommandTable } from '../command.js';
import { PLAIN, type Operation } from '../operation.js';
import { ScriptError } from '../script-error.js';
import type { Session } from '../session.js';
import { data, junk, number } from '../words.js';

const JUNK_LONG = 0xcccccccc;
const ADDRESS_ROOM = 32;

/** An AcceptEx, with what GetAcceptExSockaddrs needs to read its buffer. */
interface AcceptOperation extends Operation {
  readonly accept: { readonly buffer: Uint8Array; readonly receive: number; readonly local: number; readonly remote: number };
}

function isAccept(operation: Operation): operation is AcceptOperation {
  return 'accept' in operation;
}

function acceptOperation(receive: number, local: number, remote: number): AcceptOperation {
  const buffer = junk(receive + local + remote);
  const piece = { bytes: buffer.subarray(0, receive), length: receive };
  return {
    showsFlags: false,
    received: (bytes) => (receive > 0 ? ` ${gathered([piece], bytes)}` : ''),
    overflow: () => '',
    accept: { buffer, receive, local, remote },
  };
}

function sockaddrText(session: Session, address: Ref<Memory | null>, length: Ref): string {
  return `${address.value === null ? 'none' : session.addressText(address.value)}/${String(length.value)}`;
}

/** The file a word stands for; null handle for `NULL`. */
function file(session: Session, word: string): number {
  if (word === 'NULL') return 0;
  const handle = session.files.get(word);
  if (handle === undefined) throw new ScriptError(`no file ${word}`);
  return handle;
}

export const extensionCommands: CommandTable = {
  async acceptex(session, args) {
    const listener = session.socket(args.word(0));
    const s = session.socket(args.word(1));
    const [receive, local, remote] = [
      args.namedNumber('recv', 0), args.namedNumber('local', ADDRESS_ROOM), args.namedNumber('remote', ADDRESS_ROOM),
    ];
    const operation = acceptOperation(receive, local, remote);
    const buffer = args.isNull('buf') ? null : operation.accept.buffer;
    const bytes = ref(JUNK_LONG);
    const ov = session.start(args, operation);
    const result = await session.call('AcceptEx', listener, s, buffer, receive, local, remote, bytes, ov);
    const text = bool(session, result);
    if (result === 0) return either(args, 2, text);
    return either(args, 2, `${text} bytes=${String(bytes.value)}${operation.received(bytes.value)}`);
  },

  async acceptexaddrs(session, args) {
    const { operation } = session.overlapped(args.word(0));
    if (!isAccept(operation)) throw new ScriptError(`${args.word(0)} was not used for AcceptEx`);
    const { buffer, receive, local, remote } = operation.accept;
    const [localAddress, remoteAddress] = [ref<Memory | null>(null), ref<Memory | null>(null)];
    const [localLength, remoteLength] = [ref(JUNK_LONG), ref(JUNK_LONG)];
    await session.call(
      'GetAcceptExSockaddrs', buffer, receive, local, remote, localAddress, localLength, remoteAddress, remoteLength,
    );
    const localText = sockaddrText(session, localAddress, localLength);
    return `local=${localText} remote=${sockaddrText(session, remoteAddress, remoteLength)}`;
  },

  async connectex(session, args) {
    const s = session.socket(args.word(0));
    const name = session.address(args, 1);
    const sent = data(args.value('data') ?? 'NULL');
    const bytes = ref(JUNK_LONG);
    const ov = session.start(args, PLAIN);
    const result = await session.call('ConnectEx', s, name.bytes, name.length, sent.bytes, sent.length, bytes, ov);
    const text = bool(session, result);
    return either(args, 2, result === 0 ? text : `${text} bytes=${String(bytes.value)}`);
  },

  async disconnectex(session, args) {
    const s = session.socket(args.word(0));
    const ov = session.start(args, PLAIN);
    return either(args, 1, bool(session, await session.call('DisconnectEx', s, ov, args.namedNumber('flags', 0), 0)));
  },

  async file(session, args) {
    const name = session.newName(args.word(0));
    session.files.set(name, await session.host.createFile(data(args.word(1)).bytes ?? new Uint8Array(0)));
    return 'ok';
  },

  seek(session, args) {
    session.host.seekFile(file(session, args.word(0)), args.number(1));
    return 'ok';
  },

  async transmitfile(session, args) {
    const s = session.socket(args.word(0));
    const source = file(session, args.word(1));
    const [head, tail] = [args.value('head'), args.value('tail')];
    let buffers: TRANSMIT_FILE_BUFFERS | null = null;
    if (head !== undefined || tail !== undefined) {
      const [before, after] = [data(head ?? 'NULL'), data(tail ?? 'NULL')];
      buffers = new TRANSMIT_FILE_BUFFERS({
        Head: before.bytes,
        HeadLength: before.length,
        Tail: after.bytes,
        TailLength: after.length,
      });
    }
    const ov = session.start(args, PLAIN);
    const offset = args.value('offset');
    if (ov !== null && offset !== undefined) ov.Offset = number(offset);
    const [bytes, perSend] = [args.namedNumber('bytes', 0), args.namedNumber('persend', 0)];
    const flags = args.namedNumber('flags', 0);
    const result = await session.call('TransmitFile', s, source, bytes, perSend, ov, buffers, flags);
    return either(args, 2, bool(session, result));
  },
};
