// Calls and events as text: a session on the simulated network, whose time and addresses are always the same.
import { describe, expect, it } from 'vitest';
import { argumentText, attachEvents, attachText } from '../../src/tracing/index.js';
import { LATENCY, api, connected, onNetwork } from './world.js';

describe('a session', () => {
  it('is a line for each layer of each call, with constants, addresses, errors and times', async () => {
    const lines: string[] = [];
    await onNetwork(async (net) => {
      const { client, server } = await connected(net);
      const detach = attachText((line) => lines.push(line), { process: net.a.process });
      const receiving = net.a.run(() => api.recv(client, new Uint8Array(16), 16, api.MSG_PEEK));
      await net.b.run(() => api.send(server, new Uint8Array(5), 5, 0));
      await receiving;
      net.a.run(() => api.setsockopt(client, api.SOL_SOCKET, api.SO_REUSEADDR, null, 4));
      net.a.run(() => api.shutdown(client, api.SD_SEND));
      detach();
      net.a.run(() => api.shutdown(client, api.SD_BOTH));
    });
    expect(lines.join('\n').replace(/catalog entry \d+, /g, '')).toMatchInlineSnapshot(`
      "          30 a:4     api     recv(256, 16 bytes, 16, MSG_PEEK)
                30 a:4     ws2_32    -> "MSAFD Tcpip [TCP/IP]", provider winsock2/msafd
                30 a:4     msafd       WSPRecv(256, [16 bytes], 1)
                30 a:4     afd           receive(10.0.0.1:61110) = pending
                40 a:4     api     recv = 5 (10 ms)
                40 a:4     api     setsockopt(256, SOL_SOCKET, SO_REUSEADDR, 4)
                40 a:4     ws2_32    -> "MSAFD Tcpip [TCP/IP]", provider winsock2/msafd
                40 a:4     msafd       WSPSetSockOpt(256, SOL_SOCKET, SO_REUSEADDR, 4) = -1 WSAEFAULT (0 ms)
                40 a:4     api     setsockopt = -1 WSAEFAULT (0 ms)
                40 a:4     api     shutdown(256, SD_SEND)
                40 a:4     ws2_32    -> "MSAFD Tcpip [TCP/IP]", provider winsock2/msafd
                40 a:4     msafd       WSPShutdown(256, SD_SEND)
                40 a:4     afd           shutdown(10.0.0.1:61110, SD_SEND) (0 ms)
                40 a:4     api     shutdown = 0 (0 ms)"
    `);
  });

  it('can be told of by its API only', async () => {
    const lines: string[] = [];
    await onNetwork(async (net) => {
      const { client } = await connected(net);
      const detach = attachText((line) => lines.push(line), { process: net.a.process, layers: ['api'], times: false });
      await net.a.run(() => api.closesocket(client));
      detach();
      detach();
    });
    expect(lines).toEqual([expect.stringMatching(/^a:4 {5}api {5}closesocket\(\d+\) = 0 \(0 ms\)$/)]);
  });

  it('hears all processes unless it is given one', async () => {
    const lines: string[] = [];
    const detach = attachText((line) => lines.push(line), { layers: ['api'] });
    await onNetwork(connected);
    detach();
    expect(lines.some((line) => / a:4 +api +connect\(/.test(line))).toBe(true);
    expect(lines.some((line) => / b:4 +api +accept\(/.test(line))).toBe(true);
    expect(lines.find((line) => / connect.* = 0/.test(line))).toContain(`(${2 * LATENCY} ms)`);
  });
});

it('an event is one line, with errors and kinds by name', async () => {
  const lines: string[] = [];
  await onNetwork(async ({ a, b }) => {
    const detach = attachEvents((line) => lines.push(line.trim()), { process: a.process });
    a.run(() => api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP));
    b.run(() => api.socket(api.AF_INET, api.SOCK_STREAM, api.IPPROTO_TCP));
    await a.run(() => api.send(api.socket(api.AF_INET, api.SOCK_STREAM, 0), new Uint8Array(1), 1, 0));
    detach();
  });
  expect(lines).toHaveLength(5);
  expect([lines[1], lines[4]]).toEqual([
    '0 a AFD_EVENT_CREATE (1) EnterExit=exit Location=0 Process=4 Endpoint=1 AddressFamily=AF_INET SocketType=SOCK_STREAM ' +
      'Protocol=IPPROTO_TCP UserModePid=4 Status=0',
    '0 a AFD_EVENT_SEND_FAILED (9) Process=4 Endpoint=2 Error=WSAENOTCONN',
  ]);
});

describe('arguments', () => {
  it.each([
    ['socket', [23, 2, 17], 'AF_INET6, SOCK_DGRAM, IPPROTO_UDP'],
    ['socket', [99, 2, 0], '99, SOCK_DGRAM, 0'],
    ['WSASend', [8, null, 1, null, 0x41, null, null], '8, 1, MSG_OOB|0x40'],
    ['recv', [8, new Uint8Array(4), 4, 0], '8, 4 bytes, 4, 0'],
    ['setsockopt', [8, 6, 1, new Uint8Array(4), 4], '8, IPPROTO_TCP, TCP_NODELAY, 4 bytes, 4'],
    ['setsockopt', [8, 6, 4711, null, 4], '8, IPPROTO_TCP, 4711, 4'],
    ['ioctlsocket', [8, api.FIONBIO | 0, { value: 1 }], '8, FIONBIO'],
    ['WSAStartup', [0x0101, null], 'MAKEWORD(1, 1)'],
    ['WSAEventSelect', [8, 12, 0x21], '8, 12, FD_READ|FD_CLOSE'],
    ['toString', [1], '1'],
  ] as const)('of %s(%s)', (name, args, text) => {
    expect(argumentText(name, args)).toBe(text);
  });
});
