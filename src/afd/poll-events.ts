// What can be seen of an endpoint from outside: the readiness bits. select, WSAPoll and the FD_* events are all read from
// these.

/** Data, or for a listener nothing: see ACCEPT. */
export const POLL_RECEIVE = 0x001;
/** Urgent data outside the stream. */
export const POLL_RECEIVE_EXPEDITED = 0x002;
/** A send would not wait. */
export const POLL_SEND = 0x004;
/** The peer has ended the stream gracefully. */
export const POLL_DISCONNECT = 0x008;
/** The connection was cut. */
export const POLL_ABORT = 0x010;
/** The handle was closed here while somebody waited. */
export const POLL_LOCAL_CLOSE = 0x020;
/** A connect succeeded. */
export const POLL_CONNECT = 0x040;
/** A connection waits to be accepted. */
export const POLL_ACCEPT = 0x080;
/** A connect failed. */
export const POLL_CONNECT_FAIL = 0x100;
