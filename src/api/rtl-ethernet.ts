// The Rtl functions for Ethernet addresses: six pairs of hexadecimal digits with dashes, as F4-CE-46-2D-90-8C.
import type { Memory, Ref } from '../abi/index.js';
import type { AddressScan } from '../abi/inet-scan.js';
import { immediate } from './define.js';
import type { ExportName } from './exports.js';
import { fromText, putAddress } from './rtl-text.js';

const SIZE = 6;

function format(bytes: Uint8Array): string {
  const pairs = Array.from(bytes.subarray(0, SIZE), (byte) => byte.toString(16).padStart(2, '0'));
  return pairs.join('-').toUpperCase();
}

function scan(text: string): AddressScan {
  const bytes = new Uint8Array(SIZE);
  let end = 0;
  for (let i = 0; i < SIZE; i++) {
    const pair = text.slice(end, end + 2);
    if (!/^[\da-fA-F]{2}$/.test(pair)) return { bytes: null, end };
    bytes[i] = parseInt(pair, 16);
    end += 2;
    if (i === SIZE - 1) break;
    if (text[end] !== '-') return { bytes: null, end };
    end += 1;
  }
  return { bytes, end };
}

/**
 * Writes an Ethernet address. Does not block, and works before WSAStartup.
 *
 * @param Addr - 6 bytes in network order
 * @param S - receives the text with its null, one byte a character; 18 are needed
 * @returns the index of the null; -1 (all ones) for null or a buffer too small, which is then untouched
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlethernetaddresstostringa
 */
export const RtlEthernetAddressToStringA = immediate(
  'RtlEthernetAddressToStringA',
  (_cell, Addr: Memory | null, S: Uint8Array | null): number => putAddress(Addr, SIZE, S, format),
);
export { RtlEthernetAddressToStringA as RtlEthernetAddressToString };

/**
 * As RtlEthernetAddressToStringA, into UTF-16. Does not block, and works before WSAStartup.
 *
 * @param Addr - 6 bytes in network order
 * @param S - receives the text with its null, in UTF-16 units; 18 are needed
 * @returns the index of the null; -1 (all ones) for null or a buffer too small, which is then untouched
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlethernetaddresstostringw
 */
export const RtlEthernetAddressToStringW = immediate(
  'RtlEthernetAddressToStringW',
  (_cell, Addr: Memory | null, S: Uint16Array | null): number => putAddress(Addr, SIZE, S, format),
);

function textToEthernet(name: ExportName) {
  return immediate(name, (_cell, S: string | null, Terminator: Ref<string> | null, Addr: Memory | null): number =>
    fromText(S, Terminator, Addr, scan),
  );
}

/**
 * Reads an Ethernet address at the start of a text. Does not block, and works before WSAStartup.
 *
 * @param S - the text
 * @param Terminator - receives the rest of the text: what is behind the address, or begins where it went wrong
 * @param Addr - receives 6 bytes in network order; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or where there is no address
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlethernetstringtoaddressa
 */
export const RtlEthernetStringToAddressA = textToEthernet('RtlEthernetStringToAddressA');
export { RtlEthernetStringToAddressA as RtlEthernetStringToAddress };

/**
 * As RtlEthernetStringToAddressA, for UTF-16 text. Does not block, and works before WSAStartup.
 *
 * @param S - the text
 * @param Terminator - receives the rest of the text: what is behind the address, or begins where it went wrong
 * @param Addr - receives 6 bytes in network order; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or where there is no address
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlethernetstringtoaddressw
 */
export const RtlEthernetStringToAddressW = textToEthernet('RtlEthernetStringToAddressW');
