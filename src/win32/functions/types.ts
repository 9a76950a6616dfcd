// Types that only the Windows functions need.

/** A truth value passed in: C's int, or what TypeScript would rather write. */
export type BOOL = number | boolean;

/** A thread's function: its number is the exit code, anything else makes that 0. A promise it returns is waited for. */
export type LPTHREAD_START_ROUTINE<P = unknown> = (lpThreadParameter: P) => unknown;

/** An APC's function. A promise it returns is waited for before the next one runs. */
export type PAPCFUNC<P = number> = (Parameter: P) => unknown;
