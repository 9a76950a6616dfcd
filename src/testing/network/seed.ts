// Seeds: where they come from when a failure is to be seen again, and how a failure names its own.

/** The environment variable that names the one seed to run. */
const VARIABLE = 'WINSOCK2_SEED';

/** The seed that the environment asks for, or null. */
export function seedFromEnvironment(): number | null {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const text = process?.env?.[VARIABLE];
  if (text === undefined || text === '') return null;
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`${VARIABLE} is not a seed: '${text}'`);
  return seed;
}

/** The same error, with the seed at the end of its message. */
export function withSeedIn(error: unknown, seed: number): unknown {
  if (!(error instanceof Error)) return error;
  const note = `(seed ${seed}; ${VARIABLE}=${seed} runs it again)`;
  if (error.message.includes(note)) return error;
  try {
    // The error itself and no other: test runners show what it has besides a message.
    error.message = `${error.message}\n${note}`;
  } catch {
    return new Error(`${error.message}\n${note}`, { cause: error });
  }
  return error;
}
