// Looking at promises without waiting for time to pass.

/** Enough turns for everything that only waits for promises to come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** What `promise` gives, or 'waiting' if it waits for something that has not happened. */
export async function outcome<T>(promise: T | Promise<T>): Promise<T | 'waiting'> {
  let result: T | 'waiting' = 'waiting';
  void Promise.resolve(promise).then((value) => {
    result = value;
  });
  await settle();
  return result;
}
