// Making endpoints: what a driver that cannot open another transport means to its callers.
import { describe, expect, test } from 'vitest';
import { AF_INET, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM, WSAECONNREFUSED, WSAEMFILE } from '../../src/abi/index.js';
import { address, AfdBench } from './bench.js';

describe('a driver that refuses', () => {
  test.each([
    ['a stream', SOCK_STREAM, IPPROTO_TCP],
    ['a datagram socket', SOCK_DGRAM, IPPROTO_UDP],
  ])('makes creating %s fail with its reason, and leaves nothing behind', (_what, type, protocol) => {
    const bench = new AfdBench();
    Object.assign(bench.driver, { openStream: () => 'EMFILE', openDatagram: () => 'EMFILE' });
    expect(bench.afd.createEndpoint(AF_INET, type, protocol)).toBe(WSAEMFILE);
    expect(bench.afd.endpoints.size).toBe(0);
  });

  test('makes the next try of a refused connect fail with its reason', () => {
    const bench = new AfdBench();
    const endpoint = bench.stream();
    const call = bench.connect(endpoint, address(9));
    bench.pump();
    expect(call.state).toBe(WSAECONNREFUSED);
    Object.assign(bench.driver, { openStream: () => 'EMFILE' });
    expect(bench.connect(endpoint, address(9)).state).toBe(WSAEMFILE);
  });
});
