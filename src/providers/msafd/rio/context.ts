// Contexts: pointer-sized values that a program gets back with a result. Kept as two halves, so that passing one on makes
// no object.
import type { RioContext } from '../../../spi/index.js';

const HALF = 0x1_0000_0000;
const LOW_HALF = 0xffff_ffffn;

/** The low 32 bits. */
export function lowHalf(context: RioContext): number {
  if (context === null) return 0;
  return typeof context === 'number' ? context >>> 0 : Number(context & LOW_HALF);
}

/** The high 32 bits; those of a negative number are its sign's. */
export function highHalf(context: RioContext): number {
  if (context === null) return 0;
  if (typeof context === 'number') return context >= 0 && context < HALF ? 0 : Math.floor(context / HALF) >>> 0;
  return Number((context >> 32n) & LOW_HALF);
}
