// Flow specifications as control codes take and give them: what is kept, what is refused, how the structure lies in memory.
import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import type { Endpoint } from '../../src/afd/endpoint.js';
import { control, type ControlAnswer } from '../../src/afd/ioctls/index.js';
import { IoRequest } from '../../src/afd/request.js';
import { dwords, World } from './options-world.js';

const { FLOWSPEC, QOS } = abi;

function run(endpoint: Endpoint, code: number, input: Uint8Array | null, output: Uint8Array | null = null): ControlAnswer {
  const result = control(endpoint, code, input, output);
  if (result instanceof IoRequest) throw new Error('not done at once');
  return result;
}

/** A QOS in memory: service types, a token rate each, and objects behind it. */
function qos(sending: number, receiving: number, rate = 1000, objects: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(QOS.size + objects.length);
  for (const [offset, type] of [[0, sending], [FLOWSPEC.size, receiving]] as const) {
    const flow = new FLOWSPEC(bytes, offset);
    flow.ServiceType = type;
    flow.TokenRate = rate;
  }
  new DataView(bytes.buffer).setUint32(64, objects.length, true);
  new DataView(bytes.buffer).setBigUint64(72, objects.length === 0 ? 0n : BigInt(QOS.size), true);
  bytes.set(objects, QOS.size);
  return bytes;
}

function object(type: number, ...members: readonly number[]): Uint8Array {
  return dwords(type, 8 + 4 * members.length, ...members);
}

function bound(): Endpoint {
  const endpoint = new World().udp4();
  endpoint.afd.ops.bindImplicitly(endpoint);
  return endpoint;
}

function got(endpoint: Endpoint): { send: abi.FLOWSPEC; receive: abi.FLOWSPEC; bytes: Uint8Array } {
  const output = new Uint8Array(256).fill(0xcc);
  const { error, bytes } = run(endpoint, abi.SIO_GET_QOS, null, output);
  expect(error).toBe(0);
  expect(output[bytes]).toBe(0xcc);
  return { send: new FLOWSPEC(output, 0), receive: new FLOWSPEC(output, FLOWSPEC.size), bytes: output.subarray(0, bytes) };
}

