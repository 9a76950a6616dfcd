// Owns: what a program on a simulated host is told at once when addresses and routes change, and the order that
// SIO_ADDRESS_LIST_SORT gives destinations by the routes that there are.
import { afterEach, describe, expect, test } from 'vitest';
import { api, endpoint, must, start, World } from './world.js';

let world: World | null = null;
afterEach(() => {
  world?.end();
  world = null;
});

function open(): World {
  world = new World({ seed: 1 }, 'a', 'b');
  return world;
}

function udp(family = api.AF_INET): api.SOCKET {
  return api.socket(family, api.SOCK_DGRAM, 0);
}

/** Waits for a change that is asked for by a code. */
function changed(code: number, input: Uint8Array | null, s = udp()): Promise<number> {
  return api.WSAIoctl(s, code, input, input?.length ?? 0, null, 0, api.ref(0), null, null);
}

describe('changes are told at once', () => {
  test('SIO_ADDRESS_LIST_CHANGE: an address comes', async () => {
    const [a] = open().machines;
    await a?.run(async () => {
      await start();
      const told = changed(api.SIO_ADDRESS_LIST_CHANGE, null);
      a.host.addAddress('10.9.9.9/24');
      expect(await world?.until(told, 10)).toBe(0);
    });
  });

  test('SIO_ADDRESS_LIST_CHANGE: an address goes, and a route is no address', async () => {
    const { machines } = open();
    const [a] = machines;
    await a?.run(async () => {
      await start();
      let done = false;
      const told = changed(api.SIO_ADDRESS_LIST_CHANGE, null).then((result) => {
        done = true;
        return result;
      });
      a.host.addRoute('192.0.2.0/24', 'b');
      await world?.sleep(5000);
      expect(done).toBe(false);
      a.host.removeAddress(a.address);
      expect(await world?.until(told, 10)).toBe(0);
    });
  });

  test('SIO_ROUTING_INTERFACE_CHANGE: only the destination asked about counts', async () => {
    const { machines } = open();
    const [a] = machines;
    await a?.run(async () => {
      await start();
      const told = changed(api.SIO_ROUTING_INTERFACE_CHANGE, endpoint('192.0.2.7', 0).bytes);
      let other = false;
      void changed(api.SIO_ROUTING_INTERFACE_CHANGE, endpoint('198.51.100.1', 0).bytes).then(() => (other = true));
      a.host.addRoute('192.0.2.0/24', 'b');
      expect(await world?.until(told, 10)).toBe(0);
      expect(other).toBe(false);
    });
  });
});

/** A SOCKET_ADDRESS_LIST of IPv6 addresses in memory. */
function list(...addresses: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(8 + addresses.length * (16 + 28));
  const view = new DataView(bytes.buffer);
  view.setInt32(0, addresses.length, true);
  for (const [index, text] of addresses.entries()) {
    const at = 8 + addresses.length * 16 + index * 28;
    view.setBigUint64(8 + 16 * index, BigInt(at), true);
    view.setInt32(16 + 16 * index, 28, true);
    const name = new api.sockaddr_in6(bytes, at);
    name.sin6_family = api.AF_INET6;
    must('inet_pton', api.inet_pton(api.AF_INET6, text, name.sin6_addr) === 1 ? 0 : api.SOCKET_ERROR);
  }
  return bytes;
}

function texts(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: view.getInt32(0, true) }, (_none, index) => {
    const name = new api.sockaddr_in6(bytes, Number(view.getBigUint64(8 + 16 * index, true)));
    const text = new Uint8Array(64);
    api.inet_ntop(api.AF_INET6, name.sin6_addr, text, text.length);
    return new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
  });
}

describe('SIO_ADDRESS_LIST_SORT', () => {
  async function sorted(...addresses: readonly string[]): Promise<string[]> {
    const [a] = open().machines;
    const output = new Uint8Array(1024);
    await a?.run(async () => {
      await start();
      const input = list(...addresses);
      const returned = api.ref(0);
      const code = api.SIO_ADDRESS_LIST_SORT;
      must('sort', await api.WSAIoctl(udp(api.AF_INET6), code, input, input.length, output, output.length, returned, null, null));
    });
    return texts(output);
  }

  test('what there is no way to comes last', async () => {
    const near = open().machines[1]?.address ?? '';
    expect(await sorted('2001:db8:99::1', `::ffff:${near}`, '::1')).toEqual(['::1', `::ffff:${near}`, '2001:db8:99::1']);
  });

  test('what is no destination is left out', async () => {
    expect(await sorted('::', 'ff02::1', '::1')).toEqual(['::1']);
  });

  test('too little room: told how much is needed; half a list: refused', async () => {
    const [a] = open().machines;
    await a?.run(async () => {
      await start();
      const s = udp(api.AF_INET6);
      const input = list('::1');
      const ask = (size: number, room: number): Promise<number> =>
        api.WSAIoctl(s, api.SIO_ADDRESS_LIST_SORT, input, size, new Uint8Array(room), room, api.ref(0), null, null);
      expect([await ask(input.length, 20), api.WSAGetLastError()]).toEqual([api.SOCKET_ERROR, api.WSAEFAULT]);
      expect([await ask(12, 512), api.WSAGetLastError()]).toEqual([api.SOCKET_ERROR, api.WSAEFAULT]);
    });
  });
});
