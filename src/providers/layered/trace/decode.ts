// What a call gave, beside its return value: counts, addresses, events and the first bytes of data. How arguments look is
// win32/call-text's.
import { WSANETWORKEVENTS, bytesOf, fd_set, type Memory, type Ref, type WSABUF } from '../../../abi/index.js';
import { constantTexts, valueText } from '../../../win32/index.js';
import { buffersOf, bytesIn } from '../kit/buffers.js';

/** Where the results of a call are among its arguments. */
interface Places {
  /** A cell with the count of bytes. */
  readonly count?: number;
  /** The buffers and, behind them, how many there are. */
  readonly buffers?: number;
  /** An address that is filled in and, behind it, its length. */
  readonly address?: number;
}

const PLACES: Readonly<Record<string, Places>> = {
  WSPSend: { buffers: 1, count: 3 },
  WSPSendTo: { buffers: 1, count: 3 },
  WSPRecv: { buffers: 1, count: 3 },
  WSPRecvFrom: { buffers: 1, count: 3, address: 5 },
  WSPAccept: { address: 1 },
  WSPGetSockName: { address: 1 },
  WSPGetPeerName: { address: 1 },
  WSPGetOverlappedResult: { count: 2 },
  ConnectEx: { count: 5 },
  AcceptEx: { count: 6 },
  WSARecvMsg: { count: 2 },
  WSASendMsg: { count: 3 },
};

const SETS = ['readable', 'writable', 'except'];

/** Bytes as text in quotes; what is not printable is `\xNN`. */
function quoted(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  );
  return `"${text.join('')}"`;
}

function cellValue(cell: unknown): number | null {
  return typeof cell === 'object' && cell !== null && 'value' in cell ? (cell as Ref).value : null;
}

/** Says what calls gave. */
export class Decoder {
  readonly #dataShown: number;

  /** @param dataShown - how many bytes of each transfer are shown */
  constructor(dataShown: number) {
    this.#dataShown = dataShown;
  }

  /** Notes what a call was given; the function that comes back tells what has come of it, when it succeeded. */
  begin(name: string, args: readonly unknown[]): (moved?: number) => string {
    const { count, buffers, address } = PLACES[name] ?? {};
    const held = this.#buffers(buffers, args);
    return (moved) => {
      const bytes = moved ?? (count === undefined ? null : cellValue(args[count]));
      const parts = [
        bytes === null ? '' : `${String(bytes)} bytes`,
        address === undefined ? '' : this.#address(args[address] as Memory | null, cellValue(args[address + 1])),
        name === 'WSPEnumNetworkEvents' ? this.#events(args[2]) : '',
        name === 'WSPSelect' ? this.#sets(args.slice(1, 4)) : '',
        bytes === null || this.#dataShown === 0 || held.length === 0 ? '' : quoted(bytesIn(held, Math.min(bytes, this.#dataShown))),
      ];
      return parts.filter((part) => part !== '').map((part) => `, ${part}`).join('');
    };
  }

  /** What has come of an overlapped operation that moved so many bytes. */
  moved(name: string, bytes: number, finish: (moved?: number) => string): string {
    return PLACES[name]?.count === undefined ? '' : finish(bytes);
  }

  #buffers(place: number | undefined, args: readonly unknown[]): WSABUF[] {
    if (place === undefined || this.#dataShown === 0) return [];
    return buffersOf(args[place] as readonly WSABUF[] | null, args[place + 1] as number);
  }

  #address(memory: Memory | null, length: number | null): string {
    return memory === null || length === null ? '' : valueText(bytesOf(memory).subarray(0, length));
  }

  #events(memory: unknown): string {
    return memory instanceof WSANETWORKEVENTS ? (constantTexts.networkEvents(memory.lNetworkEvents) ?? 'no events') : '';
  }

  #sets(sets: readonly unknown[]): string {
    const texts = sets.map((set, index) => (set instanceof fd_set && set.fd_count > 0 ? `${SETS[index] ?? ''} ${set.fd_array.slice(0, set.fd_count).join(' ')}` : ''));
    return texts.filter((text) => text !== '').join(', ');
  }
}
