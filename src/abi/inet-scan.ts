// Reading an internet address at the start of a text, and where reading stopped. Whole texts are inet-text.ts's.

/** What reading an address at the start of a text gave. */
export interface AddressScan {
  /** The address in network order; null when there is none. */
  readonly bytes: Uint8Array | null;
  /** Where reading stopped: behind the address, or at what was not expected. */
  readonly end: number;
}

interface Part {
  /** Null when the part is not a number of the wanted form. */
  readonly value: number | null;
  readonly end: number;
}

/** Reads IPv4 text: with `strict` four decimal parts, else one to four, each decimal, octal (0) or hexadecimal (0x). */
export function scanIpv4(text: string, strict: boolean): AddressScan {
  const parts: number[] = [];
  let end = 0;
  for (;;) {
    const part = scanPart(text, end, strict);
    end = part.end;
    if (part.value === null) return { bytes: null, end };
    parts.push(part.value);
    if (text[end] !== '.') break;
    if (parts.length === 4) return { bytes: null, end };
    end += 1;
  }
  return { bytes: strict && parts.length !== 4 ? null : joinParts(parts), end };
}

function scanPart(text: string, start: number, strict: boolean): Part {
  let end = start;
  let base = 10;
  if (text[end] === '.') return { value: null, end: end + 1 };
  if (text[end] === '0' && /[xX\d]/.test(text[end + 1] ?? '')) {
    base = /\d/.test(text[end + 1] ?? '') ? 8 : 16;
    end += base === 8 ? 1 : 2;
    if (strict) return { value: null, end };
  }
  let value: number | null = null;
  for (;;) {
    const digit = parseInt(text[end] ?? '', base);
    if (Number.isNaN(digit)) return { value, end };
    // Only a sum that comes out smaller counts as too large, as Windows does it: 0x123456789 reads as 0x23456789.
    const next: number = ((value ?? 0) * base + digit) % 0x1_0000_0000;
    if (next < (value ?? 0)) return { value: null, end };
    value = next;
    end += 1;
  }
}

/** The last part fills what the others leave. */
function joinParts(parts: readonly number[]): Uint8Array | null {
  const last = parts.at(-1) ?? 0;
  const leading = parts.slice(0, -1);
  if (last >= 256 ** (5 - parts.length) || leading.some((value) => value > 255)) return null;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, last);
  bytes.set(leading);
  return bytes;
}

/** Reads IPv6 text: eight groups, or fewer with one `::`; the last two may be dotted. */
export function scanIpv6(text: string): AddressScan {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let end = gap === 0 ? 2 : 0;
  // A group must follow a single colon; behind `::` there may be none.
  let wanted = gap < 0;
  for (;;) {
    const used = groups.length + (gap < 0 ? 0 : 1);
    const group = matchAt(/[\da-fA-F]+/y, text, end);
    if (used === 8 || (group === '' && !wanted)) break;
    if (group === '') return { bytes: null, end };
    if (used <= 6 && text[end + group.length] === '.' && /^\d+$/.test(group)) {
      const tail = scanDotted(text, end);
      end = tail.end;
      if (tail.groups === null) return { bytes: null, end };
      groups.push(...tail.groups);
      break;
    }
    end += group.length;
    if (group.length > 4) return { bytes: null, end };
    groups.push(parseInt(group, 16));
    if (used === 7 || text[end] !== ':') break;
    wanted = text[end + 1] !== ':';
    if (!wanted && gap >= 0) break;
    if (!wanted) gap = groups.length;
    end += wanted ? 1 : 2;
  }
  const missing = 8 - groups.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return { bytes: null, end };
  if (gap >= 0) groups.splice(gap, 0, ...new Array<number>(missing).fill(0));
  const bytes = new Uint8Array(16);
  for (const [index, value] of groups.entries()) new DataView(bytes.buffer).setUint16(2 * index, value);
  return { bytes, end };
}

/** The dotted end of an IPv6 address, as two groups: decimal parts of up to three digits, leading zeros allowed. */
function scanDotted(text: string, start: number): { groups: [number, number] | null; end: number } {
  const parts: number[] = [];
  let end = start;
  while (parts.length < 4) {
    const digits = matchAt(/\d+/y, text, end);
    end += digits.length;
    if (digits === '' || digits.length > 3 || Number(digits) > 255) return { groups: null, end };
    parts.push(Number(digits));
    if (parts.length === 4) break;
    if (text[end] !== '.') return { groups: null, end };
    end += 1;
  }
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  return { groups: [(a << 8) | b, (c << 8) | d], end };
}

function matchAt(pattern: RegExp, text: string, start: number): string {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0] ?? '';
}
