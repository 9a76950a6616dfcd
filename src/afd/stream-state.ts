// The states of a stream endpoint, as predicates over a table of transitions. Shutdown and reset are not states: they
// are facts about a connection, kept beside it.

/** Where a stream endpoint is in its life. */
export type StreamState = 'open' | 'bound' | 'listening' | 'connecting' | 'connected' | 'refused';

/** What moves it. */
export type StreamEvent = 'bind' | 'listen' | 'connect' | 'connected' | 'failed';

const TRANSITIONS: Readonly<Record<StreamEvent, Partial<Record<StreamState, StreamState>>>> = {
  bind: { open: 'bound', refused: 'bound' },
  listen: { bound: 'listening', listening: 'listening' },
  connect: { open: 'connecting', bound: 'connecting', refused: 'connecting' },
  // An accepted connection is connected from the start.
  connected: { connecting: 'connected', open: 'connected' },
  failed: { connecting: 'refused' },
};

/** The state after `event`, or null when the event does not belong there. */
export function nextState(state: StreamState, event: StreamEvent): StreamState | null {
  return TRANSITIONS[event][state] ?? null;
}