describe('SIO_SET_QOS and SIO_GET_QOS', () => {
  test('what was set is given back', () => {
    const endpoint = bound();
    expect(run(endpoint, abi.SIO_SET_QOS, qos(abi.SERVICETYPE_BESTEFFORT, abi.SERVICETYPE_NOTRAFFIC, 4711)).error).toBe(0);
    const { send, receive, bytes } = got(endpoint);
    expect([send.ServiceType, send.TokenRate]).toEqual([abi.SERVICETYPE_BESTEFFORT, 4711]);
    expect([receive.ServiceType, receive.TokenRate]).toEqual([abi.SERVICETYPE_NOTRAFFIC, 4711]);
    expect(bytes.length).toBe(QOS.size);
  });

  test('nothing was said: best effort, and nothing specified', () => {
    const { send, receive } = got(bound());
    for (const flow of [send, receive]) {
      expect([flow.ServiceType, flow.TokenRate]).toEqual([abi.SERVICETYPE_BESTEFFORT, abi.QOS_NOT_SPECIFIED]);
    }
  });

  test('SERVICETYPE_NOCHANGE leaves the flow that there is', () => {
    const endpoint = bound();
    run(endpoint, abi.SIO_SET_QOS, qos(abi.SERVICETYPE_BESTEFFORT, abi.SERVICETYPE_BESTEFFORT, 1));
    run(endpoint, abi.SIO_SET_QOS, qos(abi.SERVICETYPE_NOCHANGE, abi.SERVICETYPE_BESTEFFORT, 2));
    const { send, receive } = got(endpoint);
    expect([send.ServiceType, send.TokenRate, receive.TokenRate]).toEqual([abi.SERVICETYPE_BESTEFFORT, 1, 2]);
  });

  test('what the pointer leads to comes along, at an offset of the same buffer', () => {
    const endpoint = bound();
    const mode = object(abi.QOS_OBJECT_SD_MODE, abi.TC_NONCONF_SHAPE);
    expect(run(endpoint, abi.SIO_SET_QOS, qos(1, 1, 1, mode)).error).toBe(0);
    const { bytes } = got(endpoint);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect([view.getUint32(64, true), view.getBigUint64(72, true)]).toEqual([mode.length, BigInt(QOS.size)]);
    expect([...bytes.subarray(QOS.size)]).toEqual([...mode]);
  });

  const big = new Uint8Array(QOS.size);
  new DataView(big.buffer).setUint32(64, 4, true);
  test.each([
    ['controlled load', qos(abi.SERVICETYPE_CONTROLLEDLOAD, 1), abi.WSAEOPNOTSUPP],
    ['a guarantee for receiving', qos(1, abi.SERVICETYPE_GUARANTEED), abi.WSAEOPNOTSUPP],
    ['a guarantee as bits', qos(abi.SERVICE_GUARANTEED, 1), abi.WSAEOPNOTSUPP],
    ['a service that there is not', qos(77, 1), abi.WSA_QOS_ESERVICETYPE],
    ['an object cut off', qos(1, 1, 1, dwords(abi.QOS_OBJECT_SD_MODE, 64)), abi.WSA_QOS_EOBJLENGTH],
    ['an object that is nothing, not even its header', qos(1, 1, 1, dwords(abi.QOS_OBJECT_SD_MODE, 0)), abi.WSA_QOS_EOBJLENGTH],
    ['half a header', qos(1, 1, 1, dwords(abi.QOS_OBJECT_SD_MODE)), abi.WSA_QOS_EOBJLENGTH],
    ['an object that there is not', qos(1, 1, 1, object(9)), abi.WSA_QOS_EUNKOWNPSOBJ],
    ['a pointer to nothing', big, abi.WSAEFAULT],
    ['too little memory', qos(1, 1).subarray(0, QOS.size - 1), abi.WSAEFAULT],
  ])('%s is refused, and nothing changes', (_what, input, error) => {
    const endpoint = bound();
    const before = got(endpoint).bytes;
    expect(run(endpoint, abi.SIO_SET_QOS, input).error).toBe(error);
    expect(got(endpoint).bytes).toEqual(before);
  });

  test.each([
    ['unbound', new World().udp4(), 256, abi.WSAEINVAL, 0],
    ['too little room', bound(), QOS.size - 1, abi.WSAEFAULT, 0],
    ['a local socket', new World().unix(), 256, abi.WSAENOPROTOOPT, 0],
  ])('asking: %s', (_what, endpoint, room, error, bytes) => {
    expect(run(endpoint, abi.SIO_GET_QOS, null, new Uint8Array(room))).toEqual({ error, bytes });
  });

  test('room for the structure and not for what it points to: told how much is needed', () => {
    const endpoint = bound();
    run(endpoint, abi.SIO_SET_QOS, qos(1, 1, 1, object(abi.QOS_OBJECT_END_OF_LIST)));
    expect(run(endpoint, abi.SIO_GET_QOS, null, new Uint8Array(QOS.size))).toEqual({ error: abi.WSAEFAULT, bytes: QOS.size + 8 });
  });
});

test('the flows of a group are empty and cannot be set', () => {
  const endpoint = bound();
  const output = new Uint8Array(QOS.size).fill(0xcc);
  expect(run(endpoint, abi.SIO_GET_GROUP_QOS, null, output)).toEqual({ error: 0, bytes: QOS.size });
  expect(output.every((byte) => byte === 0)).toBe(true);
  expect(run(endpoint, abi.SIO_SET_GROUP_QOS, qos(1, 1)).error).toBe(abi.WSAEINVAL);
});

test.each([
  ['ALLOWED_TO_SEND_DATA', abi.ALLOWED_TO_SEND_DATA, 1],
  ['ABLE_TO_RECV_RSVP', abi.ABLE_TO_RECV_RSVP, 0],
  ['LINE_RATE', abi.LINE_RATE, abi.INFO_NOT_AVAILABLE],
  ['LOCAL_TRAFFIC_CONTROL', abi.LOCAL_TRAFFIC_CONTROL, 0],
  ['END_TO_END_QOSABILITY', abi.END_TO_END_QOSABILITY, abi.INFO_NOT_AVAILABLE],
])('SIO_CHK_QOS: %s', (_name, question, answer) => {
  const output = new Uint8Array(4);
  expect(run(bound(), abi.SIO_CHK_QOS, dwords(question), output)).toEqual({ error: 0, bytes: 4 });
  expect(new DataView(output.buffer).getUint32(0, true)).toBe(answer);
});

test('SIO_CHK_QOS: another question', () => {
  expect(run(bound(), abi.SIO_CHK_QOS, dwords(1), new Uint8Array(4)).error).toBe(abi.WSAEINVAL);
});
