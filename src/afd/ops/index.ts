// Everything that can be asked of an endpoint, as one table: the device's entry points. Kept as a table so that the
// trace can stand between a provider and afd.
import { currentThread, type Process } from '../../win32/index.js';
import { acceptInto } from './accept-into.js';
import { accept } from './accept.js';
import { bind, bindImplicitly } from './bind.js';
import { cancel } from './cancel.js';
import { connectWithData } from './connect-with-data.js';
import { connectDatagram, connectStream, disconnectDatagram } from './connect.js';
import { disconnect } from './disconnect.js';
import { selectEvents, takeEvents } from './events.js';
import { joinLeaf } from './join-leaf.js';
import { listen } from './listen.js';
import { receive, receiveUrgent } from './receive.js';
import { sendDatagram, sendStream, sendUrgent } from './send.js';
import { shutdown } from './shutdown.js';
import { transmit } from './transmit.js';

/** The operations. */
export const operations = {
  accept,
  acceptInto,
  bind,
  bindImplicitly,
  cancel,
  connectDatagram,
  connectStream,
  connectWithData,
  disconnect,
  disconnectDatagram,
  joinLeaf,
  listen,
  receive,
  receiveUrgent,
  selectEvents,
  sendDatagram,
  sendStream,
  sendUrgent,
  shutdown,
  takeEvents,
  transmit,
} as const;

/** The type of the table. */
export type Operations = typeof operations;

type Operation = (...args: unknown[]) => number;

/** The same operations, each reporting to the process's trace. Used only while somebody listens. */
export function tracedOperations({ trace, clock }: Process): Operations {
  const traced = Object.entries(operations).map(([name, operation]) => [
    name,
    (...args: unknown[]): number => {
      const thread = currentThread().id;
      const id = trace.enter('afd', name, args, clock.now(), thread);
      const error = (operation as unknown as Operation)(...args);
      trace.leave(id, 'afd', name, error, error, clock.now(), thread);
      return error;
    },
  ]);
  return Object.fromEntries(traced) as Operations;
}
