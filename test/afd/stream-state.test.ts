// Every event in every state of a stream endpoint.
import { describe, expect, test } from 'vitest';
import { nextState, type StreamEvent, type StreamState } from '../../src/afd/stream-state.js';
import { AfdBench } from './bench.js';

const STATES: readonly StreamState[] = ['open', 'bound', 'listening', 'accepting', 'connecting', 'connected', 'refused'];

/** The state after each event, by the state before it in the order above; null: the event does not belong there. */
const TABLE: Readonly<Record<StreamEvent, readonly (StreamState | null)[]>> = {
  bind: ['bound', null, null, null, null, null, 'bound'],
  listen: [null, 'listening', 'listening', null, null, null, null],
  reserve: ['accepting', null, null, null, null, null, null],
  release: [null, null, null, 'open', null, null, null],
  connect: ['connecting', 'connecting', null, null, null, null, 'connecting'],
  connected: ['connected', null, null, 'connected', 'connected', null, null],
  failed: [null, null, null, null, 'refused', null, null],
  recycle: [null, null, null, null, null, 'open', null],
};

const CELLS = (Object.entries(TABLE) as [StreamEvent, readonly (StreamState | null)[]][]).flatMap(([event, row]) =>
  STATES.map((state, index) => ({ event, state, next: row[index] ?? null })),
);

describe('the table of transitions', () => {
  test.each(CELLS)('$event while $state: $next', ({ event, state, next }) => {
    expect(nextState(state, event)).toBe(next);
  });
});

describe('an endpoint', () => {
  test.each(CELLS)('$event while $state: $next', ({ event, state, next }) => {
    const endpoint = new AfdBench().stream();
    endpoint.state = state;
    if (next === null) {
      expect(() => endpoint.move(event)).toThrow(new RegExp(`${event}.*${state}`));
      expect(endpoint.state).toBe(state);
      return;
    }
    endpoint.move(event);
    expect(endpoint.state).toBe(next);
  });
});
