// What the preload module is asked for, as environment variables say it. Reads a list of variables and nothing else.
import { LAYERS } from './layers.js';

/** The variables and what they mean; the order is that of the documentation. */
export const TRACE_VARIABLES = {
  WINSOCK2_TRACE: 'text (if left out): each call, a line for each layer; chrome: the same as a timeline for Perfetto; events: the AFD and catalog events; off: nothing',
  WINSOCK2_TRACE_FILE: 'the file to write, %p in it is the process id; standard error if left out, and for chrome winsock2-trace-%p.json',
  WINSOCK2_TRACE_LEVEL: 'which events: information (4) or verbose (5); information if left out',
  WINSOCK2_TRACE_LAYERS: `which layers, separated by commas: ${LAYERS.join(', ')}, or a provider's module; all if left out`,
} as const;

/** What a trace is written as. */
export const TRACE_FORMATS = ['text', 'chrome', 'events', 'off'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** What was asked for. */
export interface TraceSettings {
  readonly format: TraceFormat;
  /** Null: standard error. */
  readonly file: string | null;
  readonly level: 4 | 5;
  /** Undefined: all. */
  readonly layers: readonly string[] | undefined;
}

const LEVELS: ReadonlyMap<string, 4 | 5> = new Map([['', 4], ['information', 4], ['4', 4], ['verbose', 5], ['5', 5]]);

type Variables = Readonly<Partial<Record<string, string>>>;

/**
 * Reads the settings.
 *
 * @param env - the variables; see `TRACE_VARIABLES`
 * @param pid - stands for `%p` in a file's name
 * @returns the settings, or what is wrong with a variable, in words
 */
export function traceSettings(env: Variables, pid: number): TraceSettings | string {
  const format = TRACE_FORMATS.find((one) => one === (env['WINSOCK2_TRACE'] ?? '')) ?? null;
  if (format === null && (env['WINSOCK2_TRACE'] ?? '') !== '') {
    return `WINSOCK2_TRACE must be one of ${TRACE_FORMATS.join(', ')}, not ${env['WINSOCK2_TRACE'] ?? ''}`;
  }
  const level = LEVELS.get(env['WINSOCK2_TRACE_LEVEL'] ?? '');
  if (level === undefined) return `WINSOCK2_TRACE_LEVEL must be information or verbose, not ${env['WINSOCK2_TRACE_LEVEL'] ?? ''}`;
  const layers = (env['WINSOCK2_TRACE_LAYERS'] ?? '').split(',').map((layer) => layer.trim()).filter((layer) => layer !== '');
  const unset = format === 'chrome' ? 'winsock2-trace-%p.json' : '';
  const file = (env['WINSOCK2_TRACE_FILE'] ?? '') === '' ? unset : (env['WINSOCK2_TRACE_FILE'] ?? '');
  return {
    format: format ?? 'text',
    file: file === '' ? null : file.replaceAll('%p', String(pid)),
    level,
    layers: layers.length === 0 ? undefined : layers,
  };
}
