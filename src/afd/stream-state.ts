// The states of a stream endpoint, as predicates over a table of transitions. Shutdown and reset are not states: they
// are facts about a connection, kept beside it.

/** Where a stream endpoint is in its life; `accepting` is one that waits for the connection of an AcceptEx. */
export type StreamState = 'open' | 'bound' | 'listening' | 'accepting' | 'connecting' | 'connected' | 'refused';

/** What moves it. */
export type StreamEvent = 'bind' | 'listen' | 'reserve' | 'release' | 'connect' | 'connected' | 'failed' | 'recycle';

const TRANSITIONS: Readonly<Record<StreamEvent, Partial<Record<StreamState, StreamState>>>> = {
  bind: { open: 'bound', refused: 'bound' },
  listen: { bound: 'listening', listening: 'listening' },
  reserve: { open: 'accepting' },
  release: { accepting: 'open' },
  connect: { open: 'connecting', bound: 'connecting', refused: 'connecting' },
  // An accepted connection is connected from the start.
  connected: { connecting: 'connected', open: 'connected', accepting: 'connected' },
  failed: { connecting: 'refused' },
  // The connection is over and the socket is there for another one.
  recycle: { connected: 'open' },
};

/** The state after `event`, or null when the event does not belong there. */
export function nextState(state: StreamState, event: StreamEvent): StreamState | null {
  return TRANSITIONS[event][state] ?? null;
}
