// netstat: the text is what Windows prints, and the rows are what a test can ask about.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseIpv4, parseIpv6 } from '../../src/abi/index.js';
import { IpAddress, type SocketRow } from '../../src/drivers/sim/index.js';
import { Netstat } from '../../src/testing/index.js';

const place = (address: string, port: number): SocketRow['local'] => ({
  address: new IpAddress(parseIpv4(address) ?? parseIpv6(address)!),
  port,
});

interface Wanted {
  readonly protocol?: 'TCP' | 'UDP';
  readonly remote?: SocketRow['remote'];
  readonly state?: SocketRow['state'];
  readonly received?: number;
}

function socket(address: string, port: number, { protocol = 'TCP', remote = null, state = null, received = 0 }: Wanted = {}): SocketRow {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return { protocol, family, local: place(address, port), remote, state, received, unsent: 0 };
}

/** A small server, in the order in which things were opened. */
const sockets: readonly SocketRow[] = [
  socket('10.0.0.1', 5353, { protocol: 'UDP' }),
  socket('::', 500, { protocol: 'UDP' }),
  socket('0.0.0.0', 8080, { state: 'LISTENING' }),
  socket('10.0.0.1', 8080, { state: 'ESTABLISHED', remote: place('10.0.0.2', 49200) }),
  socket('fd00::1', 8080, { state: 'CLOSE_WAIT', remote: place('fd00::2', 49153), received: 5 }),
  socket('10.0.0.1', 8080, { state: 'TIME_WAIT', remote: place('10.0.0.2', 49199) }),
  socket('::', 8080, { state: 'LISTENING' }),
  socket('10.0.0.1', 139, { state: 'LISTENING' }),
  socket('0.0.0.0', 135, { state: 'LISTENING' }),
];

describe('the text', () => {
  it('is what netstat -an prints', () => {
    expect(new Netstat(sockets).toString().split('\n')).toEqual([
      '',
      'Active Connections',
      '',
      '  Proto  Local Address          Foreign Address        State',
      '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING',
      '  TCP    0.0.0.0:8080           0.0.0.0:0              LISTENING',
      '  TCP    10.0.0.1:139           0.0.0.0:0              LISTENING',
      '  TCP    10.0.0.1:8080          10.0.0.2:49199         TIME_WAIT',
      '  TCP    10.0.0.1:8080          10.0.0.2:49200         ESTABLISHED',
      '  TCP    [::]:8080              [::]:0                 LISTENING',
      '  TCP    [fd00::1]:8080         [fd00::2]:49153        CLOSE_WAIT',
      '  UDP    10.0.0.1:5353          *:*                    ',
      '  UDP    [::]:500               *:*                    ',
      '',
    ]);
  });

  it('moves the columns for an address that is too long, and loses nothing', () => {
    const address = '2001:db8:1111:2222:3333:4444:5555:6666';
    const text = new Netstat([socket(address, 49152, { state: 'LISTENING' })]).toString();
    expect(text).toContain(`  TCP    [${address}]:49152 [::]:0                 LISTENING\n`);
  });

  it('is the header alone on a host without sockets', () => {
    expect(new Netstat([]).toString()).toBe(
      '\nActive Connections\n\n  Proto  Local Address          Foreign Address        State\n',
    );
  });
});

describe('the rows', () => {
  it('can be asked for by any of their parts', () => {
    const netstat = new Netstat(sockets);
    expect(netstat.find({ localPort: 8080, state: 'CLOSE_WAIT' })).toEqual({
      protocol: 'TCP',
      family: 'ipv6',
      local: '[fd00::1]:8080',
      localAddress: 'fd00::1',
      localPort: 8080,
      foreign: '[fd00::2]:49153',
      foreignAddress: 'fd00::2',
      foreignPort: 49153,
      state: 'CLOSE_WAIT',
      received: 5,
      unsent: 0,
    });
    expect(netstat.filter({ localPort: 8080, family: 'ipv4' }).map(({ state }) => state)).toEqual([
      'LISTENING',
      'TIME_WAIT',
      'ESTABLISHED',
    ]);
    expect(netstat.find({ protocol: 'UDP', localPort: 8080 })).toBeNull();
  });

  it('know the peer of a datagram socket, which is not printed', () => {
    const { rows } = new Netstat([socket('10.0.0.1', 7, { protocol: 'UDP', remote: place('10.0.0.2', 9) })]);
    expect(rows[0]).toMatchObject({ foreign: '*:*', foreignAddress: '10.0.0.2', foreignPort: 9 });
  });

  it('say of a socket without a peer that it has none', () => {
    const [listener, datagrams] = [...new Netstat([socket('10.0.0.1', 1, { state: 'LISTENING' }), socket('::', 2, { protocol: 'UDP' })])];
    expect(listener).toMatchObject({ foreign: '0.0.0.0:0', foreignAddress: '', foreignPort: 0, state: 'LISTENING' });
    expect(datagrams).toMatchObject({ foreign: '*:*', foreignAddress: '', foreignPort: 0, state: '' });
  });

  test.prop([fc.shuffledSubarray([...sockets], { minLength: sockets.length })])('are in one order, however they came', (shuffled) => {
    expect(new Netstat(shuffled).rows).toEqual(new Netstat(sockets).rows);
  });
});
