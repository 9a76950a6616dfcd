// afd's tracing events (Microsoft-Windows-Winsock-AFD): fills in what each one carries. Who asks has asked `on` or
// `verbose` first. Those of calls are told by operations.ts, those of the network by the endpoints.
import type { NetAddress } from '../../drivers/contract.js';
import {
  ENTER_EXIT,
  currentThread,
  eventStatus,
  type EventName,
  type EventValue,
  type Process,
} from '../../win32/index.js';
import type { Endpoint } from '../endpoint.js';
import { Identities } from './identities.js';

/** Why afd cuts a connection: what AFD_EVENT_ABORT says. */
export type AbortReason =
  | 'closed with unread data'
  | 'closed with a linger time of zero'
  | 'send was cancelled'
  | 'connect was cancelled'
  | 'receiving was shut down'
  | 'socket is reused'
  | 'listener takes no more'
  | 'accept refused it';

type Fields = Readonly<Record<string, EventValue>>;

/** The process's identifier of a field whose address is no IP address, or of none. */
const NOWHERE = { Address: '', Port: 0 } as const;

/** The events of one device. */
export class AfdEvents {
  readonly #process: Process;
  readonly #identities = new Identities();

  constructor(process: Process) {
    this.#process = process;
  }

  /** Whether anybody listens. */
  get on(): boolean {
    return this.#process.events.afd;
  }

  /** Whether anybody listens at the verbose level. */
  get verbose(): boolean {
    return this.#process.events.afdVerbose;
  }

  /** An event of a call. */
  ofCall(name: EventName, endpoint: Endpoint, fields: Fields = {}): void {
    this.#write(name, endpoint, currentThread().id, fields);
  }

  /** An event that the network caused. */
  ofNetwork(name: EventName, endpoint: Endpoint, fields: Fields = {}): void {
    this.#write(name, endpoint, 0, fields);
  }

  /** A call's end, by the error that it gave. */
  ended(name: EventName, endpoint: Endpoint, error: number): void {
    this.ofCall(name, endpoint, { Error: eventStatus(error) });
  }

  aborted(endpoint: Endpoint, reason: AbortReason): void {
    this.ofNetwork('AFD_EVENT_ABORT', endpoint, { Reason: reason });
  }

  abortedByTransport(endpoint: Endpoint, error: number): void {
    this.ofNetwork('AFD_EVENT_TRANSPORT_ABORT', endpoint, { Reason: eventStatus(error) });
  }

  /** The end of a connect. */
  connectCompleted(endpoint: Endpoint, error: number): void {
    this.ofNetwork('AFD_EVENT_CONNECT_COMPLETED', endpoint, { Error: eventStatus(error) });
  }

  bound(endpoint: Endpoint): void {
    this.ofCall('AFD_EVENT_BIND', endpoint, { ...addressFields(endpoint.local), Status: 0 });
  }

  /** The making of an endpoint, from its beginning to its end. */
  creating(make: () => Endpoint | number, af: number, type: number, protocol: number): Endpoint | number {
    const number = this.#identities.reserve();
    this.#created(number, ENTER_EXIT.enter, af, type, protocol, 0);
    const made = make();
    if (typeof made !== 'number') this.#identities.name(made, number);
    this.#created(number, ENTER_EXIT.exit, af, type, protocol, typeof made === 'number' ? made : 0);
    return made;
  }

  /** An endpoint that afd made for a connection, or that is used for another one. */
  createdFor(endpoint: Endpoint): void {
    const { type, protocol } = endpoint;
    this.#created(this.idOf(endpoint), ENTER_EXIT.internal, AF_OF[endpoint.family], type, protocol, 0);
  }

  #created(number: number, enterExit: number, af: number, type: number, protocol: number, error: number): void {
    const { id } = this.#process;
    this.#process.events.write('AFD_EVENT_CREATE', currentThread().id, {
      EnterExit: enterExit,
      Location: 0,
      Process: id,
      Endpoint: number,
      AddressFamily: af,
      SocketType: type,
      Protocol: protocol,
      UserModePid: id,
      Status: eventStatus(error),
    });
  }

  /** The beginning or the end of a close. */
  closing(endpoint: Endpoint, enterExit: number): void {
    this.#process.events.write('AFD_EVENT_CLOSE', currentThread().id, {
      EnterExit: enterExit,
      Location: 0,
      Process: this.#process.id,
      Endpoint: this.idOf(endpoint),
      Error: 0,
    });
  }

  /** select and WSAPoll, which are about several endpoints. */
  pollPosted(handleCount: number, timeout: number | null): void {
    this.#process.events.write('AFD_EVENT_POLL_POSTED', currentThread().id, {
      Process: this.#process.id,
      HandleCount: handleCount,
      Timeout: timeout ?? -1,
    });
  }

  /** Their end, with the first endpoint that they found, if any. */
  pollCompleted(found: Endpoint | null, error: number): void {
    this.#process.events.write('AFD_EVENT_POLL_COMPLETED', currentThread().id, {
      Process: this.#process.id,
      Endpoint: found === null ? 0 : this.idOf(found),
      Error: eventStatus(error),
    });
  }

  /** What a field `Endpoint` holds. */
  idOf(endpoint: Endpoint): number {
    return this.#identities.ofEndpoint(endpoint);
  }

  /** The fields of a chain of buffers: the first one's address, and the length of all or of the part that counts. */
  bufferFields(chunks: readonly Uint8Array[], length = lengthOf(chunks)): { Buffer: number; BufferLength: number } {
    return { Buffer: this.#identities.ofBuffer(chunks[0]), BufferLength: length };
  }

  #write(name: EventName, endpoint: Endpoint, thread: number, fields: Fields): void {
    const { id, events } = this.#process;
    events.write(name, thread, { Process: id, Endpoint: this.idOf(endpoint), ...fields }, endpoint.family === 'ipv6');
  }
}

/** The address families' numbers. */
const AF_OF = { ipv4: 2, ipv6: 23, unix: 1 } as const;

/** An address as two fields. */
export function addressFields(address: NetAddress | null): { readonly Address: string; readonly Port: number } {
  return address === null ? NOWHERE : { Address: address.address, Port: address.port };
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((length, chunk) => length + chunk.length, 0);
}
