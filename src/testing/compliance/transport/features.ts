// Owns: what a transport provider may have beside its entries, how a case gets at it, and the cases that what a provider
// lacks is refused.
// Does not own: what these functions do (the files of their topics).

import {
  MSG_OOB,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  SOCKET_ERROR,
  WSAEINVAL,
  WSAEOPNOTSUPP,
  WSAID_ACCEPTEX,
  WSAID_CONNECTEX,
  WSAID_DISCONNECTEX,
  WSAID_GETACCEPTEXSOCKADDRS,
  WSAID_MULTIPLE_RIO,
  WSAID_TRANSMITFILE,
  WSAID_TRANSMITPACKETS,
  WSAID_WSARECVMSG,
  WSAID_WSASENDMSG,
  ref,
  type GUID,
  type SOCKET,
} from '../../../index.js';
import {
  FunctionPointers,
  RIO_TABLE_SIZE,
  readRioTable,
  type LPWSPACCEPTEX,
  type LPWSPCONNECTEX,
  type LPWSPDISCONNECTEX,
  type LPWSPGETACCEPTEXSOCKADDRS,
  type LPWSPRECVMSG,
  type LPWSPSENDMSG,
  type LPWSPTRANSMITFILE,
  type LPWSPTRANSMITPACKETS,
  type RioFunctions,
} from '../../../spi/index.js';
import { JUNK, wsabufs, type Case, type Entries, type Outcome } from './host.js';

/** The extension functions that are asked for one by one. */
export interface Extensions {
  readonly AcceptEx: LPWSPACCEPTEX;
  readonly ConnectEx: LPWSPCONNECTEX;
  readonly DisconnectEx: LPWSPDISCONNECTEX;
  readonly GetAcceptExSockaddrs: LPWSPGETACCEPTEXSOCKADDRS;
  readonly TransmitFile: LPWSPTRANSMITFILE;
  readonly TransmitPackets: LPWSPTRANSMITPACKETS;
  readonly WSARecvMsg: LPWSPRECVMSG;
  readonly WSASendMsg: LPWSPSENDMSG;
}

/**
 * What a provider may have beside its entries: extension functions, RIO for those of registered I/O, CancelIoEx for sockets
 * that are kernel objects, whose operations that function finds, MSG_OOB for urgent data.
 */
export type TransportFeature = keyof Extensions | 'RIO' | 'CancelIoEx' | 'MSG_OOB';

const IDENTIFIERS: Readonly<Record<keyof Extensions, GUID>> = {
  AcceptEx: WSAID_ACCEPTEX,
  ConnectEx: WSAID_CONNECTEX,
  DisconnectEx: WSAID_DISCONNECTEX,
  GetAcceptExSockaddrs: WSAID_GETACCEPTEXSOCKADDRS,
  TransmitFile: WSAID_TRANSMITFILE,
  TransmitPackets: WSAID_TRANSMITPACKETS,
  WSARecvMsg: WSAID_WSARECVMSG,
  WSASendMsg: WSAID_WSASENDMSG,
};

interface Answer extends Outcome {
  readonly count: number;
  readonly output: Uint8Array;
}

function ask(entries: Entries, s: SOCKET, code: number, identifier: Uint8Array, room: number): Answer {
  const [output, count] = [new Uint8Array(room).fill(0xcc), ref(JUNK)];
  const length = identifier.length;
  const outcome = entries.now((e) =>
    entries.table.lpWSPIoctl(s, code, identifier, length, output, room, count, null, null, null, e),
  );
  return { ...outcome, count: count.value, output };
}

const POINTER_SIZE = 8;

const askForOne = (entries: Entries, s: SOCKET, identifier: GUID): Answer =>
  ask(entries, s, SIO_GET_EXTENSION_FUNCTION_POINTER, identifier.bytes, POINTER_SIZE);

const askForTable = (entries: Entries, s: SOCKET, identifier: GUID): Answer =>
  ask(entries, s, SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER, identifier.bytes, RIO_TABLE_SIZE);

