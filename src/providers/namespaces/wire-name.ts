// The walk over a name in a DNS message, for unicast and multicast DNS alike. Whoever sent it may have meant harm: compression
// may only point backwards, and a name has its limits, so that every name ends, and soon. How labels become text is not owned
// here.

/** The longest label (RFC 1035 section 3.1). */
const MAX_LABEL = 63;
/** Of a whole name on the wire, with its length bytes. */
const MAX_NAME = 255;
/** Pointers in one name: one for each label of the longest. A message of pointers through pointers would keep a program busy. */
const MAX_POINTERS = 127;
const POINTER = 0xc0;

/** The labels of a name, and where what follows it begins. */
export interface LabelsRead {
  /** Parts of the message, not copies. */
  readonly labels: readonly Uint8Array[];
  readonly end: number;
}

/** The labels of the name at `start` of a message; null for a name that is not allowed. */
export function readLabels(bytes: Uint8Array, start: number): LabelsRead | null {
  const labels: Uint8Array[] = [];
  let length = 1;
  let end: number | null = null;
  let at = start;
  /** Each pointer has to lead before everything read so far, so there is no loop. */
  let limit = start;
  let pointers = 0;
  for (;;) {
    const head = bytes[at];
    if (head === undefined) return null;
    if (head === 0) return { labels, end: end ?? at + 1 };
    if (head >= POINTER) {
      const low = bytes[at + 1];
      const target = ((head & ~POINTER) << 8) | (low ?? 0);
      pointers += 1;
      if (low === undefined || target >= limit || pointers > MAX_POINTERS) return null;
      end ??= at + 2;
      limit = target;
      at = target;
      continue;
    }
    const next = at + 1 + head;
    length += head + 1;
    if (head > MAX_LABEL || next > bytes.length || length > MAX_NAME) return null;
    labels.push(bytes.subarray(at + 1, next));
    at = next;
  }
}
