// Event objects, network events and window messages.
import { WSANETWORKEVENTS } from '../../../../src/abi/index.js';
import { bool, status, type CommandTable } from '../command.js';
import { errorName } from '../error-names.js';
import { maskText } from '../format.js';
import type { Message } from '../host.js';
import type { Session } from '../session.js';
import { junk } from '../words.js';

/** Network events from the lowest bit up; the bit's number is the index of its error. */
const NETWORK_EVENTS: readonly string[] = [
  'FD_READ', 'FD_WRITE', 'FD_OOB', 'FD_ACCEPT', 'FD_CONNECT', 'FD_CLOSE', 'FD_QOS', 'FD_GROUP_QOS',
  'FD_ROUTING_INTERFACE_CHANGE', 'FD_ADDRESS_LIST_CHANGE',
];
const NETWORK_EVENTS_SIZE = 44;
const USUAL_MESSAGE = 0x8001;
const MESSAGES_MS = 200;

const WAIT_RESULTS: ReadonlyMap<number, string> = new Map([
  [0x102, 'WSA_WAIT_TIMEOUT'],
  [0xc0, 'WSA_WAIT_IO_COMPLETION'],
]);

function waitText(session: Session, result: number): string {
  if (result === 0xffffffff) return `WSA_WAIT_FAILED ${session.error}`;
  const known = WAIT_RESULTS.get(result);
  if (known !== undefined) return known;
  if (result < 64) return result === 0 ? 'WSA_WAIT_EVENT_0' : `WSA_WAIT_EVENT_0+${String(result)}`;
  return `returned ${String(result)}`;
}

function recordedText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const recorded = view.getInt32(0, true);
  if (recorded === 0) return 'none';
  const shown = NETWORK_EVENTS.flatMap((name, bit) =>
    (recorded & (1 << bit)) === 0 ? [] : [`${name}/${errorName(view.getInt32(4 + 4 * bit, true))}`],
  );
  return shown.join(' ');
}

function messageText(session: Session, { message, wParam, lParam }: Message): string {
  const event = maskText(lParam & 0xffff, NETWORK_EVENTS);
  const number = message === USUAL_MESSAGE ? '' : `@${String(message)}`;
  return `${session.ports.nameOf(wParam) ?? '?'}:${event}/${errorName((lParam >>> 16) & 0xffff)}${number}`;
}

/** The scenario's message window. */
function window(session: Session): number {
  session.window ??= session.host.createWindow();
  return session.window;
}

function windowArgument(session: Session, word: string | undefined): number {
  if (word === undefined) return window(session);
  return word === 'NULL' ? 0 : Number(word);
}

export const eventCommands: CommandTable = {
  async event(session, args) {
    const handle = await session.call('WSACreateEvent');
    session.events.set(session.newName(args.word(0)), handle);
    return handle === 0 ? `NULL ${session.error}` : 'ok';
  },

  async closeevent(session, args) {
    return bool(session, await session.call('WSACloseEvent', session.event(args.word(0))));
  },

  async setevent(session, args) {
    return bool(session, await session.call('WSASetEvent', session.event(args.word(0))));
  },

  async resetevent(session, args) {
    return bool(session, await session.call('WSAResetEvent', session.event(args.word(0))));
  },

  async wait(session, args) {
    const words = args.word(0) === '-' ? [] : args.word(0).split(',');
    const events = words.map((word) => session.event(word));
    const count = args.namedNumber('count', events.length);
    const all = args.has('all', 2) ? 1 : 0;
    const alertable = args.has('alertable', 2) ? 1 : 0;
    const result = await session.call('WSAWaitForMultipleEvents', count, events, all, args.number(1) >>> 0, alertable);
    return waitText(session, result >>> 0) + session.routinesText();
  },

  async eventselect(session, args) {
    const s = session.socket(args.word(0));
    return status(session, await session.call('WSAEventSelect', s, session.event(args.word(1)), args.int(2)));
  },

  async enumevents(session, args) {
    const s = session.socket(args.word(0));
    const word = args.optional(1);
    const event = word === undefined || word === '-' ? 0 : session.event(word);
    const bytes = junk(NETWORK_EVENTS_SIZE);
    const events = args.isNull('events') ? null : new WSANETWORKEVENTS(bytes);
    const result = await session.call('WSAEnumNetworkEvents', s, event, events);
    const text = status(session, result);
    return result === 0 ? `${text} ${recordedText(bytes)}` : text;
  },

  async asyncselect(session, args) {
    const s = session.socket(args.word(0));
    const events = args.int(1);
    const target = windowArgument(session, args.value('hwnd'));
    const message = args.namedNumber('msg', USUAL_MESSAGE);
    return status(session, await session.call('WSAAsyncSelect', s, target, message, events));
  },

  async messages(session, args) {
    const target = window(session);
    await session.time.sleep(args.number(0, MESSAGES_MS));
    const taken = session.host.takeMessages(target);
    return taken.length === 0 ? 'none' : taken.map((message) => messageText(session, message)).join(' ');
  },
};
