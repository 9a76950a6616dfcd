// A driver in front of another one that reports every call it gets, and everything the other tells its owner, to a
// trace. What was opened while nobody listened is passed on bare, so it costs nothing. It changes no call and no answer.
import type { Clock } from '../win32/clock.js';
import type { Driver, StreamTransport } from './contract.js';

/** Where reports go: the part of a process's trace that is needed here. */
export interface DriverTrace {
  readonly on: boolean;
  enter(layer: string, name: string, args: readonly unknown[], time: number, thread: number): number;
  leave(id: number, layer: string, name: string, result: unknown, error: number, time: number, thread: number): void;
  note(layer: string, name: string, args: readonly unknown[], time: number): void;
}

/** What a traced driver needs of its process. */
export interface DriverTraceContext {
  readonly trace: DriverTrace;
  readonly clock: Clock;
  /** The id of the thread that the calling code runs on. */
  readonly thread: () => number;
}

const LAYER = 'driver';

type Method = (...args: unknown[]) => unknown;

/**
 * Puts the trace before a driver.
 *
 * @param driver - the driver that does the work
 * @param context - the trace, the clock of its reports, and who is calling
 * @returns a driver with the same capabilities. Calls are reported as `stream.connect`, `datagram.send`,
 *   `resolver.lookup`; what comes up, as notes: `stream.received`
 */
export function tracedDriver(driver: Driver, context: DriverTraceContext): Driver {
  const { trace } = context;
  const open = <S extends object, T extends object>(
    kind: string,
    family: string,
    sink: S,
    make: (sink: S) => T | string,
  ): T | string => {
    if (!trace.on) return make(sink);
    const heard = listening(sink, kind, context);
    const opened = reported(`${kind}.open`, [family], context, () => make(heard));
    return typeof opened === 'string' ? opened : reporting(opened, kind, context);
  };
  return {
    name: driver.name,
    capabilities: driver.capabilities,
    resolver: reporting(driver.resolver, 'resolver', context),
    openStream: (family, sink) => open('stream', family, sink, (heard) => driver.openStream(family, heard)),
    openDatagram: (family, sink) => open('datagram', family, sink, (heard) => driver.openDatagram(family, heard)),
    openRaw: (family, protocol, sink) => open('raw', family, sink, (heard) => driver.openRaw(family, protocol, heard)),
    interfaces: () => driver.interfaces(),
    watch: (changed) => driver.watch(changed),
    sourceFor: (destination) => driver.sourceFor(destination),
  };
}

/** `target` with `around` about each of its methods. Other properties are read straight from it. */
function wrapped<T extends object>(target: T, around: (name: string, method: Method) => Method): T {
  const methods = new Map<string | symbol, Method>();
  return new Proxy(target, {
    get(_proxied, key) {
      // The target is the receiver: its private fields are its own.
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      let method = methods.get(key);
      if (method === undefined) {
        method = around(String(key), (...args) => Reflect.apply(value, target, args) as unknown);
        methods.set(key, method);
      }
      return method;
    },
  });
}

/** The way down: calls. */
function reporting<T extends object>(target: T, kind: string, context: DriverTraceContext): T {
  return wrapped(target, (method, call) => (...args) => {
    if (!context.trace.on) return call(...args);
    // An accepted connection gets its sink here and not when it is opened.
    const passed = method === 'attach' ? [listening(args[0] as object, kind, context)] : args;
    return reported(`${kind}.${method}`, args, context, () => call(...passed));
  });
}

/** One call, reported when it begins and when it is over. */
function reported<R>(name: string, args: readonly unknown[], { trace, clock, thread }: DriverTraceContext, call: () => R): R {
  const caller = thread();
  const id = trace.enter(LAYER, name, args, clock.now(), caller);
  const leave = <V>(result: V): V => {
    trace.leave(id, LAYER, name, result, 0, clock.now(), caller);
    return result;
  };
  const result = call();
  return result instanceof Promise ? (result.then(leave) as R) : leave(result);
}

/** The way up: what the driver tells its owner. */
function listening<S extends object>(sink: S, kind: string, context: DriverTraceContext): S {
  const { trace, clock } = context;
  return wrapped(sink, (method, tell) => (...args) => {
    if (trace.on) trace.note(LAYER, `${kind}.${method}`, args, clock.now());
    if (method !== 'accepted') return tell(...args);
    return tell(reporting(args[0] as StreamTransport, kind, context));
  });
}
