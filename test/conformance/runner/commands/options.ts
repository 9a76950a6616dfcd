// Socket options and ioctls.
import { FIONBIO, ref, SIO_GET_EXTENSION_FUNCTION_POINTER } from '../../../../src/abi/index.js';
import { either, status, type CommandTable } from '../command.js';
import { PLAIN } from '../operation.js';
import { guidBytes, outType, valueIn } from '../typed-values.js';
import { junk, number } from '../words.js';

const JUNK_LONG = 0xcccccccc;
const POINTER_SIZE = 8;

export const optionCommands: CommandTable = {
  async setsockopt(session, args) {
    const s = session.socket(args.word(0));
    const length = args.value('len');
    const value = valueIn(session, args.word(3), length === undefined ? undefined : number(length));
    return status(session, await session.call('setsockopt', s, args.int(1), args.int(2), value.bytes, value.length));
  },

  async getsockopt(session, args) {
    const s = session.socket(args.word(0));
    const name = args.optional(3) ?? 'int';
    const type = name === 'NULL' ? null : outType(name);
    const size = type === null ? 4 : type.size;
    const length = ref(args.namedNumber('len', size));
    const buffer = type === null ? null : junk(Math.max(size, length.value));
    const passed = args.isNull('optlen') ? null : length;
    const result = await session.call('getsockopt', s, args.int(1), args.int(2), buffer, passed);
    const text = status(session, result);
    if (result !== 0 || buffer === null || passed === null) return text;
    const value = type?.text?.(session, buffer.subarray(0, length.value));
    return `${text}${value === undefined ? '' : ` ${value}`}/${String(length.value)}`;
  },

  async ioctl(session, args) {
    const s = session.socket(args.word(0));
    const word = args.optional(2);
    const argument = word === 'NULL' ? null : ref(word === undefined ? JUNK_LONG : number(word) >>> 0);
    const result = await session.call('ioctlsocket', s, args.number(1), argument);
    const text = status(session, result);
    return result === 0 && word === undefined ? `${text} ${String((argument?.value ?? 0) >>> 0)}` : text;
  },

  async nonblock(session, args) {
    const s = session.socket(args.word(0));
    return status(session, await session.call('ioctlsocket', s, FIONBIO, ref(args.number(1, 1))));
  },

  async wsaioctl(session, args) {
    const s = session.socket(args.word(0));
    const inLength = args.value('inlen');
    const input = valueIn(session, args.value('in') ?? 'NULL', inLength === undefined ? undefined : number(inLength));
    const name = args.value('out') ?? 'NULL';
    const type = name === 'NULL' ? null : outType(name);
    const outLength = args.namedNumber('outlen', type?.size ?? 0);
    const output = type === null ? null : junk(Math.max(type.size, outLength));
    const bytes = args.isNull('bytes') ? null : ref(JUNK_LONG);
    const ov = session.start(args, PLAIN);
    const result = await session.call(
      'WSAIoctl', s, args.number(1) >>> 0, input.bytes, input.length, output, outLength, bytes, ov,
      session.routine(args, 2),
    );
    const text = status(session, result);
    if (result !== 0 || output === null || bytes === null) return either(args, 2, text);
    const value = type?.text?.(session, output.subarray(0, bytes.value));
    return either(args, 2, value === undefined ? text : `${text} bytes=${String(bytes.value)} ${value}`);
  },

  async extfunc(session, args) {
    const s = session.socket(args.word(0));
    const guid = guidBytes(args.word(1));
    const pointer = junk(POINTER_SIZE);
    const code = SIO_GET_EXTENSION_FUNCTION_POINTER;
    const result = await session.call(
      'WSAIoctl', s, code, guid, guid.length, pointer, POINTER_SIZE, ref(JUNK_LONG), null, null,
    );
    if (result !== 0) return status(session, result);
    return `ok ${pointer.some((byte) => byte !== 0) ? 'nonnull' : 'null'}`;
  },
};
