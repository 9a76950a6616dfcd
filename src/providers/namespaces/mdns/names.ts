// DNS names as multicast DNS has them: UTF-8 labels in which dots may stand, the same in any ASCII case. As text, a dot or a
// backslash inside a label is escaped with a backslash.

/** The longest label and the longest name, in bytes. */
const LABEL_LIMIT = 63;
const NAME_LIMIT = 255;

const encoder = new TextEncoder();

/** The labels of a name's text; a dot at its end says nothing. */
export function labelsOf(name: string): string[] {
  const labels: string[] = [];
  let label = '';
  for (let i = 0; i < name.length; i++) {
    const char = name.charAt(i);
    if (char === '.') {
      labels.push(label);
      label = '';
    } else if (char === '\\' && i + 1 < name.length) {
      i += 1;
      label += name.charAt(i);
    } else {
      label += char;
    }
  }
  if (label !== '') labels.push(label);
  return labels;
}

/** The text of labels. */
export function nameOf(...labels: readonly string[]): string {
  return labels.map((label) => label.replaceAll(/[.\\]/g, (char) => `\\${char}`)).join('.');
}

/** What two names that are the same have in common. Only ASCII has cases here (RFC 6762, 16). */
export function keyOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (char) => char.toLowerCase());
}

/** The name's bytes on the wire without compression, or null for one that cannot be there. */
export function nameBytes(name: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const label of labelsOf(name)) {
    const text = encoder.encode(label);
    if (text.length === 0 || text.length > LABEL_LIMIT) return null;
    bytes.push(text.length, ...text);
  }
  bytes.push(0);
  return bytes.length > NAME_LIMIT ? null : Uint8Array.from(bytes);
}

/** Whether it is a name under `local`, which multicast DNS is for. */
export function isLocal(name: string): boolean {
  const labels = labelsOf(name);
  return labels.length > 1 && keyOf(labels.at(-1) ?? '') === 'local';
}

/** `name` with ` (2)` or `-2` at its end, or with the next number, for one that is taken; never too long for a label. */
export function nextName(name: string, [before, after]: readonly [string, string]): string {
  const cut = name.endsWith(after) ? name.slice(0, name.length - after.length) : '';
  const at = cut.lastIndexOf(before);
  const number = at > 0 ? cut.slice(at + before.length) : '';
  const isNumbered = /^[1-9]\d{0,5}$/.test(number);
  const suffix = `${before}${String(isNumbered ? Number(number) + 1 : 2)}${after}`;
  let base = isNumbered ? cut.slice(0, at) : name;
  while (encoder.encode(base + suffix).length > LABEL_LIMIT) base = base.slice(0, -1);
  return base + suffix;
}