/** The extension function of that name. */
export function extension<N extends keyof Extensions>(entries: Entries, name: N): Extensions[N] {
  const { value, error, count, output } = askForOne(entries, entries.socket(), IDENTIFIERS[name]);
  entries.expect({ value, error, count }).toEqual({ value: 0, error: JUNK, count: POINTER_SIZE });
  const pointer = Number(new DataView(output.buffer).getBigUint64(0, true));
  const target = FunctionPointers.of(entries.process).at(pointer);
  if (target === null) throw new Error(`the pointer to ${name} leads nowhere`);
  return target as Extensions[N];
}

/** The functions of registered I/O. */
export function registeredIo(entries: Entries): RioFunctions {
  const { value, error, count, output } = askForTable(entries, entries.socket(), WSAID_MULTIPLE_RIO);
  entries.expect({ value, error, count }).toEqual({ value: 0, error: JUNK, count: RIO_TABLE_SIZE });
  entries.expect(new DataView(output.buffer).getBigUint64(0, true)).toBe(BigInt(RIO_TABLE_SIZE));
  const functions = readRioTable(output, FunctionPointers.of(entries.process));
  if (functions === null) throw new Error('a pointer of the table leads nowhere');
  return functions;
}

/** A provider does not know the identifier, or not even the code. */
const UNKNOWN: readonly number[] = [WSAEINVAL, WSAEOPNOTSUPP];

function refused({ expect }: Entries, { value, error, count, output }: Answer): void {
  expect([value, count, output.every((byte) => byte === 0xcc)]).toEqual([SOCKET_ERROR, JUNK, true]);
  expect(UNKNOWN).toContain(error);
}

const names = Object.keys(IDENTIFIERS) as readonly (keyof Extensions)[];

const halves: readonly Case[] = names.map((name) => ({
  name: `the pointer to ${name} is given out, the same for every socket, or refused`,
  run(entries) {
    const s = entries.socket();
    if (entries.lacks.includes(name)) refused(entries, askForOne(entries, s, IDENTIFIERS[name]));
    else entries.expect(extension(entries, name)).toBe(extension(entries, name));
  },
}));

export const featureCases: readonly Case[] = [
  ...halves,
  {
    name: 'urgent data is sent, or refused with WSAEOPNOTSUPP',
    async run(entries) {
      const { expect } = entries;
      const { client } = await entries.pair();
      const sent = await entries.either((e) =>
        entries.table.lpWSPSend(client, wsabufs(new Uint8Array(1)), 1, ref(JUNK), MSG_OOB, null, null, null, e),
      );
      const refusal = { value: SOCKET_ERROR, error: WSAEOPNOTSUPP };
      expect(sent).toEqual(entries.lacks.includes('MSG_OOB') ? refusal : { value: 0, error: JUNK });
    },
  },
  {
    name: 'the table of registered I/O is given out, the same for every socket, or refused',
    run(entries) {
      const s = entries.socket();
      if (entries.lacks.includes('RIO')) refused(entries, askForTable(entries, s, WSAID_MULTIPLE_RIO));
      else entries.expect(registeredIo(entries)).toEqual(registeredIo(entries));
    },
  },
  {
    name: 'identifiers that are none, or are cut short, and too little room give no pointer',
    run(entries) {
      const s = entries.socket();
      const [known, unknown] = [WSAID_CONNECTEX.bytes, new Uint8Array(16).fill(0x77)];
      for (const [code, room] of [
        [SIO_GET_EXTENSION_FUNCTION_POINTER, POINTER_SIZE],
        [SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER, RIO_TABLE_SIZE],
      ] as const) {
        refused(entries, ask(entries, s, code, unknown, room));
        for (const answer of [ask(entries, s, code, known.subarray(0, 15), room), ask(entries, s, code, unknown, room - 1)]) {
          entries.expect([answer.value, answer.count, answer.error === JUNK]).toEqual([SOCKET_ERROR, JUNK, false]);
        }
      }
    },
  },
];
