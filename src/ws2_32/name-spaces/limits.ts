// How long WS2_32 waits for one name space provider, in milliseconds of the process's clock.

/** One that takes longer than this goes behind those that have answered. */
export const PATIENCE = 2_000;
/** One that takes longer than this for one step is left out of the query from then on: WSAETIMEDOUT. */
export const LONGEST_STEP = 30_000;
