// One of Winsock's tracing events on one line: errors by name, families, types and protocols too.
import { constantTexts, errorName, errorOfStatus, type EventValue, type WinsockEvent } from '../index.js';
import { milliseconds } from './text.js';

/** Fields that hold an error, or 0. */
const ERRORS = new Set(['Status', 'Error', 'Reason']);

const ENTER_EXIT = ['enter', 'exit', 'internal', 'transport', 'afd'];

const NAMED: Readonly<Record<string, (value: number) => string | undefined>> = {
  AddressFamily: constantTexts.family,
  SocketType: constantTexts.type,
  Protocol: constantTexts.protocol,
  EventMask: constantTexts.networkEvents,
  EnterExit: (value) => ENTER_EXIT[value],
  Buffer: (value) => `0x${value.toString(16)}`,
};

/** The fields of an event with their values as a reader wants them: what has a name by name. */
export function eventFields({ data }: WinsockEvent): Readonly<Record<string, EventValue>> {
  return Object.fromEntries(Object.entries(data).map(([field, value]) => [field, readable(field, value)]));
}

function readable(field: string, value: EventValue): EventValue {
  if (typeof value !== 'number') return value;
  if (ERRORS.has(field)) return value === 0 ? 0 : errorName(errorOfStatus(value));
  return NAMED[field]?.(value) ?? value;
}

/** An event on one line, with its time in milliseconds. */
export function eventText(event: WinsockEvent): string {
  const fields = Object.entries(eventFields(event)).map(([field, value]) => {
    const text = String(value);
    return `${field}=${text.includes(' ') ? JSON.stringify(text) : text}`;
  });
  return `${milliseconds(event.time).padStart(12)} ${event.process.name} ${event.name} (${event.id}) ${fields.join(' ')}`;
}
