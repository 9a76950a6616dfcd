// What the Rtl address functions have in common: how they take and give text, and what they return. They need no start-up
// and leave the last error alone; the rest of a text, which C points to, is a string here.
import { STATUS_INVALID_PARAMETER, bytesOf, type Memory, type Ref } from '../abi/index.js';
import type { AddressScan } from '../abi/inet-scan.js';
import { putText, textUnits, type TextBuffer } from './text-buffer.js';

/** NTSTATUS for success. */
export const STATUS_SUCCESS = 0;

/** What the functions without a length give when nothing can be written: all ones, as a pointer. */
const NO_POINTER = -1;

/** The bytes of an address; null when it is null or too short. */
export function bytesAt(memory: Memory | null, size: number): Uint8Array | null {
  const bytes = memory === null ? null : bytesOf(memory);
  return bytes === null || bytes.length < size ? null : bytes;
}

/** Writes an address into a buffer of unknown length: the index of the text's null. */
export function putAddress(
  memory: Memory | null,
  size: number,
  buffer: TextBuffer | null,
  format: (bytes: Uint8Array) => string,
): number {
  const bytes = bytesAt(memory, size);
  if (bytes === null || buffer === null) return NO_POINTER;
  const text = format(bytes);
  return putText(text, buffer, buffer.length) ? text.length : NO_POINTER;
}

/** Text to an address at its start, and what is behind it. */
export function fromText(
  text: string | null,
  rest: Ref<string> | null,
  target: Memory | null,
  scan: (text: string) => AddressScan,
): number {
  if (text === null || rest === null || target === null) return STATUS_INVALID_PARAMETER;
  const { bytes, end } = scan(text);
  rest.value = text.slice(end);
  if (bytes === null || bytesOf(target).length < bytes.length) return STATUS_INVALID_PARAMETER;
  bytesOf(target).set(bytes);
  return STATUS_SUCCESS;
}

/** Text into a buffer of known length, telling the length that it needs. */
export function putWithLength(text: string, buffer: TextBuffer | null, length: Ref | null): number {
  if (buffer === null || length === null) return STATUS_INVALID_PARAMETER;
  const room = length.value;
  length.value = textUnits(text, buffer instanceof Uint16Array).length;
  return putText(text, buffer, room) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}
