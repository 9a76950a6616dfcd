// The compliance suites as tools: they run on any runner, they find what is wrong, and a skip is no way out. That
// drivers, stores and providers keep their contracts is shown where those are tested.
import * as vitest from 'vitest';
import { describe, expect, it } from 'vitest';
import {
  MemoryStore,
  SIO_GET_EXTENSION_FUNCTION_POINTER,
  SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  runIn,
  type CatalogStore,
} from 'winsock2';
import { WSPStartup } from 'winsock2/msafd';
import { WSPDATA, unsupportedProcTable, type WSPPROC_TABLE } from 'winsock2/spi';
import {
  describeCatalogStore,
  describeDriver,
  describeTransportProvider,
  type Driver,
  type StoreUnderTest,
  type TestApi,
  type TestBody,
  type TransportFeature,
  type TransportProviderUnderTest,
} from 'winsock2/testing';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import { startOwnHandles } from './own-handles.js';

/** What is reached by pointers. */
const EXTENSIONS: readonly TransportFeature[] = [
  'AcceptEx',
  'ConnectEx',
  'DisconnectEx',
  'GetAcceptExSockaddrs',
  'TransmitFile',
  'TransmitPackets',
  'WSARecvMsg',
  'WSASendMsg',
  'RIO',
];

describeTransportProvider(vitest, 'msafd in a process as programs have it', {
  start: async (process, upcalls, info) => {
    const table = {} as WSPPROC_TABLE;
    await runIn(process, () => WSPStartup(0x0202, new WSPDATA(), info, upcalls, table));
    return table;
  },
  lacks: ['MSG_OOB'],
});

/** A control code that nobody knows. */
const UNKNOWN_CODE = 0x12345678;

describeTransportProvider(vitest, 'over msafd, without system handles', {
  start: startOwnHandles,
  unsupported: ['lpWSPAsyncSelect'],
  lacks: ['MSG_OOB', 'CancelIoEx', ...EXTENSIONS],
});

interface Declared {
  readonly name: string;
  readonly body: TestBody;
  readonly before: readonly TestBody[];
  readonly after: readonly TestBody[];
}

/** The smallest runner that will do: it knows no tests that have to fail. */
class Runner {
  readonly #tests: Declared[] = [];
  #before: TestBody[] = [];
  #after: TestBody[] = [];

