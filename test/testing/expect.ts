// Gives vitest's `expect` the matchers, as a test project does it once.
import { expect } from 'vitest';
import { winsockMatchers, type WinsockMatchers } from 'winsock2/testing';

expect.extend(winsockMatchers);

declare module 'vitest' {
  // The parameter must be the same as in vitest's own declaration.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-explicit-any
  interface Matchers<T = any> extends WinsockMatchers<T> {}
}
