// The ports, with which TCP's header and UDP's both begin: views over bytes at an offset.
import { read16, write16 } from './bytes.js';

const DESTINATION = 2;

export function sourcePort(bytes: Uint8Array, at: number): number {
  return read16(bytes, at);
}

export function setSourcePort(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at, value);
}

export function destinationPort(bytes: Uint8Array, at: number): number {
  return read16(bytes, at + DESTINATION);
}

export function setDestinationPort(bytes: Uint8Array, at: number, value: number): void {
  write16(bytes, at + DESTINATION, value);
}
