// The functions of nspapi.h over the catalog and over the name space in memory.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BLOB,
  type CSADDR_INFO,
  GUID,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NS_DEFAULT,
  NS_SERVICE_INFOA,
  type NS_SERVICE_INFOW,
  type PROTOCOL_INFOA,
  type PROTOCOL_INFOW,
  PROP_ADDRESSES,
  PROP_ALL,
  PROP_COMMENT,
  RES_FIND_MULTIPLE,
  SERVICE_ADDRESS,
  SERVICE_ADDRESSES,
  SERVICE_ADD_TYPE,
  SERVICE_DELETE_TYPE,
  SERVICE_DEREGISTER,
  SERVICE_FLAG_DEFER,
  SERVICE_FLAG_HARD,
  SERVICE_FLUSH,
  SERVICE_INFOW,
  SERVICE_REGISTER,
  SERVICE_TYPE_INFO_ABSW,
  SET_SERVICE_PARTIAL_SUCCESS,
  SVCID_ECHO_UDP,
  SVCID_FTP_TCP,
  XP_CONNECTIONLESS,
  XP_EXPEDITED_DATA,
  XP_GRACEFUL_CLOSE,
  XP_GUARANTEED_DELIVERY,
  XP_GUARANTEED_ORDER,
  XP_MESSAGE_ORIENTED,
  XP_SUPPORTS_BROADCAST,
  XP_SUPPORTS_MULTICAST,
  errorName,
  ref,
} from '../../src/abi/index.js';
import { memoryNameSpace } from '../../src/providers/namespaces/memory/index.js';
import { loopback, type World } from '../api/world.js';
import { CLASS, answering, nameSpaceOf, spaces } from './world.js';

const ERROR_INSUFFICIENT_BUFFER = 122;
const ERROR_SERVICE_DOES_NOT_EXIST = 1060;
const ERROR_ALREADY_REGISTERED = 1242;
const ERROR_SERVICE_NOT_FOUND = 1243;

let world: World;
beforeEach(async () => {
  world = await spaces([{ open: memoryNameSpace }, { open: answering(10108) }, { open: memoryNameSpace }]);
});
afterEach(() => world.host.dispose());

function service(name: string | null, ports: readonly number[], init: Partial<SERVICE_INFOW> = {}): SERVICE_INFOW {
  const Addresses = ports.map(
    (port) => new SERVICE_ADDRESS({ dwAddressType: 2, dwAddressLength: 16, lpAddress: loopback(port) }),
  );
  const lpServiceAddress = new SERVICE_ADDRESSES({ dwAddressCount: Addresses.length, Addresses });
  return new SERVICE_INFOW({ lpServiceType: CLASS, lpServiceName: name, lpServiceAddress, ...init });
}

const status = ref(0);
async function set(operation: number, info: SERVICE_INFOW | null, flags = 0, nameSpace = NS_DEFAULT): Promise<number> {
  status.value = 99;
  return (await world.ws.SetServiceW(nameSpace, operation, flags, info, null, status)) === 0 ? 0 : world.ws.WSAGetLastError();
}

async function find(name: string | null, { nameSpace = NS_DEFAULT, resolution = 0, room = 0x10000, type = CLASS } = {}) {
  const buffer: CSADDR_INFO[] = [];
  const length = ref(room);
  const count = await world.ws.GetAddressByNameW(nameSpace, type, name, null, resolution, null, buffer, length, null, null);
  return { count, error: count < 0 ? world.ws.WSAGetLastError() : 0, buffer, length: length.value };
}

