// A provider's table whose entries report every call to the trace. Used only while somebody listens.
import { WSASYSCALLFAILURE, type Ref } from '../abi/index.js';
import { WSPPROC_NAMES, type WSPPROC_TABLE } from '../spi/index.js';
import { currentThread, type Process } from '../win32/index.js';

type Entry = (...args: unknown[]) => unknown;

/** A table that calls `table` and reports each call as made on the layer `layer`. */
export function tracedTable(table: WSPPROC_TABLE, process: Process, layer: string): WSPPROC_TABLE {
  const entries = WSPPROC_NAMES.map((name) => [name, traced(table[name] as Entry, name.slice(2), process, layer)]);
  return Object.fromEntries(entries) as WSPPROC_TABLE;
}

function traced(entry: Entry, name: string, process: Process, layer: string): Entry {
  const { trace, clock } = process;
  return (...args) => {
    const thread = currentThread().id;
    const id = trace.enter(layer, name, args, clock.now(), thread);
    // Every entry's last argument is lpErrno; it means something only when the entry failed.
    const lpErrno = args.at(-1) as Ref;
    const leave = (result: unknown): unknown => {
      trace.leave(id, layer, name, result, lpErrno.value, clock.now(), thread);
      return result;
    };
    // A call that breaks off is reported as what its caller makes of it.
    const broke = (error: unknown): never => {
      trace.leave(id, layer, name, undefined, WSASYSCALLFAILURE, clock.now(), thread);
      throw error;
    };
    try {
      const result = entry(...args);
      return result instanceof Promise ? result.then(leave, broke) : leave(result);
    } catch (error) {
      return broke(error);
    }
  };
}
