// Listening: to all processes or to one, to all layers or to some, in text or for a viewer. What is written where is the
// caller's business.
import {
  listenToEvents,
  listenToTrace,
  type EventLevel,
  type EventProvider,
  type Process,
  type TraceListener,
  type WinsockEvent,
} from '../index.js';
import { ChromeTrace } from './chrome.js';
import { eventFields, eventText } from './event-text.js';
import { isOfLayers } from './layers.js';
import { TextTrace, type TextOptions, type WriteLine } from './text.js';

/** What is listened to. */
export interface AttachOptions {
  /** One process only, all of them if left out. */
  readonly process?: Process;
  /** Some layers only: `api`, `ws2_32`, `provider` (all of them), a provider's module, `afd`, `driver`. */
  readonly layers?: readonly string[];
}

/** Ends what an `attach…` function began. Calling it again does nothing. */
export type Detach = () => void;

/** Has `listener` hear the calls asked for. */
function hear({ process, layers }: AttachOptions, listener: TraceListener): Detach {
  const filtered: TraceListener = (report) => {
    if (isOfLayers(report, layers)) listener(report);
  };
  return process === undefined ? listenToTrace(filtered) : process.trace.listen(filtered);
}

/** Which events are listened to. */
export interface EventOptions {
  /** One process only, all of them if left out. */
  readonly process?: Process;
  /** TRACE_LEVEL_INFORMATION (4) if left out, or TRACE_LEVEL_VERBOSE (5). */
  readonly level?: EventLevel;
  /** `afd`, `ws2help`; both if left out. */
  readonly providers?: readonly EventProvider[];
}

/** Has `listener` hear the events asked for. */
function hearEvents({ process, ...selection }: EventOptions, listener: (event: WinsockEvent) => void): Detach {
  return listenToEvents((event) => {
    if (process === undefined || event.process === process) listener(event);
  }, selection);
}

/** Ends several things, once. */
function once(...ends: readonly Detach[]): Detach {
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    for (const end of ends) end();
  };
}

/**
 * Writes every call as text, a line for each layer that it crosses.
 *
 * @param write - gets each line, without its end
 * @param options - what is listened to, and how lines look; with times and durations if left out
 * @returns ends it
 */
export function attachText(write: WriteLine, options: AttachOptions & TextOptions = {}): Detach {
  const trace = new TextTrace(write, { times: true, durations: true, ...options });
  return once(hear(options, trace.listener), () => {
    trace.finish();
  });
}

/**
 * Writes Winsock's tracing events as text, a line for each: the time in milliseconds, the process, the event's name and id,
 * and its fields.
 *
 * @param write - gets each line, without its end
 * @param options - which events
 * @returns ends it
 */
export function attachEvents(write: WriteLine, options: EventOptions = {}): Detach {
  return once(
    hearEvents(options, (event) => {
      write(eventText(event));
    }),
  );
}

/**
 * Writes every call in the Chrome trace format, as one JSON array: a file of it opens in Perfetto (ui.perfetto.dev) and
 * chrome://tracing, even one whose end is missing.
 *
 * @param write - gets the text piece by piece
 * @param options - what is listened to; with a `level`, Winsock's tracing events are put between the calls
 * @returns ends it, and the array
 */
export function attachChrome(write: (text: string) => void, options: AttachOptions & EventOptions = {}): Detach {
  let before = '[\n';
  const trace = new ChromeTrace((event) => {
    write(`${before}${JSON.stringify(event)}`);
    before = ',\n';
  });
  const moment = (event: WinsockEvent): void => {
    trace.moment({ ...event, category: 'event', args: eventFields(event) });
  };
  const events = options.level === undefined ? [] : [hearEvents(options, moment)];
  return once(hear(options, trace.listener), ...events, () => {
    trace.finish();
    write(before === '[\n' ? '[]\n' : '\n]\n');
  });
}
