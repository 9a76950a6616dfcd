// select and WSAPoll.
import { fd_set, pollfd, timeval, type SOCKET } from '../../../../src/abi/index.js';
import type { Args } from '../args.js';
import { count, type CommandTable } from '../command.js';
import { maskText } from '../format.js';
import type { Session } from '../session.js';
import { number } from '../words.js';

const POLL_EVENTS: readonly string[] = [
  'POLLRDNORM', 'POLLRDBAND', 'POLLPRI', 'POLLWRNORM', 'POLLWRBAND', 'POLLERR', 'POLLHUP', 'POLLNVAL',
];
/** What `revents` holds before the call; no combination that WSAPoll may return. */
const JUNK_EVENTS = 0x4ccc;
const POLL_ARGUMENTS: ReadonlySet<string> = new Set(['timeout', 'nfds', 'fds']);

/** A set as passed, and how its sockets were written. */
interface NamedSet {
  readonly set: fd_set | null;
  readonly words: ReadonlyMap<number, string>;
}

function namedSet(session: Session, word: string | undefined): NamedSet {
  if (word === undefined) return { set: null, words: new Map() };
  const names = word === '-' ? [] : word.split(',');
  const set = new fd_set(Math.max(names.length, 64));
  const words = new Map<number, string>();
  for (const name of names) {
    const handle = session.socket(name);
    // Not FD_SET: an array may hold what the macro would not put there.
    set.fd_array[set.fd_count] = handle as SOCKET;
    set.fd_count += 1;
    words.set(handle, name);
  }
  return { set, words };
}

function setText(letter: string, { set, words }: NamedSet): string {
  if (set === null || set.fd_count === 0) return '';
  const names = Array.from(set.fd_array).slice(0, set.fd_count).map((handle) => words.get(handle) ?? '?');
  return ` ${letter}=${names.join(',')}`;
}

function timeout(args: Args): timeval | null {
  if (args.isNull('timeout')) return null;
  const milliseconds = args.namedNumber('timeout', 0);
  const time = new timeval();
  time.tv_sec = Math.trunc(milliseconds / 1000);
  time.tv_usec = (milliseconds % 1000) * 1000;
  return time;
}

export const readinessCommands: CommandTable = {
  async select(session, args) {
    const r = namedSet(session, args.value('r'));
    const w = namedSet(session, args.value('w'));
    const e = namedSet(session, args.value('e'));
    const nfds = args.namedNumber('nfds', 0);
    const result = await session.call('select', nfds, r.set, w.set, e.set, timeout(args));
    const text = count(session, result);
    return result === -1 ? text : text + setText('r', r) + setText('w', w) + setText('e', e);
  },

  async poll(session, args) {
    const wanted = args.named.filter(([key]) => !POLL_ARGUMENTS.has(key));
    const entries = wanted.map(([word, events]) => {
      const entry = new pollfd();
      entry.fd = session.socket(word) as SOCKET;
      entry.events = number(events);
      entry.revents = JUNK_EVENTS;
      return entry;
    });
    const passed = args.isNull('fds') ? null : entries;
    const nfds = args.namedNumber('nfds', entries.length);
    const result = await session.call('WSAPoll', passed, nfds, args.namedNumber('timeout', 0) | 0);
    const text = count(session, result);
    if (result === -1) return text;
    const shown = wanted.map(([word], i) => ` ${word}=${maskText((entries[i]?.revents ?? 0) & 0xffff, POLL_EVENTS)}`);
    return text + shown.join('');
  },
};
