// Owns: how a case of any compliance suite is declared to the runner, and what a skip means.
// Does not own: the cases, nor what they work with.
import type { TestApi, TestBody } from './test-api.js';

/** A case that an implementer does not pass, and why. It fails as soon as the case passes. */
export interface Skip {
  /** The case's name; for a driver with what it is run for, as in 'stream ipv4: bytes travel both ways'. */
  readonly case: string;
  readonly reason: string;
}

/** Declares one case: as a test, or, when it is skipped, as a test that has to fail. */
export function declareCase(api: TestApi, title: string, skip: Skip | undefined, body: TestBody): void {
  if (skip === undefined) {
    api.it(title, body);
    return;
  }
  const { it } = api;
  const known = `${title} (skipped: ${skip.reason})`;
  const fails = it.fails ?? it.failing;
  if (fails === undefined) it(known, () => mustFail(body, title));
  else fails(known, body);
}

async function mustFail(body: TestBody, title: string): Promise<void> {
  try {
    await body();
  } catch {
    return;
  }
  throw new Error(`'${title}' is skipped, but passes: take the skip away`);
}

/** Declares the test that no skip is left over from a case that is gone or was renamed. */
export function declareSkipCheck({ it, expect }: TestApi, names: readonly string[], skips: readonly Skip[]): void {
  it('every skip names a case, and every case has a name of its own', () => {
    expect(names).toEqual(expect.arrayContaining(skips.map((skip) => skip.case)));
    expect(new Set(names).size).toBe(names.length);
  });
}
