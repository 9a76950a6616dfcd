// Publishing events: one channel for each provider and level. Which events there are is table.ts's; who makes them, afd's
// and the catalog's business.
import type { Clock } from '../clock.js';
import { listenToChannel, openChannel } from '../platform.js';
import type { TraceSource } from '../trace.js';
import {
  EVENT_PROVIDERS,
  TRACE_LEVEL_INFORMATION,
  TRACE_LEVEL_VERBOSE,
  winsockEvents,
  type EventKind,
  type EventLevel,
  type EventName,
  type EventProvider,
} from './table.js';

/** The value of a field. */
export type EventValue = number | string | boolean;

/** An event, as it is published. */
export interface WinsockEvent {
  /** The provider's name: Microsoft-Windows-Winsock-AFD. */
  readonly provider: string;
  readonly name: EventName;
  readonly id: number;
  readonly level: EventLevel;
  /** Milliseconds of the process's clock. */
  readonly time: number;
  readonly process: TraceSource;
  /** The thread of the call that made it; 0 for what came from the network. */
  readonly thread: number;
  /** The fields, in the order of the event's row in `winsockEvents`. */
  readonly data: Readonly<Record<string, EventValue>>;
}

/**
 * The name of a diagnostics channel. That of the verbose level carries the events of both levels, as ETW's levels do, so
 * one is enough.
 */
export function eventChannel(provider: EventProvider, level: EventLevel): string {
  return `winsock2:${EVENT_PROVIDERS[provider]}:${level === TRACE_LEVEL_VERBOSE ? 'verbose' : 'information'}`;
}

const channels = {
  afd: { information: openChannel(eventChannel('afd', TRACE_LEVEL_INFORMATION)), verbose: openChannel(eventChannel('afd', TRACE_LEVEL_VERBOSE)) },
  ws2help: {
    information: openChannel(eventChannel('ws2help', TRACE_LEVEL_INFORMATION)),
    verbose: openChannel(eventChannel('ws2help', TRACE_LEVEL_VERBOSE)),
  },
} as const;

/** The events of one process. */
export class EventWriter {
  readonly #process: TraceSource & { readonly clock: Clock };

  constructor(process: TraceSource & { readonly clock: Clock }) {
    this.#process = process;
  }

  /** Whether anybody listens to afd; ask before anything is computed for an event. */
  get afd(): boolean {
    return channels.afd.information.hasSubscribers || channels.afd.verbose.hasSubscribers;
  }

  /** Whether anybody listens to afd at the verbose level. */
  get afdVerbose(): boolean {
    return channels.afd.verbose.hasSubscribers;
  }

  /** Whether anybody listens to changes of the catalog. */
  get ws2help(): boolean {
    return channels.ws2help.information.hasSubscribers || channels.ws2help.verbose.hasSubscribers;
  }

  /** Publishes an event; `ipv6` chooses between two ids where there are two. */
  write(name: EventName, thread: number, data: Readonly<Record<string, EventValue>>, ipv6 = false): void {
    const kind: EventKind = winsockEvents[name];
    const { information, verbose } = channels[kind.provider];
    const event: WinsockEvent = {
      provider: EVENT_PROVIDERS[kind.provider],
      name,
      id: ipv6 ? (kind.idIpv6 ?? kind.id) : kind.id,
      level: kind.level,
      time: this.#process.clock.now(),
      process: this.#process,
      thread,
      data,
    };
    if (kind.level === TRACE_LEVEL_INFORMATION) information.publish(event);
    verbose.publish(event);
  }
}

/** Which events are wanted. */
export interface EventSelection {
  /** TRACE_LEVEL_INFORMATION (4) if left out, or TRACE_LEVEL_VERBOSE (5), which includes it. */
  readonly level?: EventLevel;
  /** Both if left out. */
  readonly providers?: readonly EventProvider[];
}

/**
 * Hears the events of all processes.
 *
 * @param listener - called while the event happens; what it throws is an uncaught exception of the program
 * @param selection - which events
 * @returns ends it
 */
export function listenToEvents(listener: (event: WinsockEvent) => void, selection: EventSelection = {}): () => void {
  const { level = TRACE_LEVEL_INFORMATION, providers = ['afd', 'ws2help'] } = selection;
  const ends = providers.map((provider) =>
    listenToChannel(eventChannel(provider, level), (message) => {
      listener(message as WinsockEvent);
    }),
  );
  return () => {
    for (const end of ends) end();
  };
}
