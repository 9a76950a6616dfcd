// The order of destinations: the examples of RFC 6724 section 10.2, those that need its rules on deprecated, home and tunnelled
// addresses left out, and each rule by itself.
import { expect, test } from 'vitest';
import { compareDestinations, inSixteen, isMapped, scopeOfAddress, type Destination } from '../../src/abi/address-order.js';

const sixteen = (text: string): Uint8Array => inSixteen(text.includes(':') ? 'ipv6' : 'ipv4', text);

/** `destination < source`, or the destination alone where there is no way to it. */
function read(line: string): Destination & { readonly text: string } {
  const [text = '', source] = line.split(' < ');
  return { text, bytes: sixteen(text), source: source === undefined ? null : sixteen(source) };
}

const sorted = (lines: readonly string[]): string[] => lines.map(read).sort(compareDestinations).map(({ text }) => text);

test.each([
  ['scope', ['198.51.100.121 < 169.254.13.78', '2001:db8:1::1 < 2001:db8:1::2'], '2001:db8:1::1'],
  ['scope', ['2001:db8:1::1 < fe80::1', '198.51.100.121 < 198.51.100.117'], '198.51.100.121'],
  ['precedence', ['10.1.2.3 < 10.1.2.4', '2001:db8:1::1 < 2001:db8:1::2'], '2001:db8:1::1'],
  ['smaller scope', ['2001:db8:1::1 < 2001:db8:1::2', 'fe80::1 < fe80::2'], 'fe80::1'],
  ['label', ['2001:db8:1::1 < 2002:c633:6401::2', '2002:c633:6401::1 < 2002:c633:6401::2'], '2002:c633:6401::1'],
  ['precedence', ['2002:c633:6401::1 < 2002:c633:6401::2', '2001:db8:1::1 < 2001:db8:1::2'], '2001:db8:1::1'],
  ['a way there', ['2001:db8::1', '192.0.2.1 < 192.0.2.2'], '192.0.2.1'],
  ['longest match', ['2001:db8:1::1 < 2001:db8:3f44::2', '2001:db8:3ffe::1 < 2001:db8:3f44::2'], '2001:db8:3ffe::1'],
  ['longest match in IPv4', ['10.9.0.1 < 10.1.0.2', '10.1.0.1 < 10.1.0.2'], '10.1.0.1'],
  ['loopback', ['127.0.0.1 < 127.0.0.1', '::1 < ::1'], '::1'],
  ['Teredo is last', ['2001:0:1::1 < 2001:0:1::2', '2001:db8::1 < 2001:db8::2'], '2001:db8::1'],
  ['unique local after IPv4', ['fd00::1 < fd00::2', '192.0.2.1 < 192.0.2.2'], '192.0.2.1'],
])('%s: of %j first %s', (_rule, lines, first) => {
  expect(sorted(lines)[0]).toBe(first);
  expect(sorted(lines.toReversed())[0]).toBe(first);
});

test('what no rule tells apart stays in order', () => {
  expect(sorted(['192.0.2.9', '192.0.2.1', '192.0.2.5'])).toEqual(['192.0.2.9', '192.0.2.1', '192.0.2.5']);
});

test.each([
  ['127.0.0.1', 2],
  ['169.254.1.1', 2],
  ['10.0.0.1', 14],
  ['::1', 2],
  ['fe80::1', 2],
  ['fec0::1', 5],
  ['fd00::1', 14],
  ['2001:db8::1', 14],
  ['ff02::1', 2],
  ['ff0e::1', 14],
])('the scope of %s is %i', (text, scope) => {
  expect(scopeOfAddress(sixteen(text))).toBe(scope);
});

test('mapped addresses', () => {
  expect([isMapped(sixteen('1.2.3.4')), isMapped(sixteen('::1.2.3.4')), isMapped(sixteen('::ffff:1.2.3.4'))]).toEqual([true, false, true]);
});
