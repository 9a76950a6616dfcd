// The table from drivers' error names to Winsock's numbers: nothing that a driver says is missing from it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { isKnownDriverError, UNKNOWN_DRIVER_ERROR, winsockError } from '../../src/afd/index.js';
import { AfdBench } from './bench.js';

const DRIVERS = join(dirname(fileURLToPath(import.meta.url)), '../../src/drivers');
/** What resolvers say, which never reaches a socket. */
const OF_RESOLVERS = ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'];
/** A flag and a state of TCP, which only look like errors. */
const OF_TCP = ['ECE', 'ESTABLISHED'];

/** The error names written anywhere in the drivers. */
function namesInDrivers(): string[] {
  const names = new Set<string>();
  for (const file of readdirSync(DRIVERS, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    for (const [, name] of readFileSync(join(DRIVERS, file), 'utf8').matchAll(/'(E[A-Z]{2,}(?:_[A-Z]+)?)'/g)) names.add(name!);
  }
  return [...names].filter((name) => ![...OF_RESOLVERS, ...OF_TCP].includes(name)).sort();
}

describe('the table', () => {
  test.each(namesInDrivers())('knows %s, which a driver says', (name) => {
    expect(isKnownDriverError(name)).toBe(true);
  });

  test('finds names in the drivers at all', () => {
    expect(namesInDrivers()).toContain('EADDRINUSE');
  });

  /** Where Windows has the same error under another name than W plus Unix'. */
  const OTHERWISE: Readonly<Record<string, string>> = {
    EPERM: 'WSAEACCES',
    EIO: 'WSAENETDOWN',
    ENODEV: 'WSAEADDRNOTAVAIL',
    EEXIST: 'WSAEADDRINUSE',
    EAGAIN: 'WSAEWOULDBLOCK',
    EBADF: 'WSAENOTSOCK',
    ECANCELED: 'WSAEINTR',
    ENOENT: 'WSAECONNREFUSED',
    ENFILE: 'WSAEMFILE',
    ENOMEM: 'WSAENOBUFS',
    ENOTSUP: 'WSAEOPNOTSUPP',
    EPIPE: 'WSAECONNABORTED',
    EPROTO: 'WSAECONNABORTED',
  };
  test.each(Object.entries(OTHERWISE))('turns %s into %s', (name, winsock) => {
    expect(winsockError(name)).toBe((abi as unknown as Record<string, number>)[winsock]);
  });

  const SAME = [
    'EACCES', 'EADDRINUSE', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EALREADY', 'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET',
    'EDESTADDRREQ', 'EFAULT', 'EHOSTDOWN', 'EHOSTUNREACH', 'EINTR', 'EINVAL', 'EISCONN', 'EMFILE', 'EMSGSIZE', 'ENAMETOOLONG',
    'ENETDOWN', 'ENETRESET', 'ENETUNREACH', 'ENOBUFS', 'ENOPROTOOPT', 'ENOTCONN', 'ENOTSOCK', 'EOPNOTSUPP',
    'EPROTONOSUPPORT', 'EPROTOTYPE', 'ESHUTDOWN', 'ESOCKTNOSUPPORT', 'ETIMEDOUT',
  ];
  test.each(SAME)('turns %s into its namesake', (name) => {
    expect(winsockError(name)).toBe((abi as unknown as Record<string, number>)[`WSA${name}`]);
  });
});

describe('a name that nobody has heard of', () => {
  test.each(['EWEIRD', '', 'constructor', 'toString', '__proto__'])('%j has the named fallback', (name) => {
    expect(isKnownDriverError(name)).toBe(false);
    expect(winsockError(name)).toBe(UNKNOWN_DRIVER_ERROR);
    expect(UNKNOWN_DRIVER_ERROR).toBe(abi.WSAENETDOWN);
  });

  test('leaves a line in the trace, and a known one does not', () => {
    const bench = new AfdBench();
    const endpoint = bench.stream();
    const lines: unknown[] = [];
    const stop = bench.process.trace.listen(({ name, args }) => lines.push([name, args]));
    expect(endpoint.errorFrom('EWEIRD')).toBe(abi.WSAENETDOWN);
    expect(endpoint.errorFrom('ECONNRESET')).toBe(abi.WSAECONNRESET);
    expect(lines).toEqual([['unknown driver error', ['EWEIRD']]]);
    stop();
  });
});
