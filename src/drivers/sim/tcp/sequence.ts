// Sequence numbers (RFC 9293 section 3.4). They are kept as signed 32-bit integers, which engines hold without a box, and
// compared by the sign of their difference, so that they wrap around by themselves.

/** The number `count` after `from`. */
export function after(from: number, count: number): number {
  return (from + count) | 0;
}

/** How far it is from one to the other; negative if `to` comes first. */
export function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** Whether `a` comes before `b`. */
export function precedes(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

/** The later one of two. */
export function later(a: number, b: number): number {
  return ((a - b) | 0) < 0 ? b : a;
}

/** The earlier one of two. */
export function earlier(a: number, b: number): number {
  return ((a - b) | 0) < 0 ? a : b;
}
