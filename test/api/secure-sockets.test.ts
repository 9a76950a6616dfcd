// The secure socket extensions on a host without IPsec: every documented error, and WSAEOPNOTSUPP for what is asked rightly.
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { bindLoopback, connectedPair, loopback, selfConnectedUdp, startedWorld, tcp, turn, udp, type World } from './world.js';

let world: World;
let sockets: Record<string, abi.SOCKET>;

beforeAll(async () => {
  world = await startedWorld();
  const bound = udp(world);
  bindLoopback(world, bound);
  sockets = {
    tcp: tcp(world),
    udp: udp(world),
    unix: world.ws.socket(abi.AF_UNIX, abi.SOCK_STREAM, 0),
    bound,
    'connected tcp': (await connectedPair(world)).a,
    'connected udp': await selfConnectedUdp(world),
    closed: abi.INVALID_SOCKET,
  };
});
afterAll(() => world.host.dispose());

function settings(protocol: number, flags: number): Uint8Array {
  const value = new abi.SOCKET_SECURITY_SETTINGS();
  value.SecurityProtocol = protocol;
  value.SecurityFlags = flags;
  return value.bytes;
}

function template(peer: Uint8Array | null): Uint8Array {
  const value = new abi.SOCKET_SECURITY_QUERY_TEMPLATE();
  if (peer !== null) value.bytes.set(peer, 8);
  return value.bytes;
}

function target(peer: Uint8Array | null, textLength = 4): Uint8Array {
  const value = new abi.SOCKET_PEER_TARGET_NAME();
  if (peer !== null) value.bytes.set(peer, 8);
  value.PeerTargetNameStringLen = textLength;
  return value.bytes;
}

const somebody = loopback(7).bytes;
const foreign = Uint8Array.from(somebody);
foreign[0] = abi.AF_IPX;
const unix = ['unix', 'WSAEINVAL'] as const;
const none = ['closed', 'WSAENOTSOCK'] as const;

test.each([
  ['tcp', settings(abi.SOCKET_SECURITY_PROTOCOL_DEFAULT, 0), 'WSAEOPNOTSUPP'],
  ['udp', settings(abi.SOCKET_SECURITY_PROTOCOL_IPSEC, abi.SOCKET_SETTINGS_GUARANTEE_ENCRYPTION), 'WSAEOPNOTSUPP'],
  ['tcp', null, 'WSAEOPNOTSUPP'],
  [unix[0], null, unix[1]],
  [none[0], null, none[1]],
  ['bound', null, 'WSAEINVAL'],
  ['connected tcp', null, 'WSAEISCONN'],
  ['connected udp', null, 'WSAEISCONN'],
  ['tcp', settings(abi.SOCKET_SECURITY_PROTOCOL_INVALID, 0), 'WSAEINVAL'],
  ['tcp', settings(-1, 0), 'WSAEINVAL'],
  ['tcp', settings(0, 0x80), 'WSAEINVAL'],
  ['tcp', new Uint8Array(7), 'WSAEMSGSIZE'],
])('WSASetSocketSecurity on %s with %s: %s', (kind, value, error) => {
  const s = sockets[kind] ?? abi.INVALID_SOCKET;
  expect(world.ws.WSASetSocketSecurity(s, value, value?.length ?? 0, null, null)).toBe(abi.SOCKET_ERROR);
  expect(world.lastError()).toBe(error);
});

test.each([
  ['tcp', null, 24, 'WSAEOPNOTSUPP'],
  ['connected tcp', template(null), 24, 'WSAEOPNOTSUPP'],
  ['udp', template(somebody), 24, 'WSAEOPNOTSUPP'],
  ['udp', template(foreign), 24, 'WSAEAFNOSUPPORT'],
  ['udp', null, 24, 'WSAEMSGSIZE'],
  ['udp', template(somebody).subarray(0, 100), 24, 'WSAEMSGSIZE'],
  ['tcp', new Uint8Array(3), 24, 'WSAEMSGSIZE'],
  ['udp', template(somebody), 0, 'WSAEMSGSIZE'],
  ['tcp', null, null, 'WSAEFAULT'],
  [unix[0], null, 24, unix[1]],
  [none[0], null, 24, none[1]],
])('WSAQuerySocketSecurity on %s with %s and room for %s: %s', (kind, question, room, error) => {
  const s = sockets[kind] ?? abi.INVALID_SOCKET;
  const info = room === null || room === 0 ? null : new Uint8Array(room).fill(0xa5);
  const size = room === null ? null : abi.ref(room);
  const { WSAQuerySocketSecurity } = world.ws;
  expect(WSAQuerySocketSecurity(s, question, question?.length ?? 0, info, size, null, null)).toBe(abi.SOCKET_ERROR);
  expect(world.lastError()).toBe(error);
  expect(info?.every((byte) => byte === 0xa5)).not.toBe(false);
});

