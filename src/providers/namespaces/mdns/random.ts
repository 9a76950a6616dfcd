// Chance, for jitter: from a seed, so that what happens can be made to happen again, or from anywhere.

/** Clocks round: what is due within this many milliseconds is due, or a timer would be set again and again for nothing. */
export const TICK = 1;

/** A source of chance. */
export interface Random {
  /** A number from `low` up to `high`. */
  between(low: number, high: number): number;
}

/** The numbers that belong to a text, always the same ones. */
export function seeded(text: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return {
    between: (low, high) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return low + (((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * (high - low);
    },
  };
}

/** Numbers that nobody can foretell. */
export const unseeded: Random = {
  between: (low, high) => low + ((globalThis.crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 0x1_0000_0000) * (high - low),
};
