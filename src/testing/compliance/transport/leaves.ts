// Owns: the cases about WSPJoinLeaf and WSPGetQOSByName.
// Does not own: options of multicast, which afd's own tests are for; here a group is only joined.

import {
  FALSE,
  INVALID_SOCKET,
  JL_BOTH,
  JL_SENDER_ONLY,
  QOS,
  SOCK_DGRAM,
  WSABUF,
  WSAEADDRNOTAVAIL,
  WSAEFAULT,
  WSAEINVAL,
  WSAEISCONN,
  WSAEOPNOTSUPP,
  WSANO_DATA,
  WSA_FLAG_MULTIPOINT_C_LEAF,
  WSA_FLAG_MULTIPOINT_D_LEAF,
  WSA_FLAG_OVERLAPPED,
  type SOCKET,
  type sockaddr_in,
} from '../../../index.js';
import { JUNK, bytes, loopback, type Case, type Entries, type Outcome } from './host.js';
import { failed } from './steps.js';

const LEAF = WSA_FLAG_MULTIPOINT_C_LEAF | WSA_FLAG_MULTIPOINT_D_LEAF | WSA_FLAG_OVERLAPPED;

function group(): sockaddr_in {
  const address = loopback(5000);
  address.bytes.set([239, 1, 2, 3], 4);
  return address;
}

function joined(entries: Entries, s: SOCKET, direction: number, name: sockaddr_in | null = group(), length = 16): Outcome {
  return entries.now((e) => entries.table.lpWSPJoinLeaf(s, name, length, null, null, null, null, direction, e));
}

const refusal = (error: number): Outcome => failed(error, INVALID_SOCKET);

export const leafCases: readonly Case[] = [
  {
    name: 'WSPJoinLeaf makes a leaf a member once, which is the socket itself',
    needs: ['lpWSPJoinLeaf'],
    run(entries) {
      const { expect } = entries;
      const s = entries.socket(SOCK_DGRAM, LEAF);
      expect(joined(entries, s, JL_SENDER_ONLY)).toEqual({ value: s, error: JUNK });
      expect(joined(entries, s, JL_SENDER_ONLY)).toEqual(refusal(WSAEISCONN));
      expect(entries.portOf(s)).toBeGreaterThan(0);
    },
  },
  {
    name: 'WSPJoinLeaf refuses sockets that are no leaves, streams, addresses that are no groups, unknown directions',
    needs: ['lpWSPJoinLeaf'],
    run(entries) {
      const { expect } = entries;
      const leaf = entries.socket(SOCK_DGRAM, LEAF);
      expect(joined(entries, entries.socket(SOCK_DGRAM), JL_SENDER_ONLY)).toEqual(refusal(WSAEINVAL));
      expect(joined(entries, entries.socket(), JL_BOTH)).toEqual(refusal(WSAEOPNOTSUPP));
      expect(joined(entries, leaf, JL_BOTH, loopback(5000))).toEqual(refusal(WSAEADDRNOTAVAIL));
      for (const direction of [0, 8]) expect(joined(entries, leaf, direction)).toEqual(refusal(WSAEINVAL));
      expect(joined(entries, leaf, JL_BOTH, null)).toEqual(refusal(WSAEFAULT));
      expect(joined(entries, leaf, JL_BOTH, group(), 8)).toEqual(refusal(WSAEFAULT));
      // Nothing of that has made it a member.
      expect(joined(entries, leaf, JL_SENDER_ONLY).value).toBe(leaf);
    },
  },
  {
    name: 'WSPGetQOSByName refuses null pointers, and names that are none',
    needs: ['lpWSPGetQOSByName'],
    run(entries) {
      const { expect, table } = entries;
      const s = entries.socket();
      const name = bytes('no such template\0');
      const ask = (template: WSABUF | null, qos: QOS | null): Outcome =>
        entries.now((e) => table.lpWSPGetQOSByName(s, template, qos, e));
      expect(ask(null, new QOS())).toEqual(failed(WSAEFAULT, FALSE));
      expect(ask(new WSABUF(8, null), new QOS())).toEqual(failed(WSAEFAULT, FALSE));
      expect(ask(new WSABUF(name.length, name), null)).toEqual(failed(WSAEFAULT, FALSE));
      const qos = new QOS();
      qos.SendingFlowspec.TokenRate = JUNK;
      const unknown = ask(new WSABUF(name.length, name), qos);
      expect([unknown.value, qos.SendingFlowspec.TokenRate]).toEqual([FALSE, JUNK]);
      expect([WSANO_DATA, WSAEINVAL]).toContain(unknown.error);
    },
  },
];
