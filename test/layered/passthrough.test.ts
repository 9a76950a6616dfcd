// The passthrough layer in a process as programs have it: sockets go through the chain and behave as without it.
import { afterEach, describe, expect, it } from 'vitest';
import { WSAPROTOCOL_INFOW, SO_PROTOCOL_INFOW, SOL_SOCKET, ref } from '../../src/abi/index.js';
import { WinsockProcess } from '../../src/ws2_32/index.js';
import { connectedPair, tcp, type World } from '../api/world.js';
import { stackedWorld } from './world.js';

const PASSTHROUGH = 'winsock2/layers/passthrough';

let world: World;
afterEach(() => world.host.dispose());

describe.each([1, 3, 6])('%i passthrough layers', (depth) => {
  it('carry data both ways', async () => {
    world = await stackedWorld(Array<string>(depth).fill(PASSTHROUGH));
    const { a: client, b: server } = await connectedPair(world);
    const buffer = new Uint8Array(8);
    expect(await world.ws.send(client, Uint8Array.of(1, 2, 3), 3, 0)).toBe(3);
    expect(await world.ws.recv(server, buffer, 8, 0)).toBe(3);
    expect([...buffer.subarray(0, 3)]).toEqual([1, 2, 3]);
    for (const s of [client, server]) {
      const record = WinsockProcess.of(world.host).sockets.get(s);
      expect([record?.entry.chainLen, record?.provider.module]).toEqual([depth + 1, PASSTHROUGH]);
      expect(await world.ws.closesocket(s)).toBe(0);
    }
  });

  it('tell the entry of the chain by SO_PROTOCOL_INFO', async () => {
    world = await stackedWorld(Array<string>(depth).fill(PASSTHROUGH));
    const info = new WSAPROTOCOL_INFOW();
    expect(world.ws.getsockopt(tcp(world), SOL_SOCKET, SO_PROTOCOL_INFOW, info, ref(info.bytes.length))).toBe(0);
    expect([info.ProtocolChain.ChainLen, info.szProtocol]).toEqual([depth + 1, 'over [MSAFD Tcpip [TCP/IP]]']);
  });
});