describe('EnumProtocols', () => {
  it('lists the protocols with the flags of 1.1', () => {
    const buffer: PROTOCOL_INFOW[] = [];
    const count = world.ws.EnumProtocolsW([IPPROTO_TCP, IPPROTO_UDP, 0], buffer, ref(0x10000));
    expect(count).toBe(4);
    expect(buffer.map(({ lpProtocol, iAddressFamily, dwServiceFlags }) => [lpProtocol, iAddressFamily, dwServiceFlags])).toEqual(
      [['[TCP/IP]', 2], ['[UDP/IP]', 2], ['[TCP/IPv6]', 23], ['[UDP/IPv6]', 23]].map(([name, family]) => [
        `MSAFD Tcpip ${String(name)}`,
        family,
        String(name).includes('TCP/')
          ? XP_GUARANTEED_DELIVERY | XP_GUARANTEED_ORDER | XP_GRACEFUL_CLOSE | XP_EXPEDITED_DATA
          : XP_CONNECTIONLESS | XP_MESSAGE_ORIENTED | XP_SUPPORTS_BROADCAST | XP_SUPPORTS_MULTICAST,
      ]),
    );
  });

  it('tells how much room is needed, and that much is enough', () => {
    const buffer: PROTOCOL_INFOA[] = [];
    const length = ref(3);
    expect(world.ws.EnumProtocolsA(null, buffer, length)).toBe(-1);
    expect(world.ws.WSAGetLastError()).toBe(ERROR_INSUFFICIENT_BUFFER);
    expect(buffer).toEqual([]);
    expect(world.ws.EnumProtocolsA(null, buffer, ref(length.value - 1))).toBe(-1);
    expect(world.ws.EnumProtocolsA(null, buffer, length)).toBe(buffer.length);
    const wide = ref(0);
    world.ws.EnumProtocolsW(null, [], wide);
    expect(wide.value).toBeGreaterThan(length.value);
  });
});

describe('service types', () => {
  it.each([
    ['ftp', SVCID_FTP_TCP],
    ['FTP', SVCID_FTP_TCP],
  ])('%s is known', (name, id) => {
    const type = new GUID();
    expect(world.ws.GetTypeByNameW(name, type)).toBe(0);
    expect(type.toString()).toBe(id.toString());
  });

  it('a name of a type fits or is refused', () => {
    const name = new Uint16Array(4);
    expect(world.ws.GetNameByTypeW(SVCID_FTP_TCP, name, 8)).toBe(0);
    expect(String.fromCharCode(...name)).toBe('ftp\0');
    expect(world.ws.GetNameByTypeW(SVCID_FTP_TCP, name, 7)).toBe(-1);
    expect(world.ws.WSAGetLastError()).toBe(ERROR_INSUFFICIENT_BUFFER);
    expect(world.ws.GetNameByTypeA(SVCID_FTP_TCP, new Uint8Array(4), 4)).toBe(0);
  });

  it('what nobody knows does not exist', () => {
    expect(world.ws.GetTypeByNameA('no such type', new GUID())).toBe(-1);
    expect(world.ws.WSAGetLastError()).toBe(ERROR_SERVICE_DOES_NOT_EXIST);
    expect(world.ws.GetNameByTypeA(CLASS, new Uint8Array(64), 64)).toBe(-1);
    expect(world.ws.WSAGetLastError()).toBe(ERROR_SERVICE_DOES_NOT_EXIST);
  });

  it('are added and deleted', async () => {
    const schema = new SERVICE_TYPE_INFO_ABSW({ lpTypeName: 'of the test' });
    const type = new SERVICE_INFOW({ lpServiceType: CLASS, ServiceSpecificInfo: new BLOB({ pBlobData: schema as never }) });
    expect(await set(SERVICE_ADD_TYPE, type)).toBe(0);
    const id = new GUID();
    expect(world.ws.GetTypeByNameW('Of The Test', id)).toBe(0);
    expect(id.toString()).toBe(CLASS.toString());
    expect(errorName(await set(SERVICE_ADD_TYPE, type))).toBe('WSAEALREADY');
    expect(await set(SERVICE_DELETE_TYPE, type)).toBe(0);
    expect(errorName(await set(SERVICE_DELETE_TYPE, type))).toBe('WSATYPE_NOT_FOUND');
    expect(errorName(await set(SERVICE_ADD_TYPE, service('without a schema', [])))).toBe('WSAEINVAL');
  });
});

