// Giving back lists of addresses, whichever function made them.

interface Freed {
  ai_addr: unknown;
  ai_canonname: string | null;
  ai_next: Freed | null;
}

/** Takes a list apart, so that what was freed cannot be gone on with. */
export function release(first: Freed | null): void {
  let entry = first;
  while (entry !== null) {
    const next = entry.ai_next;
    entry.ai_addr = null;
    entry.ai_canonname = null;
    entry.ai_next = null;
    entry = next;
  }
}
