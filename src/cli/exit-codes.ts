// What the exit status of `winsock` says; the whole list.

/** It did what it was asked. */
export const OK = 0;
/** The operation failed; one line on stderr says why. */
export const FAILED = 1;
/** The command line itself was wrong, and nothing was tried. */
export const USAGE = 2;
/** It did its work and found something wrong: `doctor`, `selftest`. */
export const FINDINGS = 3;
/** Ctrl-C, as shells count it. */
export const INTERRUPTED = 130;

/** The same for people, in the order of the numbers. */
export const EXIT_CODES: readonly (readonly [number, string])[] = [
  [OK, 'it did what it was asked'],
  [FAILED, 'the operation failed; one line on stderr says why'],
  [USAGE, 'the command line was wrong, and nothing was tried'],
  [FINDINGS, '`doctor` or `selftest` found something wrong'],
  [INTERRUPTED, 'stopped by Ctrl-C'],
];
