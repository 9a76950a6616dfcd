// What an object tells of itself to whoever asks why nothing happens: plain data, collected by whoever made the object and
// found here by its process. It decides nothing and explains nothing.
import type { KernelObject } from './handle-table.js';
import type { Process } from './process.js';

/** One network event of a socket. */
export interface EventInspection {
  readonly name: string;
  readonly wanted: boolean;
  /** Waits to be fetched by WSAEnumNetworkEvents. */
  readonly recorded: boolean;
  /** Told, and not re-enabled since. */
  readonly reported: boolean;
  /** What it tells of is so at this moment. */
  readonly holds: boolean;
  /** A change that it tells of has been asked for. */
  readonly armed: boolean;
  /** `level`: told again as long as it holds when it is re-enabled; `edge`: by an occasion; `never`: by nothing. */
  readonly trigger: 'level' | 'edge' | 'never';
  /** The functions that re-enable it. */
  readonly reenabledBy: readonly string[];
}

/** Where a socket's network events are told. */
export type NotificationInspection =
  | {
      readonly kind: 'event';
      readonly handle: number;
      readonly isSet: boolean;
      /** Whether the handle is still open. */
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'messages';
      readonly window: number;
      readonly message: number;
      /** Whether the window is still there. */
      readonly isOpen: boolean;
    };

/** A request that has not ended. */
export interface RequestInspection {
  /** What it does: receive, send, accept, connect, control... */
  readonly kind: string;
  /** How many bytes it asked for; 0 where that means nothing. */
  readonly bytes: number;
  readonly overlapped: boolean;
  /** Who is told of its end; `caller` waits for it, `queue` is a completion queue of registered I/O. */
  readonly reportsTo: 'caller' | 'event' | 'routine' | 'port' | 'queue' | 'nobody';
}

/** One direction of a request queue of registered I/O. */
export interface RegisteredIoSide {
  /** Requests whose results have not been taken, and how many there may be. */
  readonly outstanding: number;
  readonly most: number;
  /** Results in its completion queue, which others may share, and how many fit. */
  readonly results: number;
  readonly resultRoom: number;
}

/** A request queue of registered I/O. */
export interface RegisteredIoInspection {
  readonly receives: RegisteredIoSide;
  readonly sends: RegisteredIoSide;
}

/** A socket at one moment. */
export interface SocketInspection {
  readonly type: 'stream' | 'datagram' | 'raw';
  readonly family: 'ipv4' | 'ipv6' | 'unix';
  /** Where a stream is in its life; of others, whether they are bound. */
  readonly state: 'open' | 'bound' | 'accepting' | 'listening' | 'connecting' | 'connected' | 'refused';
  /** As `127.0.0.1:80`; null for none. */
  readonly local: string | null;
  readonly remote: string | null;
  readonly nonBlocking: boolean;
  /** It made its connection itself. */
  readonly hasConnected: boolean;
  /** The peer has ended its stream. */
  readonly peerEnded: boolean;
  readonly sendShutdown: boolean;
  readonly receiveShutdown: boolean;
  /** The Winsock error that the connection was cut with, or 0. */
  readonly connectionError: number;
  readonly urgentInline: boolean;
  readonly notification: NotificationInspection | null;
  /** All ten, from the lowest bit up. */
  readonly events: readonly EventInspection[];
  /** What waits for its end. */
  readonly requests: readonly RequestInspection[];
  readonly queues: {
    /** Bytes that can be read. */
    readonly unread: number;
    /** Connections that wait to be accepted, and how many may. */
    readonly backlog: number;
    readonly backlogLimit: number;
    /** Bytes sent that the transport has not taken, and how many may be before a send has to wait. */
    readonly unsent: number;
    readonly sendBuffer: number;
  };
  /** Null without a request queue. */
  readonly registeredIo: RegisteredIoInspection | null;
  readonly completionPort: { readonly handle: number | null; readonly key: number } | null;
}

/** Tells of the objects that it knows; null of others. */
export type Inspector = (object: KernelObject) => SocketInspection | null;

const KEY = Symbol('inspectors');

function inspectorsOf(process: Process): Set<Inspector> {
  return process.moduleData(KEY, () => new Set<Inspector>());
}

/** To be called by a device that makes objects. */
export function addInspector(process: Process, inspector: Inspector): void {
  inspectorsOf(process).add(inspector);
}

/** What is known of an object, or null. */
export function inspectObject(process: Process, object: KernelObject): SocketInspection | null {
  for (const inspector of inspectorsOf(process)) {
    const found = inspector(object);
    if (found !== null) return found;
  }
  return null;
}
