// The base provider against the transport provider contract, over the in-memory driver, on the simulated network and over
// Node's sockets, and how it starts.
import * as vitest from 'vitest';
import { describe, expect, test } from 'vitest';
import { describeTransportProvider, type TransportProviderUnderTest } from 'winsock2/testing';
import { IPPROTO_TCP, SOCK_STREAM, WSAEFAULT, WSASYSNOTREADY, WSAVERNOTSUPPORTED } from '../../src/abi/index.js';
import { Afd, AFD_DEVICE } from '../../src/afd/index.js';
import type { Driver } from '../../src/drivers/contract.js';
import { createNodeDriver } from '../../src/drivers/node/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { WSPStartup } from '../../src/providers/msafd/index.js';
import { WSPDATA, validateProcTable, type WSPPROC_TABLE } from '../../src/spi/index.js';
import { protocolInfo, TCP_ENTRY } from '../../src/testing/compliance/transport/host.js';
import { Upcalls } from '../../src/testing/compliance/transport/upcalls.js';
import { FILE_SYSTEM_DEVICE, MemoryFiles, Process, runIn, type Clock } from '../../src/win32/index.js';
import { FakeDriver } from '../afd/fake-driver.js';

const INFO = protocolInfo(SOCK_STREAM, IPPROTO_TCP, TCP_ENTRY);

/** The base provider in a process whose socket device stands on a driver of that making. */
function over(
  createDriver: () => { readonly driver: Driver; readonly clock?: Clock },
  lacks: TransportProviderUnderTest['lacks'] = [],
): TransportProviderUnderTest {
  return {
    process: () => {
      const { driver, clock } = createDriver();
      const process = new Process(clock === undefined ? {} : { clock });
      process.mountDevice(AFD_DEVICE, new Afd(driver, process));
      process.mountDevice(FILE_SYSTEM_DEVICE, new MemoryFiles());
      return process;
    },
    start: async (process, upcalls, info) => {
      const table = {} as WSPPROC_TABLE;
      expect(await runIn(process, () => WSPStartup(0x0202, new WSPDATA(), info, upcalls, table))).toBe(0);
      return table;
    },
    lacks,
  };
}

describeTransportProvider(vitest, 'msafd over the in-memory driver', over(() => {
  const driver = new FakeDriver();
  driver.net.auto = true;
  return { driver };
}));
describeTransportProvider(vitest, 'msafd on the simulated network', over(() => {
  const network = new SimNetwork({ seed: 1 });
  return { driver: simDriver(network.host('host')), clock: network.clock };
}));
describeTransportProvider(vitest, 'msafd over Node', over(() => ({ driver: createNodeDriver() }), ['MSG_OOB']));

describe('WSPStartup of msafd', () => {
  function start(version: number, mounted = true): { readonly result: unknown; readonly data: WSPDATA; readonly table: unknown } {
    const process = new Process();
    if (mounted) process.mountDevice(AFD_DEVICE, new Afd(new FakeDriver(), process));
    const [data, table] = [new WSPDATA(), {} as WSPPROC_TABLE];
    const result = runIn(process, () => WSPStartup(version, data, INFO, new Upcalls(process).table, table));
    return { result, data, table };
  }

  test('speaks version 2.2 with whoever can, and fills the whole table', () => {
    for (const version of [0x0202, 0x0002, 0x0003]) {
      const { result, data, table } = start(version);
      expect([result, data.wVersion, data.wHighVersion, validateProcTable(table)]).toEqual([0, 0x0202, 0x0202, null]);
    }
  });

  test('refuses older callers, and leaves the table alone', () => {
    const { result, table } = start(0x0101);
    expect([result, table]).toEqual([WSAVERNOTSUPPORTED, {}]);
  });

  test('needs a socket device under the process', () => {
    expect(start(0x0202, false).result).toBe(WSASYSNOTREADY);
  });

  test('needs somewhere to put things', () => {
    const process = new Process();
    const { table } = new Upcalls(process);
    const nothing = null as never;
    expect(runIn(process, () => WSPStartup(0x0202, nothing, INFO, table, {} as WSPPROC_TABLE))).toBe(WSAEFAULT);
    expect(runIn(process, () => WSPStartup(0x0202, new WSPDATA(), INFO, table, nothing))).toBe(WSAEFAULT);
  });

  test('gives tables that know nothing of each other', async () => {
    const [one, other] = [start(0x0202), start(0x0202)];
    expect(await Promise.all([one.result, other.result])).toEqual([0, 0]);
    expect((one.table as WSPPROC_TABLE).lpWSPSocket).not.toBe((other.table as WSPPROC_TABLE).lpWSPSocket);
  });
});