describe('SetService', () => {
  it('registers in every name space that takes it, and says that one did not', async () => {
    expect(await set(SERVICE_REGISTER, service('mine', [7]))).toBe(0);
    expect(status.value).toBe(SET_SERVICE_PARTIAL_SUCCESS);
    expect(await find('mine', { resolution: RES_FIND_MULTIPLE })).toMatchObject({ count: 2 });
    expect(await set(SERVICE_REGISTER, service('other', [7]), 0, nameSpaceOf(2))).toBe(0);
    expect(status.value).toBe(0);
  });

  it('refuses what is registered', async () => {
    await set(SERVICE_REGISTER, service('mine', [7]));
    expect(await set(SERVICE_REGISTER, service('mine', [8]))).toBe(ERROR_ALREADY_REGISTERED);
  });

  it.each([['soft', 0], ['hard', SERVICE_FLAG_HARD]])('deregisters: %s', async (_how, flags) => {
    await set(SERVICE_REGISTER, service('mine', [7]));
    expect(await set(SERVICE_DEREGISTER, service('mine', [7]), flags)).toBe(0);
    expect(errorName((await find('mine')).error)).toBe('WSASERVICE_NOT_FOUND');
    const again = errorName(await set(SERVICE_DEREGISTER, service('mine', [7]), SERVICE_FLAG_HARD));
    expect(again).toBe(flags === 0 ? errorName(0) : 'WSASERVICE_NOT_FOUND');
  });

  it('puts off until SERVICE_FLUSH, and copies what it was given', async () => {
    const info = service('later', [7]);
    expect(await set(SERVICE_REGISTER, info, SERVICE_FLAG_DEFER)).toBe(0);
    info.lpServiceName = 'spoilt';
    expect((await find('later')).count).toBe(-1);
    expect(await set(SERVICE_FLUSH, null)).toBe(0);
    expect((await find('later')).count).toBe(1);
    expect(await set(SERVICE_REGISTER, service('later', [8]), SERVICE_FLAG_DEFER)).toBe(0);
    expect(await set(SERVICE_FLUSH, null)).toBe(ERROR_ALREADY_REGISTERED);
    expect(await set(SERVICE_FLUSH, null)).toBe(0);
  });

  it.each<[string, number, SERVICE_INFOW | null, number, string]>([
    ['no such operation', 77, service('x', []), NS_DEFAULT, 'WSAEINVAL'],
    ['no structure', SERVICE_REGISTER, null, NS_DEFAULT, 'WSAEFAULT'],
    ['no name', SERVICE_REGISTER, service(null, []), NS_DEFAULT, 'WSAEFAULT'],
    ['no type', SERVICE_REGISTER, service('x', [], { lpServiceType: null }), NS_DEFAULT, 'WSAEFAULT'],
    ['a name space that nobody serves', SERVICE_REGISTER, service('x', []), 4711, 'WSASERVICE_NOT_FOUND'],
    ['a name space that takes nothing', SERVICE_REGISTER, service('x', []), nameSpaceOf(1), 'WSAEOPNOTSUPP'],
  ])('refuses %s', async (_what, operation, info, nameSpace, error) => {
    expect(errorName(await set(operation, info, 0, nameSpace))).toBe(error);
  });
});

