// The afd device of one process: its driver, its port table, and the making of endpoints. What an endpoint does is in
// the endpoint files; what can be asked of one is in ops/.
import { SOCK_DGRAM, SOCK_STREAM, WSAEACCES, WSAEAFNOSUPPORT, WSAESOCKTNOSUPPORT, SOCK_RAW } from '../abi/index.js';
import type { Driver } from '../drivers/contract.js';
import { addInspector, currentThread, type Clock, type Process } from '../win32/index.js';
import { familyName } from './address.js';
import { DatagramEndpoint } from './datagram-endpoint.js';
import { PullAllowance } from './datagram-pull.js';
import { Endpoint } from './endpoint.js';
import { AfdEvents } from './events/afd-events.js';
import { operationsWithEvents } from './events/operations.js';
import { inspectEndpoint } from './inspect.js';
import { operations, tracedOperations, type Operations } from './ops/index.js';
import { PortTable } from './port-table.js';
import { SocketGroups } from './socket-groups.js';
import { StreamEndpoint } from './stream-endpoint.js';

/** The name under which a process's device is mounted. */
export const AFD_DEVICE = '\\Device\\Afd';

/** The socket device. */
export class Afd {
  readonly driver: Driver;
  readonly process: Process;
  readonly ports = new PortTable();
  readonly groups = new SocketGroups();
  readonly events: AfdEvents;
  /** Every open endpoint, oldest first: what netstat shows. */
  readonly endpoints = new Set<Endpoint>();

  constructor(driver: Driver, process: Process) {
    this.driver = driver;
    this.process = process;
    this.events = new AfdEvents(process);
    addInspector(process, (object) => (object instanceof Endpoint ? inspectEndpoint(object) : null));
  }

  #traced: Operations | null = null;
  #withEvents: Operations | null = null;
  #tracedWithEvents: Operations | null = null;

  /** What can be asked of endpoints. */
  get ops(): Operations {
    const { trace } = this.process;
    if (!this.events.on) return trace.on ? this.#tracedOperations() : operations;
    if (!trace.on) return (this.#withEvents ??= operationsWithEvents(operations, this.events));
    return (this.#tracedWithEvents ??= operationsWithEvents(this.#tracedOperations(), this.events));
  }

  #tracedOperations(): Operations {
    return (this.#traced ??= tracedOperations(this.process));
  }

  #allowance: PullAllowance | null = null;

  /** What its datagram sockets may take before they are told. */
  get pullAllowance(): PullAllowance {
    return (this.#allowance ??= new PullAllowance(this.clock));
  }

  get clock(): Clock {
    return this.process.clock;
  }

  /** A new endpoint, or the error that socket() fails with. */
  createEndpoint(af: number, type: number, protocol: number): Endpoint | number {
    const { trace } = this.process;
    if (!trace.on) return this.#createTold(af, type, protocol);
    const thread = currentThread().id;
    const id = trace.enter('afd', 'create', [af, type, protocol], this.clock.now(), thread);
    const created = this.#createTold(af, type, protocol);
    trace.leave(id, 'afd', 'create', created, typeof created === 'number' ? created : 0, this.clock.now(), thread);
    return created;
  }

  /** Making an endpoint, with its events. */
  #createTold(af: number, type: number, protocol: number): Endpoint | number {
    const make = (): Endpoint | number => this.#create(af, type, protocol);
    return this.events.on ? this.events.creating(make, af, type, protocol) : make();
  }

  #create(af: number, type: number, protocol: number): Endpoint | number {
    const family = familyName(af);
    if (family === null || !this.driver.capabilities.families.includes(family)) return WSAEAFNOSUPPORT;
    if (type === SOCK_STREAM) return StreamEndpoint.open(this, family, protocol);
    // Without the ability, as without the privilege: raw sockets are not for everybody on Windows either.
    if (type === SOCK_RAW && !this.driver.capabilities.raw) return WSAEACCES;
    if (family === 'unix' || (type !== SOCK_DGRAM && type !== SOCK_RAW)) return WSAESOCKTNOSUPPORT;
    return DatagramEndpoint.open(this, family, type, protocol);
  }

  /** Leaves a line in the trace. */
  note(name: string, args: readonly unknown[]): void {
    if (this.process.trace.on) this.process.trace.note('afd', name, args, this.clock.now());
  }
}
