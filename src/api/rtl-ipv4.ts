// The Rtl functions for IPv4 addresses.
import { STATUS_INVALID_PARAMETER, formatIpv4, type Memory, type Ref } from '../abi/index.js';
import { formatIpv4Endpoint, parseIpv4Endpoint } from '../abi/address-text.js';
import { scanIpv4 } from '../abi/inet-scan.js';
import { htons, ntohs } from './byte-order.js';
import { immediate } from './define.js';
import type { ExportName } from './exports.js';
import { STATUS_SUCCESS, bytesAt, fromText, putWithLength, putAddress } from './rtl-text.js';
import type { TextBuffer } from './text-buffer.js';

/**
 * Writes an IPv4 address in dotted decimal. Does not block, and works before WSAStartup.
 *
 * @param Addr - 4 bytes in network order
 * @param S - receives the text with its null, one byte a character; 16 are always enough
 * @returns the index of the null; -1 (all ones) for null or a buffer too small, which is then untouched
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4addresstostringa
 */
export const RtlIpv4AddressToStringA = immediate(
  'RtlIpv4AddressToStringA',
  (_cell, Addr: Memory | null, S: Uint8Array | null): number => putAddress(Addr, 4, S, formatIpv4),
);
export { RtlIpv4AddressToStringA as RtlIpv4AddressToString };

/**
 * As RtlIpv4AddressToStringA, into UTF-16. Does not block, and works before WSAStartup.
 *
 * @param Addr - 4 bytes in network order
 * @param S - receives the text with its null, in UTF-16 units; 16 are always enough
 * @returns the index of the null; -1 (all ones) for null or a buffer too small, which is then untouched
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4addresstostringw
 */
export const RtlIpv4AddressToStringW = immediate(
  'RtlIpv4AddressToStringW',
  (_cell, Addr: Memory | null, S: Uint16Array | null): number => putAddress(Addr, 4, S, formatIpv4),
);

function writeEndpoint(address: Memory | null, port: number, buffer: TextBuffer | null, length: Ref | null): number {
  const bytes = bytesAt(address, 4);
  if (bytes === null) return STATUS_INVALID_PARAMETER;
  return putWithLength(formatIpv4Endpoint(bytes, 0, ntohs(port)), buffer, length);
}

/**
 * Writes an IPv4 address and a port: `1.2.3.4:80`. Does not block, and works before WSAStartup.
 *
 * @param Address - 4 bytes in network order
 * @param Port - the port in network order; 0 for none
 * @param AddressString - receives the text with its null, one byte a character; untouched on failure
 * @param AddressStringLength - in: characters that fit, 22 are always enough; out: characters of the text and its null,
 *   also when they did not fit
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or a buffer too small
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4addresstostringexa
 */
export const RtlIpv4AddressToStringExA = immediate(
  'RtlIpv4AddressToStringExA',
  (
    _cell,
    Address: Memory | null,
    Port: number,
    AddressString: Uint8Array | null,
    AddressStringLength: Ref | null,
  ): number => writeEndpoint(Address, Port, AddressString, AddressStringLength),
);
export { RtlIpv4AddressToStringExA as RtlIpv4AddressToStringEx };

/**
 * As RtlIpv4AddressToStringExA, into UTF-16. Does not block, and works before WSAStartup.
 *
 * @param Address - 4 bytes in network order
 * @param Port - the port in network order; 0 for none
 * @param AddressString - receives the text with its null, in UTF-16 units; untouched on failure
 * @param AddressStringLength - in: units that fit; out: units of the text and its null, also when they did not fit
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or a buffer too small
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4addresstostringexw
 */
export const RtlIpv4AddressToStringExW = immediate(
  'RtlIpv4AddressToStringExW',
  (
    _cell,
    Address: Memory | null,
    Port: number,
    AddressString: Uint16Array | null,
    AddressStringLength: Ref | null,
  ): number => writeEndpoint(Address, Port, AddressString, AddressStringLength),
);

function textToIpv4(name: ExportName) {
  return immediate(
    name,
    (_cell, S: string | null, Strict: number, Terminator: Ref<string> | null, Addr: Memory | null): number =>
      fromText(S, Terminator, Addr, (text) => scanIpv4(text, Strict !== 0)),
  );
}

/**
 * Reads an IPv4 address at the start of a text. Does not block, and works before WSAStartup.
 *
 * @param S - the text
 * @param Strict - TRUE for four decimal parts only; FALSE for all of inet_addr's forms
 * @param Terminator - receives the rest of the text: what is behind the address, or begins where it went wrong
 * @param Addr - receives 4 bytes in network order; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or where there is no address
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4stringtoaddressa
 */
export const RtlIpv4StringToAddressA = textToIpv4('RtlIpv4StringToAddressA');
export { RtlIpv4StringToAddressA as RtlIpv4StringToAddress };

/**
 * As RtlIpv4StringToAddressA, for UTF-16 text. Does not block, and works before WSAStartup.
 *
 * @param S - the text
 * @param Strict - TRUE for four decimal parts only; FALSE for all of inet_addr's forms
 * @param Terminator - receives the rest of the text: what is behind the address, or begins where it went wrong
 * @param Addr - receives 4 bytes in network order; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or where there is no address
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4stringtoaddressw
 */
export const RtlIpv4StringToAddressW = textToIpv4('RtlIpv4StringToAddressW');

function textToIpv4Endpoint(name: ExportName) {
  return immediate(
    name,
    (_cell, AddressString: string | null, Strict: number, Address: Memory | null, Port: Ref | null): number => {
      const target = bytesAt(Address, 4);
      if (AddressString === null || target === null || Port === null) return STATUS_INVALID_PARAMETER;
      const found = parseIpv4Endpoint(AddressString, Strict !== 0);
      if (found === null) return STATUS_INVALID_PARAMETER;
      target.set(found.bytes);
      Port.value = htons(found.port);
      return STATUS_SUCCESS;
    },
  );
}

/**
 * Reads an IPv4 address with a port or without: `1.2.3.4:80`. Does not block, and works before WSAStartup.
 *
 * @param AddressString - the text, which must hold nothing else
 * @param Strict - TRUE for four decimal parts only; FALSE for all of inet_addr's forms
 * @param Address - receives 4 bytes in network order; untouched on failure
 * @param Port - receives the port in network order, 0 where there is none; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or other text
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4stringtoaddressexa
 */
export const RtlIpv4StringToAddressExA = textToIpv4Endpoint('RtlIpv4StringToAddressExA');
export { RtlIpv4StringToAddressExA as RtlIpv4StringToAddressEx };

/**
 * As RtlIpv4StringToAddressExA, for UTF-16 text. Does not block, and works before WSAStartup.
 *
 * @param AddressString - the text, which must hold nothing else
 * @param Strict - TRUE for four decimal parts only; FALSE for all of inet_addr's forms
 * @param Address - receives 4 bytes in network order; untouched on failure
 * @param Port - receives the port in network order, 0 where there is none; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or other text
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv4stringtoaddressexw
 */
export const RtlIpv4StringToAddressExW = textToIpv4Endpoint('RtlIpv4StringToAddressExW');