describe('GetAddressByName', () => {
  it('gives the addresses of the first name space that has some, with the transport of the type', async () => {
    await set(SERVICE_REGISTER, service('mine', [7, 8], { lpServiceType: SVCID_ECHO_UDP }));
    const { count, buffer } = await find('mine', { type: SVCID_ECHO_UDP });
    expect(count).toBe(2);
    expect(buffer.map(({ iProtocol, RemoteAddr }) => [iProtocol, (RemoteAddr.lpSockaddr as Uint8Array)[3]])).toEqual([[17, 7], [17, 8]]);
  });

  it('tells how much room is needed', async () => {
    await set(SERVICE_REGISTER, service('mine', [7]));
    const short = await find('mine', { room: 71 });
    expect(short).toMatchObject({ count: -1, error: ERROR_INSUFFICIENT_BUFFER, length: 72, buffer: [] });
    expect(await find('mine', { room: 72 })).toMatchObject({ count: 1, length: 72 });
  });

  it('gives the name and the aliases', async () => {
    await world.host.dispose();
    const aliased = () => ({ query: () => [{ name: 'real', aliases: ['one', 'two'], addresses: [] }, { name: 'real', addresses: [pair] }] });
    const [pair] = await pairOf();
    world = await spaces([{ open: aliased }]);
    const names = new Uint16Array(64);
    const room = ref(3);
    const ask = (): Promise<number> =>
      world.ws.GetAddressByNameW(NS_DEFAULT, CLASS, 'real', null, 0, null, [], ref(1000), names, room);
    expect(await ask()).toBe(-1);
    expect(room.value).toBe('real\0one\0two\0\0'.length);
    expect(await ask()).toBe(1);
    expect(String.fromCharCode(...names.slice(0, room.value))).toBe('real\0one\0two\0\0');
  });

  async function pairOf(): Promise<[CSADDR_INFO]> {
    const other = await spaces([{ open: memoryNameSpace }]);
    const buffer: CSADDR_INFO[] = [];
    await other.ws.SetServiceW(NS_DEFAULT, SERVICE_REGISTER, 0, service('mine', [7]), null, ref(0));
    await other.ws.GetAddressByNameW(NS_DEFAULT, CLASS, 'mine', null, 0, null, buffer, ref(1000), null, null);
    await other.host.dispose();
    return buffer as [CSADDR_INFO];
  }
});

describe('GetService', () => {
  async function get(name: string, properties: number, room = 0x10000, nameSpace = NS_DEFAULT) {
    const buffer: NS_SERVICE_INFOW[] = [];
    const length = ref(room);
    const count = await world.ws.GetServiceW(nameSpace, CLASS, name, properties, buffer, length, null);
    return { count, error: world.ws.WSAGetLastError(), buffer, length: length.value };
  }

  it('gives one structure for each name space, with what was asked for', async () => {
    await set(SERVICE_REGISTER, service('mine', [7], { lpComment: 'a comment', dwVersion: 3 }));
    const { count, buffer } = await get('mine', PROP_ALL);
    expect(count).toBe(2);
    expect(buffer.map(({ dwNameSpace }) => dwNameSpace)).toEqual([nameSpaceOf(0), nameSpaceOf(2)]);
    expect(buffer[0]?.ServiceInfo).toMatchObject({ lpServiceName: 'mine', lpComment: 'a comment', dwVersion: 3 });
    expect(buffer[0]?.ServiceInfo.lpServiceAddress).toMatchObject({ dwAddressCount: 1, Addresses: [{ dwAddressType: 2, dwAddressLength: 16 }] });
    const some = await get('mine', PROP_ADDRESSES, 0x10000, nameSpaceOf(0));
    expect(some.buffer).toMatchObject([{ ServiceInfo: { lpComment: null, dwVersion: 0, lpServiceAddress: { dwAddressCount: 1 } } }]);
  });

  it('tells how much room is needed, and none is a success with an error', async () => {
    await set(SERVICE_REGISTER, service('mine', [7]));
    const short = await get('mine', PROP_COMMENT, 10);
    expect(short).toMatchObject({ count: -1, error: ERROR_INSUFFICIENT_BUFFER, buffer: [] });
    expect((await get('mine', PROP_COMMENT, short.length)).count).toBe(2);
    expect(await get('nobody', PROP_ALL)).toMatchObject({ count: 0, error: ERROR_SERVICE_NOT_FOUND });
    const ansi: NS_SERVICE_INFOA[] = [];
    const length = ref(short.length);
    expect(await world.ws.GetServiceA(NS_DEFAULT, CLASS, 'mine', PROP_COMMENT, ansi, length, null)).toBe(2);
    expect(ansi[0]).toBeInstanceOf(NS_SERVICE_INFOA);
    expect(length.value).toBeLessThan(short.length);
  });
});