test.each([
  ['tcp', target(null), 'WSAEOPNOTSUPP'],
  ['udp', target(somebody), 'WSAEOPNOTSUPP'],
  ['udp', target(null), 'WSAEINVAL'],
  ['udp', target(foreign), 'WSAEAFNOSUPPORT'],
  ['udp', target(somebody, 5), 'WSAEMSGSIZE'],
  ['tcp', new Uint8Array(100), 'WSAEMSGSIZE'],
  ['tcp', null, 'WSAEFAULT'],
  ['connected tcp', target(null), 'WSAEISCONN'],
  ['connected udp', target(somebody), 'WSAEISCONN'],
  [unix[0], target(null), unix[1]],
  [none[0], target(null), none[1]],
])('WSASetSocketPeerTargetName on %s with %s: %s', (kind, name, error) => {
  const s = sockets[kind] ?? abi.INVALID_SOCKET;
  expect(world.ws.WSASetSocketPeerTargetName(s, name, name?.length ?? 0, null, null)).toBe(abi.SOCKET_ERROR);
  expect(world.lastError()).toBe(error);
});

const peers: readonly (readonly [string, Uint8Array | null, string])[] = [
  ['udp', somebody, 'WSAEOPNOTSUPP'],
  ['udp', null, 'WSAEFAULT'],
  ['udp', foreign, 'WSAEAFNOSUPPORT'],
  [unix[0], somebody, unix[1]],
  [none[0], somebody, none[1]],
];

test.each([...peers, ['udp', somebody.subarray(0, 15), 'WSAEMSGSIZE'] as const])(
  'WSADeleteSocketPeerTargetName on %s with %s: %s',
  (kind, peer, error) => {
    const s = sockets[kind] ?? abi.INVALID_SOCKET;
    expect(world.ws.WSADeleteSocketPeerTargetName(s, peer, peer?.length ?? 0, null, null)).toBe(abi.SOCKET_ERROR);
    expect(world.lastError()).toBe(error);
  },
);

test.each([...peers, ['udp', somebody.subarray(0, 1), 'WSAEMSGSIZE'] as const, ['connected tcp', null, 'WSAEOPNOTSUPP'] as const])(
  'WSAImpersonateSocketPeer on %s with %s: %s',
  (kind, peer, error) => {
    const s = sockets[kind] ?? abi.INVALID_SOCKET;
    expect(world.ws.WSAImpersonateSocketPeer(s, peer, peer?.length ?? 0)).toBe(abi.SOCKET_ERROR);
    expect(world.lastError()).toBe(error);
  },
);

test('WSARevertImpersonation: nobody is impersonated, and nothing is done', () => {
  expect(world.ws.WSARevertImpersonation()).toBe(0);
});

test('overlapped, the refusal comes as a completion, as from a driver', async () => {
  const overlapped = new abi.OVERLAPPED();
  const hEvent = world.ws.WSACreateEvent();
  overlapped.hEvent = hEvent;
  expect(world.ws.WSASetSocketSecurity(sockets['tcp'] ?? abi.INVALID_SOCKET, null, 0, overlapped, null)).toBe(abi.SOCKET_ERROR);
  expect(world.lastError()).toBe('WSA_IO_PENDING');
  await turn();
  expect(overlapped.Internal).toBe(abi.WSAEOPNOTSUPP);
  expect(await world.ws.WSAWaitForMultipleEvents(1, [hEvent], 1, 0, 0)).toBe(abi.WSA_WAIT_EVENT_0);
});
