// The table from a resolver's errors to Winsock's.
import { expect, it } from 'vitest';
import { WSAHOST_NOT_FOUND, WSANO_DATA, WSANO_RECOVERY, WSATRY_AGAIN } from '../../src/abi/index.js';
import { resolverError } from '../../src/ws2_32/index.js';

it.each([
  ['ENOTFOUND', WSAHOST_NOT_FOUND],
  ['ENODATA', WSANO_DATA],
  ['EAI_AGAIN', WSATRY_AGAIN],
  ['ENEWKIND', WSANO_RECOVERY],
  // Names that every object has are no names of errors.
  ['constructor', WSANO_RECOVERY],
  ['toString', WSANO_RECOVERY],
])('%s becomes %i', (name, error) => {
  expect(resolverError(name)).toBe(error);
});
