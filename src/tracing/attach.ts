// Listening: to all processes or to one, to all layers or to some, in text or for a viewer. What is written where is the
// caller's business.
import { listenToTrace, type Process, type TraceListener } from '../index.js';
import { ChromeTrace } from './chrome.js';
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
 * Writes every call in the Chrome trace format, as one JSON array: a file of it opens in Perfetto (ui.perfetto.dev) and
 * chrome://tracing, even one whose end is missing.
 *
 * @param write - gets the text piece by piece
 * @param options - what is listened to
 * @returns ends it, and the array
 */
export function attachChrome(write: (text: string) => void, options: AttachOptions = {}): Detach {
  let before = '[\n';
  const trace = new ChromeTrace((event) => {
    write(`${before}${JSON.stringify(event)}`);
    before = ',\n';
  });
  return once(hear(options, trace.listener), () => {
    trace.finish();
    write(before === '[\n' ? '[]\n' : '\n]\n');
  });
}
