// Group records into messages that fit the link.
import { lengthFor, type AddressSize, RECORD } from '../wire/group-records.js';
import type { GroupRecord } from './changes.js';

/** `room` is what one message has for records. A record that is too long by itself is cut in pieces, if its kind allows. */
export function packed(records: readonly GroupRecord[], size: AddressSize, room: number): GroupRecord[][] {
  const messages: GroupRecord[][] = [];
  let left = 0;
  for (const record of records.flatMap((whole) => pieces(whole, size, room))) {
    const length = lengthFor(size, record.sources.length);
    const last = messages.at(-1);
    if (last === undefined || length > left) {
      messages.push([record]);
      left = room - length;
    } else {
      last.push(record);
      left -= length;
    }
  }
  return messages;
}

function pieces(record: GroupRecord, size: AddressSize, room: number): GroupRecord[] {
  const most = Math.floor((room - lengthFor(size, 0)) / size);
  const { type, group, sources } = record;
  if (sources.length <= most) return [record];
  // Two lists of what is not to be heard would contradict each other: what does not fit is left out (RFC 3376, 4.2.16).
  if (type === RECORD.isExclude || type === RECORD.toExclude) return [{ type, group, sources: sources.slice(0, most) }];
  const parts: GroupRecord[] = [];
  for (let at = 0; at < sources.length; at += most) parts.push({ type, group, sources: sources.slice(at, at + most) });
  return parts;
}
