// The name spaces with nothing behind them, and the names that the process's own resolver knows.
import * as vitest from 'vitest';
import { afterEach, describe, expect, it } from 'vitest';
import {
  LUP_RETURN_ALIASES,
  LUP_RETURN_ALL,
  NS_BTH,
  NS_DNS,
  NS_EMAIL,
  NS_NTDS,
  NS_PNRPNAME,
  RNRSERVICE_REGISTER,
  SVCID_ECHO_TCP,
  SVCID_ECHO_UDP,
  SVCID_HOSTNAME,
  SVCID_INET_HOSTADDRBYINETSTRING,
  SVCID_INET_HOSTADDRBYNAME,
  SVCID_PNRPCLOUD,
  type WSAQUERYSETW,
  type GUID,
} from '../../src/abi/index.js';
import { sockaddrText } from '../../src/abi/address-text.js';
import { bytesOf } from '../../src/abi/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { NSPStartup as simulated } from '../../src/providers/namespaces/simulated/index.js';
import { NSPStartup as unconfigured } from '../../src/providers/namespaces/unconfigured/index.js';
import { describeNameSpaceProvider } from '../../src/testing/index.js';
import { createProcess } from '../../src/winsock.js';
import { hostWith, type HostWorld } from './simulated-host.js';
import { begin, begun, everything, next, restrictions } from './world.js';

const nothingMore = { registration: 'nothing can be kept', notification: 'nothing changes', classes: 'it keeps none' };

describeNameSpaceProvider(vitest, 'with nothing behind it', {
  NSPStartup: unconfigured,
  nameSpace: NS_EMAIL,
  known: { lpServiceClassId: SVCID_HOSTNAME, lpszServiceInstanceName: 'somebody@example.com' },
  lacks: { ...nothingMore, containers: 'there are none', results: 'nothing is configured', 'several results': 'nor several' },
});

describeNameSpaceProvider(vitest, 'of names on a simulated network', {
  NSPStartup: simulated,
  nameSpace: NS_DNS,
  known: { lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, lpszServiceInstanceName: 'a' },
  process: () => {
    const network = new SimNetwork({ seed: 1 });
    return createProcess({ store: new MemoryStore(), driver: simDriver(network.host('a')), clock: network.clock });
  },
  lacks: { ...nothingMore, containers: 'hosts are in one list', 'several results': 'a name is one result' },
});

let now: HostWorld | null = null;
afterEach(async () => {
  await now?.world.host.dispose();
  now?.network.stop();
  now = null;
});

describe('a name space with nothing behind it', () => {
  it.each([['email', NS_EMAIL], ['pnrp', NS_PNRPNAME], ['ntds', NS_NTDS], ['bluetooth', NS_BTH]] as const)(
    '%s finds no service and takes none',
    async (name, dwNameSpace) => {
      now = await hostWith([name, dwNameSpace]);
      const { world } = now;
      expect(await begin(world, { dwNameSpace, lpServiceClassId: SVCID_PNRPCLOUD })).toBe('WSASERVICE_NOT_FOUND');
      const service = restrictions({ dwNameSpace, lpszServiceInstanceName: 'mine' });
      expect(await world.ws.WSASetServiceW(service, RNRSERVICE_REGISTER, 0)).toBe(-1);
      expect(world.lastError()).toBe('WSAEOPNOTSUPP');
    },
  );

  it('does not stand in the way of those that find something', async () => {
    now = await hostWith(['email', NS_EMAIL], ['simulated', NS_DNS], ['ntds', NS_NTDS]);
    const host = { lpServiceClassId: SVCID_INET_HOSTADDRBYNAME, lpszServiceInstanceName: 'b' };
    expect(await everything(now.world, await begun(now.world, host))).toEqual(['b', 'WSA_E_NO_MORE']);
  });
});

describe('names on a simulated network', () => {
  const ends = (result: WSAQUERYSETW | string): unknown =>
    typeof result === 'string'
      ? result
      : (result.lpcsaBuffer ?? []).map(({ RemoteAddr: { lpSockaddr }, iProtocol }) => [
          lpSockaddr === null ? null : sockaddrText(bytesOf(lpSockaddr)),
          iProtocol,
        ]);

  async function ask(lpServiceClassId: GUID, lpszServiceInstanceName: string | null, flags = LUP_RETURN_ALL): Promise<WSAQUERYSETW | string> {
    now ??= await hostWith(['simulated', NS_DNS]);
    const handle = await begin(now.world, { lpServiceClassId, lpszServiceInstanceName }, flags);
    return typeof handle === 'string' ? handle : next(now.world, handle);
  }

  it.each<[string, GUID, unknown]>([
    ['a host', SVCID_INET_HOSTADDRBYNAME, [['10.0.0.2', 6], ['fd00::2', 6]]],
    ['a TCP service on a host', SVCID_ECHO_TCP, [['10.0.0.2:7', 6], ['[fd00::2]:7', 6]]],
    ['a UDP service on a host', SVCID_ECHO_UDP, [['10.0.0.2:7', 17], ['[fd00::2]:7', 17]]],
  ])('%s has addresses', async (_what, id, expected) => {
    expect(ends(await ask(id, 'B'))).toEqual(expected);
  });

  it('the own name needs no name', async () => {
    expect(await ask(SVCID_HOSTNAME, null)).toMatchObject({ lpszServiceInstanceName: 'a' });
  });

  it('an address has a name', async () => {
    const found = await ask(SVCID_INET_HOSTADDRBYINETSTRING, '10.0.0.2', LUP_RETURN_ALL & ~LUP_RETURN_ALIASES);
    expect(found).toMatchObject({ lpszServiceInstanceName: 'b' });
  });

  it.each<[string, GUID, string, string]>([
    ['a name that nobody has', SVCID_INET_HOSTADDRBYNAME, 'nobody', 'WSAHOST_NOT_FOUND'],
    ['an address that nobody has', SVCID_INET_HOSTADDRBYINETSTRING, '192.0.2.1', 'WSAHOST_NOT_FOUND'],
    ['a class of something else', SVCID_PNRPCLOUD, 'b', 'WSASERVICE_NOT_FOUND'],
  ])('%s: %s %s', async (_what, id, name, error) => {
    expect(await ask(id, name)).toBe(error);
  });
});
