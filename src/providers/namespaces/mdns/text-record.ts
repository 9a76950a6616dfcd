// TXT records of services, and what of a service Winsock puts into them: a comment is `note`, a version is `version`; a blob is
// the record's data itself.
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LONGEST = 255;
/** RFC 6763, 6.2: more does not fit into one packet with the rest. */
const LARGEST = 1300;

/** What a service says of itself. */
export interface ServiceText {
  readonly comment: string | null;
  readonly version: number | null;
  readonly blob: Uint8Array | null;
}

/** The strings of TXT's data. */
function stringsOf(data: Uint8Array): string[] | null {
  const strings: string[] = [];
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 0;
    if (at + 1 + length > data.length) return null;
    strings.push(decoder.decode(data.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return strings;
}

/** TXT's data, or null for what does not fit into it. */
export function textData({ comment, version, blob }: ServiceText): Uint8Array | null {
  const given = stringsOf(blob ?? new Uint8Array());
  if (given === null) return null;
  const has = (key: string): boolean => given.some((each) => each.toLowerCase().startsWith(`${key}=`));
  const bytes = [...(blob ?? [])];
  const add = (key: string, value: string): boolean => {
    if (has(key)) return true;
    const text = encoder.encode(`${key}=${value}`);
    bytes.push(text.length, ...text);
    return text.length <= LONGEST;
  };
  if (comment !== null && comment !== '' && !add('note', comment)) return null;
  if (version !== null && !add('version', String(version >>> 0))) return null;
  // It may not be empty (RFC 6763, 6.1).
  return bytes.length > LARGEST ? null : Uint8Array.from(bytes.length === 0 ? [0] : bytes);
}

/** What TXT's data says. */
export function readText(data: Uint8Array): { readonly comment?: string; readonly version?: number; readonly blob: Uint8Array } {
  const strings = stringsOf(data) ?? [];
  const value = (key: string): string | undefined =>
    strings.find((each) => each.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
  const comment = value('note');
  const version = value('version');
  return {
    blob: data,
    ...(comment === undefined ? {} : { comment }),
    ...(version !== undefined && /^\d{1,9}$/.test(version) ? { version: Number(version) } : {}),
  };
}
