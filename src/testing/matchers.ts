// Matchers for vitest (`expect.extend(winsockMatchers)`) and every runner with jest's protocol for them: did a call
// succeed, and if not, with which error. Nothing of vitest is imported: a matcher is a function that gives
// `{ pass, message }`.
import { SOCKET_ERROR, WSA_IO_PENDING, WSAGetLastError, errorName, errorText } from '../index.js';
import { Netstat, type NetstatQuery } from './netstat.js';

/** What a matcher answers. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Whose last error is meant: a host, or anything else with the C face of one process. */
export type ErrorSource = { readonly WSAGetLastError: () => number } | { readonly winsock: { readonly WSAGetLastError: () => number } };

/** What a call gave: its value, and the last error directly after it. */
interface Outcome {
  readonly value: unknown;
  readonly lastError: number;
}

/** What was expected of a promise is known later. */
type Answer<T> = T extends Promise<unknown> ? Promise<undefined> : undefined;

/**
 * The matchers as they appear on `expect(...)`. To make them known to the compiler, a test project has once, in any file:
 *
 *     import type { WinsockMatchers } from 'winsock2/testing';
 *     declare module 'vitest' {
 *       interface Matchers<T = any> extends WinsockMatchers<T> {}
 *     }
 */
export interface WinsockMatchers<T = unknown> {
  /**
   * The call just made has succeeded: not SOCKET_ERROR, INVALID_SOCKET, a null pointer, nor FALSE or a null handle with a
   * last error. `of` names the host when the call was made through its `winsock`; without it, it is the current process.
   * A promise may be given: then the result must be awaited. What returns its error without setting the last error
   * (WSAStartup) is to be compared with 0.
   */
  toSucceed(of?: ErrorSource): Answer<T>;
  /** The call just made has failed, with this error. */
  toFailWith(error: number, of?: ErrorSource): Answer<T>;
  /** The overlapped call just made is under way: WSA_IO_PENDING. */
  toBePending(of?: ErrorSource): Answer<T>;
  /** Among the sockets of a host (`expect(host.netstat())`) is one like this. */
  toHaveSocket(query: NetstatQuery): undefined;
}

/** For `expect.extend`. */
export const winsockMatchers = {
  toSucceed: (received: unknown, of?: ErrorSource) =>
    judge(received, of, (outcome) => ({
      pass: !hasFailed(outcome),
      message: () => `expected the call ${hasFailed(outcome) ? 'to succeed' : 'to fail'}; ${told(outcome, of)}`,
    })),

  toFailWith: (received: unknown, error: number, of?: ErrorSource) =>
    judge(received, of, (outcome) => ({
      pass: failedWith(outcome, error),
      message: () =>
        failedWith(outcome, error)
          ? `expected the call not to fail with ${named(error)}`
          : `expected the call to fail with ${named(error)}; ${told(outcome, of)}`,
    })),

  toBePending: (received: unknown, of?: ErrorSource) => winsockMatchers.toFailWith(received, WSA_IO_PENDING, of),

  toHaveSocket: (received: unknown, query: NetstatQuery): MatcherResult => {
    if (!(received instanceof Netstat)) throw new TypeError('toHaveSocket: expects what netstat() gives');
    const found = received.find(query);
    return {
      pass: found !== null,
      message: () => `expected ${found === null ? 'a' : 'no'} socket with ${JSON.stringify(query)} in\n${received.toString()}`,
    };
  },
};

function judge(
  received: unknown,
  of: ErrorSource | undefined,
  verdict: (outcome: Outcome) => MatcherResult,
): MatcherResult | Promise<MatcherResult> {
  // The last error is read where the value is known: it belongs to the code that awaited the call.
  if (received instanceof Promise) return received.then((value: unknown) => verdict({ value, lastError: lastErrorOf(of) }));
  return verdict({ value: received, lastError: lastErrorOf(of) });
}

function lastErrorOf(of: ErrorSource | undefined): number {
  if (of === undefined) return WSAGetLastError();
  return 'winsock' in of ? of.winsock.WSAGetLastError() : of.WSAGetLastError();
}

function hasFailed({ value, lastError }: Outcome): boolean {
  // A call that succeeded leaves 0 as the last error, so a zero with an error is FALSE or a null handle.
  if (value === 0 || value === false) return lastError !== 0;
  if (value === SOCKET_ERROR || value === null || value === undefined) return true;
  // getaddrinfo and its like return the error itself, which is then the last error as well.
  return lastError !== 0 && value === lastError;
}

function failedWith(outcome: Outcome, error: number): boolean {
  const returned = error !== 0 && outcome.value === error;
  return returned || (hasFailed(outcome) && outcome.lastError === error);
}

function named(error: number): string {
  return `${errorName(error)} (${error}, ${errorText(error)})`;
}

function told(outcome: Outcome, of: ErrorSource | undefined): string {
  const value = String(outcome.value);
  if (!hasFailed(outcome)) return `it returned ${value}`;
  const why = `it returned ${value} with ${named(outcome.lastError)}`;
  if (outcome.lastError !== 0 || of !== undefined) return why;
  return `${why}. If the call was made through a host's winsock, name the host: toSucceed(host), toFailWith(error, host)`;
}
