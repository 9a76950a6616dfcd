import { describe, expect, test } from 'vitest';
import * as abi from '../../src/abi/index.js';
import { reference } from './reference.js';

interface ErrorItem {
  readonly name: string;
  readonly value: number;
  readonly meaning: string;
  readonly category: string;
}

const { items } = reference('errors') as { items: readonly ErrorItem[] };

describe('the error table', () => {
  test('has every documented code under its name, with value, category and meaning', () => {
    for (const item of items) {
      const entry = abi.errorEntries.find(({ name }) => name === item.name);
      expect(entry).toMatchObject({ value: item.value, meaning: item.meaning, category: item.category });
    }
  });

  test('agrees with the constants of the same name', () => {
    const constants = abi as unknown as Readonly<Record<string, unknown>>;
    const differing = abi.errorEntries.filter(({ name, value }) => constants[name] !== value);
    expect(differing).toEqual([]);
  });

  test('has each name once', () => {
    expect(new Set(abi.errorEntries.map(({ name }) => name)).size).toBe(abi.errorEntries.length);
  });
});

describe('errorName', () => {
  test('gives every WSAE code its own name', () => {
    for (const { name, value } of items) {
      if (name.startsWith('WSAE')) expect(abi.errorName(value)).toBe(name);
    }
  });

  test.each([
    [6, 'WSA_INVALID_HANDLE'],
    [8, 'WSA_NOT_ENOUGH_MEMORY'],
    [87, 'WSA_INVALID_PARAMETER'],
    [995, 'WSA_OPERATION_ABORTED'],
    [996, 'WSA_IO_INCOMPLETE'],
    [997, 'WSA_IO_PENDING'],
    [10091, 'WSASYSNOTREADY'],
    [10108, 'WSASERVICE_NOT_FOUND'],
    [10110, 'WSA_E_NO_MORE'],
    [11001, 'WSAHOST_NOT_FOUND'],
    [11002, 'WSATRY_AGAIN'],
    [11004, 'WSANO_DATA'],
    [11024, 'WSA_QOS_EUNKOWNPSOBJ'],
    [11032, 'WSA_SECURE_HOST_NOT_FOUND'],
    [1, 'ERROR_INVALID_FUNCTION'],
    [2, 'ERROR_FILE_NOT_FOUND'],
    [5, 'ERROR_ACCESS_DENIED'],
    [50, 'ERROR_NOT_SUPPORTED'],
    [64, 'ERROR_NETNAME_DELETED'],
    [121, 'ERROR_SEM_TIMEOUT'],
    [122, 'ERROR_INSUFFICIENT_BUFFER'],
    [234, 'ERROR_MORE_DATA'],
    [258, 'WAIT_TIMEOUT'],
    [487, 'ERROR_INVALID_ADDRESS'],
    [735, 'ERROR_ABANDONED_WAIT_0'],
    [998, 'ERROR_NOACCESS'],
    [1168, 'ERROR_NOT_FOUND'],
    [1225, 'ERROR_CONNECTION_REFUSED'],
    [1226, 'ERROR_GRACEFUL_DISCONNECT'],
    [1227, 'ERROR_ADDRESS_ALREADY_ASSOCIATED'],
    [1229, 'ERROR_CONNECTION_INVALID'],
    [1230, 'ERROR_CONNECTION_ACTIVE'],
    [1231, 'ERROR_NETWORK_UNREACHABLE'],
    [1232, 'ERROR_HOST_UNREACHABLE'],
    [1234, 'ERROR_PORT_UNREACHABLE'],
    [1235, 'ERROR_REQUEST_ABORTED'],
    [1236, 'ERROR_CONNECTION_ABORTED'],
    [0xc000000d, 'STATUS_INVALID_PARAMETER'],
    [0xc000000d | 0, 'STATUS_INVALID_PARAMETER'],
  ])('%d is %s', (code, name) => {
    expect(abi.errorName(code)).toBe(name);
  });

  test('gives the unsigned number when there is no name', () => {
    expect(abi.errorName(0)).toBe('0');
    expect(abi.errorName(31337)).toBe('31337');
    expect(abi.errorName(-1)).toBe('4294967295');
  });
});

test('errorText says what a code means', () => {
  expect(abi.errorText(abi.WSAECONNREFUSED)).toBe('nobody listens there, or the condition function rejected');
  expect(abi.errorText(0)).toBe('no error');
  expect(abi.errorText(31337)).toBe('unknown error 31337');
});
