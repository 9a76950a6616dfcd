// Which thread and which last error a call finds: over awaits, threads and processes.
import { describe, expect, test } from 'vitest';
import {
  currentCell,
  currentThread,
  enterCall,
  GetLastError,
  Process,
  runIn,
  runOn,
  SetLastError,
  withBinding,
} from '../../src/win32/index.js';

/** A call that blocks for some turns and then fails with `code`. */
async function failing(code: number, turns: number): Promise<number> {
  const cell = enterCall();
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  cell.value = code;
  return -1;
}

describe('the last error', () => {
  test('after an await is that of the awaited call, with thousands in flight', async () => {
    const flow = async (id: number): Promise<number> => {
      let wrong = 0;
      for (let call = 1; call <= 5; call++) {
        const code = id * 10 + call;
        await failing(code, (id * 7 + call * 3) % 11);
        if (GetLastError() !== code) wrong += 1;
        await Promise.resolve();
        if (GetLastError() !== code) wrong += 1;
      }
      return wrong;
    };
    const wrong = await Promise.all(Array.from({ length: 3000 }, (_, id) => flow(id)));
    expect(wrong.filter((count) => count > 0)).toEqual([]);
  });

  test('is the same with real timers between call and completion', async () => {
    const later = async (code: number): Promise<void> => {
      const cell = enterCall();
      await new Promise((done) => setImmediate(done));
      cell.value = code;
    };
    const flow = async (code: number): Promise<number> => {
      await later(code);
      return GetLastError();
    };
    const codes = Array.from({ length: 1000 }, (_, id) => id + 1);
    expect(await Promise.all(codes.map(flow))).toEqual(codes);
  });

  test('of a call that was not awaited does not appear in the caller later', async () => {
    await failing(1, 1);
    const other = failing(2, 3);
    const third = failing(3, 1);
    await third;
    expect(GetLastError()).toBe(3);
    await other;
    expect(GetLastError()).toBe(3);
  });

  test('keeps 32 bits', () => {
    SetLastError(-1);
    expect(GetLastError()).toBe(0xffffffff);
    SetLastError(0);
    expect(GetLastError()).toBe(0);
  });

  test('set in a thread is not seen in another', () => {
    const process = new Process();
    const [one, two] = [process.newThread(), process.newThread()];
    runOn(one, () => {
      SetLastError(11);
      runOn(two, () => {
        expect(GetLastError()).toBe(0);
        SetLastError(22);
      });
      expect(GetLastError()).toBe(11);
    });
  });
});

describe('the current process', () => {
  test('is the default one where nobody said otherwise', () => {
    expect(currentThread()).toBe(currentThread().process.mainThread);
    expect(currentThread().process.name).toBe('default');
  });

  test('runIn: for all that the body starts, over awaits, and for nothing else', async () => {
    const here = currentThread().process;
    const [one, two] = [new Process({ name: 'one' }), new Process({ name: 'two' })];
    const seen: string[] = [];
    const body = async (): Promise<void> => {
      seen.push(currentThread().process.name);
      await failing(5, 3);
      seen.push(`${currentThread().process.name} ${String(GetLastError())}`);
    };
    const running = [runIn(one, body), runIn(two, body)];
    expect(currentThread().process).toBe(here);
    await Promise.all(running);
    expect(seen).toEqual(['one', 'two', 'one 5', 'two 5']);
    expect(currentThread().process).toBe(here);
  });

  test('withBinding: for the synchronous part only, the last error of the two stay apart', async () => {
    const here = currentThread().process;
    const other = new Process({ name: 'other' });
    await failing(1, 1);
    await withBinding(other, () => {
      expect(currentThread().process).toBe(other);
      return failing(2, 2);
    });
    expect(currentThread().process).toBe(here);
    expect(GetLastError()).toBe(1);
    expect(withBinding(other, GetLastError)).toBe(2);
    await failing(3, 1);
    expect(withBinding(other, GetLastError)).toBe(2);
    expect(GetLastError()).toBe(3);
  });

  test('withBinding: many bound calls in flight each keep their error', async () => {
    const processes = Array.from({ length: 20 }, (_, id) => new Process({ name: String(id) }));
    const flow = async (process: Process, code: number): Promise<number> => {
      await withBinding(process, () => failing(code, code % 7));
      return withBinding(process, GetLastError);
    };
    const codes = processes.map((process, id) => Promise.all([flow(process, id * 2 + 1), flow(process, id * 2 + 2)]));
    expect((await Promise.all(codes)).flat()).toEqual(Array.from({ length: 40 }, (_, id) => id + 1));
  });

  test('withBinding: a flow keeps one last error for each process it called', async () => {
    const [one, two] = [new Process(), new Process()];
    for (const [process, code] of [[one, 1], [two, 2], [one, 3]] as const) {
      await withBinding(process, () => failing(code, 1));
    }
    expect([withBinding(one, GetLastError), withBinding(two, GetLastError)]).toEqual([3, 2]);
  });

  test('withBinding ends with its body, also by an exception', () => {
    const here = currentThread().process;
    expect(() =>
      withBinding(new Process(), () => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(currentThread().process).toBe(here);
  });

  test('runOn inside a binding: the thread counts, then the binding again', () => {
    const [bound, other] = [new Process(), new Process()];
    withBinding(bound, () => {
      runOn(other.mainThread, () => {
        expect(currentThread()).toBe(other.mainThread);
      });
      expect(currentThread()).toBe(bound.mainThread);
    });
  });

  test('processes share nothing', () => {
    const [one, two] = [new Process(), new Process()];
    const key = Symbol('data');
    expect(one.moduleData(key, () => 'one')).toBe('one');
    expect(two.moduleData(key, () => 'two')).toBe('two');
    expect(one.moduleData(key, () => 'again')).toBe('one');
    one.mountDevice('\\Device\\X', 1);
    expect([one.openDevice('\\Device\\X'), two.openDevice('\\Device\\X')]).toEqual([1, undefined]);
    expect(one.handles).not.toBe(two.handles);
    expect(runIn(one, currentCell)).not.toBe(runIn(two, currentCell));
  });
});
