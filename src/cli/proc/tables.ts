// Linux's tables of sockets, /proc/net/{tcp,tcp6,udp,udp6,unix}: their text as rows. Reads no file.

/** A socket of the machine. */
export interface SystemSocket {
  readonly protocol: 'TCP' | 'UDP' | 'UNIX';
  /** `127.0.0.1:80`, `[::1]:80`, a path; '' for an unnamed local socket. */
  readonly local: string;
  /** `0.0.0.0:0` for a listener, `*:*` for UDP without a peer, '' for local sockets. */
  readonly foreign: string;
  /** As Windows spells it; '' where there is none. */
  readonly state: string;
  /** Bytes received that nobody has taken. */
  readonly received: number;
  /** Bytes sent that are not acknowledged. */
  readonly unsent: number;
  /** The number by which a process's open files name it. */
  readonly inode: number;
}

/** Linux's numbers of TCP states, in Windows' words. */
const STATES: readonly string[] = [
  '', 'ESTABLISHED', 'SYN_SENT', 'SYN_RECEIVED', 'FIN_WAIT_1', 'FIN_WAIT_2', 'TIME_WAIT', 'CLOSED', 'CLOSE_WAIT', 'LAST_ACK',
  'LISTENING', 'CLOSING', 'SYN_RECEIVED',
];

/** Rows of /proc/net/tcp, tcp6, udp or udp6. */
export function internetSockets(text: string, protocol: 'TCP' | 'UDP', family: 4 | 6): SystemSocket[] {
  return text.split('\n').slice(1).flatMap((line) => {
    const [, local, foreign, state = '', queues = '', , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || foreign === undefined || inode === undefined) return [];
    const [unsent = 0, received = 0] = queues.split(':').map((digits) => Number.parseInt(digits, 16));
    const peer = place(foreign, family);
    return {
      protocol,
      local: place(local, family),
      foreign: protocol === 'UDP' && peer.endsWith(':0') ? '*:*' : peer,
      state: protocol === 'TCP' ? (STATES[Number.parseInt(state, 16)] ?? '') : '',
      received,
      unsent,
      inode: Number(inode),
    };
  });
}

const LISTENS = 0x10000;
const CONNECTED = 3;

/** Rows of /proc/net/unix. */
export function localSockets(text: string): SystemSocket[] {
  return text.split('\n').slice(1).flatMap((line) => {
    // The path comes last and may have blanks in it.
    const found = /^\S+: \S+ \S+ (\S+) (\S+) (\S+)\s+(\d+)(?: (.*))?$/.exec(line.trim());
    if (found === null) return [];
    const [, flags = '', type = '', state = '', inode = '', path = ''] = found;
    const listens = (Number.parseInt(flags, 16) & LISTENS) !== 0;
    const connected = Number.parseInt(type, 16) === 1 && Number.parseInt(state, 16) === CONNECTED;
    const said = connected ? 'ESTABLISHED' : '';
    return { protocol: 'UNIX', local: path, foreign: '', state: listens ? 'LISTENING' : said, received: 0, unsent: 0, inode: Number(inode) };
  });
}

/** `0100007F:1F90`, an address in words of the machine's byte order (little-endian ones here) and a port. */
function place(text: string, family: 4 | 6): string {
  const [address = '', port = ''] = text.split(':');
  const words = address.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse().map((pair) => Number.parseInt(pair, 16)));
  const number = Number.parseInt(port, 16);
  return family === 4 ? `${bytes.join('.')}:${number}` : `[${ipv6(bytes)}]:${number}`;
}

const MAPPED = '0,0,0,0,0,0,0,0,0,0,255,255';

function ipv6(bytes: readonly number[]): string {
  if (bytes.slice(0, 12).join() === MAPPED) return `::ffff:${bytes.slice(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16));
  // The URL parser shortens an address as RFC 5952 asks.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