  readonly api: TestApi = {
    describe: (_name, body) => {
      const outer = [this.#before, this.#after] as const;
      [this.#before, this.#after] = [[...outer[0]], [...outer[1]]];
      body();
      [this.#before, this.#after] = outer;
    },
    it: Object.assign(
      (name: string, body: TestBody) => this.#tests.push({ name, body, before: this.#before, after: this.#after }),
      { skip: () => undefined },
    ),
    beforeEach: (body) => this.#before.push(body),
    afterEach: (body) => this.#after.push(body),
    expect,
  };

  /** How many tests there are, and those that fail, with what they threw. */
  async run(): Promise<{ readonly count: number; readonly failed: ReadonlyMap<string, unknown> }> {
    const failed = new Map<string, unknown>();
    for (const { name, body, before, after } of this.#tests) {
      try {
        for (const each of before) await each();
        await body();
      } catch (error) {
        failed.set(name, error);
      }
      for (const each of after) await each();
    }
    return { count: this.#tests.length, failed };
  }
}

const COUNTS = 'counts every save and nothing else';

async function storeSuite(under: StoreUnderTest): ReturnType<Runner['run']> {
  const runner = new Runner();
  describeCatalogStore(runner.api, 'of a test', under);
  return runner.run();
}

const good = (): { readonly open: () => CatalogStore } => {
  const store = new MemoryStore();
  return { open: () => store };
};

/** A store that counts a save when there was nothing to save. */
const forgetful = (): { readonly open: () => CatalogStore } => {
  const { open } = good();
  const store = open();
  const update: CatalogStore['update'] = (change) =>
    store.update((current) => {
      const next = change(current);
      return next === current ? current.with({}) : next;
    });
  return { open: () => ({ describe: () => 'forgetful', load: () => store.load(), loadSync: () => store.loadSync(), update, watch: (changed) => store.watch(changed) }) };
};

describe('a compliance suite', () => {
  it('runs on a runner that is not vitest', async () => {
    const { count, failed } = await storeSuite({ place: good });
    expect(count).toBeGreaterThan(10);
    expect([...failed]).toEqual([]);
  });

  it('fails by the case that says what is wrong', async () => {
    const { failed } = await storeSuite({ place: forgetful });
    expect([...failed.keys()]).toEqual([COUNTS]);
  });

  it('closes the place of a case that failed', async () => {
    let open = 0;
    const place = (): ReturnType<typeof forgetful> & { readonly close: () => void } => {
      open += 1;
      return { ...forgetful(), close: () => (open -= 1) };
    };
    expect((await storeSuite({ place })).failed.size).toBe(1);
    expect(open).toBe(0);
  });

  it('finds a driver that calls its sink from inside a method', async () => {
    const hasty = (): Driver => {
      const driver = simDriver(new SimNetwork({ seed: 1 }).host('host'));
      const openDatagram: Driver['openDatagram'] = (family, sink) => {
        const transport = driver.openDatagram(family, sink);
        if (typeof transport === 'string') return transport;
        const bind = transport.bind.bind(transport);
        transport.bind = (address, options) => {
          sink.failed('ENETDOWN');
          return bind(address, options);
        };
        return transport;
      };
      return new Proxy(driver, { get: (target, key) => (key === 'openDatagram' ? openDatagram : (Reflect.get(target, key) as unknown)) });
    };
    const runner = new Runner();
    describeDriver(runner.api, 'hasty', { create: hasty, families: ['ipv4'] });
    const { failed } = await runner.run();
    const breach = 'failed came from inside a driver method';
    expect(failed.get('a second bind fails')).toMatchObject({ actual: [breach, breach] });
  });
});

describe('what a transport provider lacks', () => {
  const POINTERS = [SIO_GET_EXTENSION_FUNCTION_POINTER, SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER];
  const unsupported = ['lpWSPEventSelect', 'lpWSPJoinLeaf'] as const;

  /** The base provider, less two entries and all pointers. */
  const poor: TransportProviderUnderTest['start'] = async (process, upcalls, info) => {
    const table = {} as WSPPROC_TABLE;
    await runIn(process, () => WSPStartup(0x0202, new WSPDATA(), info, upcalls, table));
    const { lpWSPIoctl } = table;
    const { lpWSPEventSelect, lpWSPJoinLeaf } = unsupportedProcTable();
    const ioctl: WSPPROC_TABLE['lpWSPIoctl'] = (s, code, ...rest) => {
      const refused = POINTERS.includes(code);
      return lpWSPIoctl(s, refused ? UNKNOWN_CODE : code, ...rest);
    };
    return { ...table, lpWSPEventSelect, lpWSPJoinLeaf, lpWSPIoctl: ioctl };
  };

  async function failuresOf(under: TransportProviderUnderTest): Promise<string[]> {
    const runner = new Runner();
    describeTransportProvider(runner.api, 'of a test', under);
    const { failed } = await runner.run();
    return [...failed.keys()];
  }

  it('is not asked of it when it says so, and refuses it', async () => {
    expect(await failuresOf({ start: poor, unsupported, lacks: ['MSG_OOB', ...EXTENSIONS] })).toEqual([]);
  });

  it('fails where it does not say so', async () => {
    const failed = await failuresOf({ start: poor, unsupported, lacks: ['MSG_OOB', ...EXTENSIONS.slice(1)] });
    expect(failed).toContain('the pointer to AcceptEx is given out, the same for every socket, or refused');
    expect(failed.every((name) => name.includes('AcceptEx'))).toBe(true);
  });

  it('fails where it is there all the same', async () => {
    const rich: TransportProviderUnderTest = {
      start: async (process, upcalls, info) => {
        const table = {} as WSPPROC_TABLE;
        await runIn(process, () => WSPStartup(0x0202, new WSPDATA(), info, upcalls, table));
        return table;
      },
      lacks: ['MSG_OOB', 'CancelIoEx', 'TransmitFile', 'RIO'],
    };
    expect(await failuresOf(rich)).toEqual([
      'the pointer to TransmitFile is given out, the same for every socket, or refused',
      'the table of registered I/O is given out, the same for every socket, or refused',
      'CancelIoEx knows the socket, or refuses it and leaves its operations alone',
    ]);
  });
});

describe('a skip', () => {
  const reason = 'its author has not come to that yet';

  it('takes a case that fails out of the way', async () => {
    const { failed } = await storeSuite({ place: forgetful, skip: [{ case: COUNTS, reason }] });
    expect([...failed]).toEqual([]);
  });

  it('fails when its case passes, and names its reason', async () => {
    const { failed } = await storeSuite({ place: good, skip: [{ case: COUNTS, reason }] });
    const error = new Error(`'${COUNTS}' is skipped, but passes: take the skip away`);
    expect([...failed]).toEqual([[`${COUNTS} (skipped: ${reason})`, error]]);
  });

  it('fails when there is no such case', async () => {
    const { failed } = await storeSuite({ place: good, skip: [{ case: 'no such case', reason }] });
    expect([...failed.keys()]).toEqual(['every skip names a case, and every case has a name of its own']);
  });

  it.each(['fails', 'failing'] as const)('is left to a runner that has `%s`', (key) => {
    const runner = new Runner();
    const declared: string[] = [];
    const failing = { [key]: (name: string) => declared.push(name), skip: () => undefined };
    const api = { ...runner.api, it: Object.assign(() => undefined, failing) };
    describeCatalogStore(api, 'of a test', { place: forgetful, skip: [{ case: COUNTS, reason }] });
    expect(declared).toEqual([`${COUNTS} (skipped: ${reason})`]);
  });
});
