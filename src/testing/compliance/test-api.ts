// Owns: what the compliance suites ask of a test runner. vitest's module fits as it is (`import * as vitest`), and so do
// the functions of every runner that follows jest.
// Does not own: anything of a runner. Nothing is imported here, so the suites run wherever a runner does.

/** What is asked of a value. */
export interface Assertions {
  readonly not: Assertions;
  readonly rejects: { readonly toBe: (expected: unknown) => Promise<void> };
  readonly toBe: (expected: unknown) => void;
  readonly toBeGreaterThan: (least: number) => void;
  readonly toBeNull: () => void;
  readonly toContain: (member: unknown) => void;
  readonly toContainEqual: (member: unknown) => void;
  readonly toEqual: (expected: unknown) => void;
  readonly toMatchObject: (expected: object) => void;
}

/** The runner's `expect`, as far as the suites use it. */
export interface Expect {
  (value: unknown): Assertions;
  readonly any: (type: NumberConstructor) => unknown;
  readonly arrayContaining: (members: unknown[]) => unknown;
  readonly stringMatching: (pattern: RegExp) => unknown;
}

/** What a test does, and what goes before and after it. */
export type TestBody = () => void | Promise<void>;

type Declare = (name: string, body: TestBody) => unknown;

/** The runner's `it`. */
export interface TestFunction {
  (name: string, body: TestBody): unknown;
  readonly skip: Declare;
  /** Declares a test that has to fail, as vitest names it. Without either of the two, one that throws has failed. */
  readonly fails?: Declare;
  /** The same, as jest names it. */
  readonly failing?: Declare;
}

/** A test runner. */
export interface TestApi {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: TestFunction;
  readonly beforeEach: (body: TestBody) => unknown;
  readonly afterEach: (body: TestBody) => unknown;
  readonly expect: Expect;
}
