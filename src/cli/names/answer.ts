// Results of queries as rows and as values for programs.
import {
  IPPROTO_TCP, IPPROTO_UDP, SOCKET_ERROR, ref, type CSADDR_INFO, type WSAQUERYSETW, type Winsock,
} from '../../index.js';
import { nameSpaceName } from '../format/name-space.js';
import type { Output } from '../output.js';

/** An answer for programs. */
export interface Answer {
  readonly name: string | null;
  readonly nameSpace: string;
  readonly addresses: readonly string[];
  readonly comment: string | null;
  /** Bytes in hexadecimal. */
  readonly blob: string | null;
}

const TRANSPORTS: ReadonlyMap<number, string> = new Map([[IPPROTO_TCP, 'tcp'], [IPPROTO_UDP, 'udp']]);

function addressText(ws: Winsock, { RemoteAddr, iProtocol }: CSADDR_INFO): string[] {
  const { lpSockaddr, iSockaddrLength } = RemoteAddr;
  const text = new Uint16Array(128);
  const length = ref(text.length);
  if (lpSockaddr === null || ws.WSAAddressToStringW(lpSockaddr, iSockaddrLength, null, text, length) === SOCKET_ERROR) return [];
  const transport = TRANSPORTS.get(iProtocol);
  const address = String.fromCharCode(...text.subarray(0, length.value - 1));
  return [transport === undefined ? address : `${transport} ${address}`];
}

/** A result, read. */
export function answerOf(ws: Winsock, set: WSAQUERYSETW): Answer {
  const bytes = set.lpBlob?.pBlobData ?? null;
  return {
    name: set.lpszServiceInstanceName,
    nameSpace: nameSpaceName(set.dwNameSpace),
    addresses: (set.lpcsaBuffer ?? []).flatMap((address) => addressText(ws, address)),
    comment: set.lpszComment,
    blob: bytes === null ? null : Buffer.from(bytes instanceof Uint8Array ? bytes : bytes.bytes).toString('hex'),
  };
}

/** Prints them. */
export async function printAnswers(out: Output, answers: readonly Answer[]): Promise<void> {
  if (out.json) {
    out.value(answers);
    return;
  }
  if (answers.length === 0) return;
  await out.table(
    ['Name', 'Name space', 'Addresses', 'Comment'],
    answers.map(({ name, nameSpace, addresses, comment }) => [name ?? '', nameSpace, addresses.join(', '), comment ?? '']),
  );
}
