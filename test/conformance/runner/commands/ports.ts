// Completion ports.
import { OVERLAPPED, OVERLAPPED_ENTRY, ref } from '../../../../src/abi/index.js';
import { bool, type CommandTable } from '../command.js';
import type { Session } from '../session.js';

const JUNK_LONG = 0xcccccccc;

/** `ov=NAME`, and what a receive shows after its flags if `bytes` is given. */
function packetText(session: Session, overlapped: OVERLAPPED | null, bytes: number | null): string {
  if (overlapped === null) return 'ov=NULL';
  const named = session.overlappedOf(overlapped);
  if (named === null) return 'ov=?';
  return `ov=${named.name}${bytes === null ? '' : named.operation.received(bytes)}`;
}

export const portCommands: CommandTable = {
  async iocp(session, args) {
    const port = await session.call('CreateIoCompletionPort', -1, 0, 0, 0);
    session.completionPorts.set(session.newName(args.word(0)), port);
    return port === 0 ? `NULL ${session.error}` : 'ok';
  },

  async assoc(session, args) {
    const port = session.completionPort(args.word(0));
    const s = session.socket(args.word(1));
    const result = await session.call('CreateIoCompletionPort', s, port, args.number(2), 0);
    return result === 0 ? `NULL ${session.error}` : 'ok';
  },

  async getqueued(session, args) {
    const port = session.completionPort(args.word(0));
    const bytes = ref(JUNK_LONG);
    const key = ref(JUNK_LONG);
    const overlapped = ref<OVERLAPPED | null>(new OVERLAPPED());
    const milliseconds = args.number(1) >>> 0;
    const result = await session.call('GetQueuedCompletionStatus', port, bytes, key, overlapped, milliseconds);
    const text = bool(session, result);
    if (result === 0 && overlapped.value === null) return `${text} ov=NULL`;
    const packet = packetText(session, overlapped.value, result === 0 ? null : bytes.value);
    return `${text} bytes=${String(bytes.value)} key=${String(key.value)} ${packet}`;
  },

  async getqueuedex(session, args) {
    const port = session.completionPort(args.word(0));
    const most = args.number(1);
    const entries = Array.from({ length: most }, () => new OVERLAPPED_ENTRY());
    const removed = ref(JUNK_LONG);
    const alertable = args.has('alertable', 3) ? 1 : 0;
    const result = await session.call(
      'GetQueuedCompletionStatusEx', port, entries, most, removed, args.number(2) >>> 0, alertable,
    );
    const text = bool(session, result);
    if (result === 0) return text + session.routinesText();
    const shown = entries.slice(0, removed.value).map((entry) => {
      const bytes = entry.dwNumberOfBytesTransferred;
      const packet = packetText(session, entry.lpOverlapped, bytes);
      return ` (bytes=${String(bytes)} key=${String(entry.lpCompletionKey)} ${packet})`;
    });
    return `${text} n=${String(removed.value)}${shown.join('')}${session.routinesText()}`;
  },

  async postqueued(session, args) {
    const port = session.completionPort(args.word(0));
    const overlapped = args.word(3) === 'NULL' ? null : session.overlapped(args.word(3)).structure;
    const result = await session.call('PostQueuedCompletionStatus', port, args.number(1), args.number(2), overlapped);
    return bool(session, result);
  },

  async completionmodes(session, args) {
    const s = session.socket(args.word(0));
    return bool(session, await session.call('SetFileCompletionNotificationModes', s, args.number(1)));
  },

  async closeport(session, args) {
    return bool(session, await session.call('CloseHandle', session.completionPort(args.word(0))));
  },
};
