// The Rtl functions for IPv6 addresses.
import { STATUS_INVALID_PARAMETER, formatIpv6, type Memory, type Ref } from '../abi/index.js';
import { formatIpv6Endpoint, parseIpv6Endpoint } from '../abi/address-text.js';
import { scanIpv6 } from '../abi/inet-scan.js';
import { htons, ntohs } from './byte-order.js';
import { immediate } from './define.js';
import type { ExportName } from './exports.js';
import { STATUS_SUCCESS, bytesAt, fromText, putWithLength, putAddress } from './rtl-text.js';
import type { TextBuffer } from './text-buffer.js';

/**
 * Writes an IPv6 address. Does not block, and works before WSAStartup.
 *
 * @param Addr - 16 bytes in network order
 * @param S - receives the text with its null, one byte a character; 46 are always enough
 * @returns the index of the null; -1 (all ones) for null or a buffer too small, which is then untouched
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6addresstostringa
 */
export const RtlIpv6AddressToStringA = immediate(
  'RtlIpv6AddressToStringA',
  (_cell, Addr: Memory | null, S: Uint8Array | null): number => putAddress(Addr, 16, S, formatIpv6),
);
export { RtlIpv6AddressToStringA as RtlIpv6AddressToString };

/**
 * As RtlIpv6AddressToStringA, into UTF-16. Does not block, and works before WSAStartup.
 *
 * @param Addr - 16 bytes in network order
 * @param S - receives the text with its null, in UTF-16 units; 46 are always enough
 * @returns the index of the null; -1 (all ones) for null or a buffer too small, which is then untouched
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6addresstostringw
 */
export const RtlIpv6AddressToStringW = immediate(
  'RtlIpv6AddressToStringW',
  (_cell, Addr: Memory | null, S: Uint16Array | null): number => putAddress(Addr, 16, S, formatIpv6),
);

function writeEndpoint(
  address: Memory | null,
  scopeId: number,
  port: number,
  buffer: TextBuffer | null,
  length: Ref | null,
): number {
  const bytes = bytesAt(address, 16);
  if (bytes === null) return STATUS_INVALID_PARAMETER;
  return putWithLength(formatIpv6Endpoint(bytes, 0, scopeId >>> 0, ntohs(port)), buffer, length);
}

/**
 * Writes an IPv6 address, a scope and a port: `[fe80::1%4]:80`. Does not block, and works before WSAStartup.
 *
 * @param Address - 16 bytes in network order
 * @param ScopeId - the scope id in host order; 0 for none
 * @param Port - the port in network order; 0 for none, and then no brackets
 * @param AddressString - receives the text with its null, one byte a character; untouched on failure
 * @param AddressStringLength - in: characters that fit, 65 are always enough; out: characters of the text and its null,
 *   also when they did not fit
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or a buffer too small
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6addresstostringexa
 */
export const RtlIpv6AddressToStringExA = immediate(
  'RtlIpv6AddressToStringExA',
  (
    _cell,
    Address: Memory | null,
    ScopeId: number,
    Port: number,
    AddressString: Uint8Array | null,
    AddressStringLength: Ref | null,
  ): number => writeEndpoint(Address, ScopeId, Port, AddressString, AddressStringLength),
);
export { RtlIpv6AddressToStringExA as RtlIpv6AddressToStringEx };

/**
 * As RtlIpv6AddressToStringExA, into UTF-16. Does not block, and works before WSAStartup.
 *
 * @param Address - 16 bytes in network order
 * @param ScopeId - the scope id in host order; 0 for none
 * @param Port - the port in network order; 0 for none, and then no brackets
 * @param AddressString - receives the text with its null, in UTF-16 units; untouched on failure
 * @param AddressStringLength - in: units that fit; out: units of the text and its null, also when they did not fit
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or a buffer too small
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6addresstostringexw
 */
export const RtlIpv6AddressToStringExW = immediate(
  'RtlIpv6AddressToStringExW',
  (
    _cell,
    Address: Memory | null,
    ScopeId: number,
    Port: number,
    AddressString: Uint16Array | null,
    AddressStringLength: Ref | null,
  ): number => writeEndpoint(Address, ScopeId, Port, AddressString, AddressStringLength),
);

function textToIpv6(name: ExportName) {
  return immediate(name, (_cell, S: string | null, Terminator: Ref<string> | null, Addr: Memory | null): number =>
    fromText(S, Terminator, Addr, scanIpv6),
  );
}

/**
 * Reads an IPv6 address at the start of a text. Does not block, and works before WSAStartup.
 *
 * @param S - the text
 * @param Terminator - receives the rest of the text: what is behind the address, or begins where it went wrong
 * @param Addr - receives 16 bytes in network order; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or where there is no address
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6stringtoaddressa
 */
export const RtlIpv6StringToAddressA = textToIpv6('RtlIpv6StringToAddressA');
export { RtlIpv6StringToAddressA as RtlIpv6StringToAddress };

/**
 * As RtlIpv6StringToAddressA, for UTF-16 text. Does not block, and works before WSAStartup.
 *
 * @param S - the text
 * @param Terminator - receives the rest of the text: what is behind the address, or begins where it went wrong
 * @param Addr - receives 16 bytes in network order; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or where there is no address
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6stringtoaddressw
 */
export const RtlIpv6StringToAddressW = textToIpv6('RtlIpv6StringToAddressW');

function textToIpv6Endpoint(name: ExportName) {
  return immediate(
    name,
    (_cell, AddressString: string | null, Address: Memory | null, ScopeId: Ref | null, Port: Ref | null): number => {
      const target = bytesAt(Address, 16);
      if (AddressString === null || target === null || ScopeId === null || Port === null) return STATUS_INVALID_PARAMETER;
      const found = parseIpv6Endpoint(AddressString);
      if (found === null) return STATUS_INVALID_PARAMETER;
      target.set(found.bytes);
      ScopeId.value = found.scopeId;
      Port.value = htons(found.port);
      return STATUS_SUCCESS;
    },
  );
}

/**
 * Reads an IPv6 address with scope and port or without: `[fe80::1%4]:80`. Does not block, and works before WSAStartup.
 *
 * @param AddressString - the text, which must hold nothing else
 * @param Address - receives 16 bytes in network order; untouched on failure
 * @param ScopeId - receives the scope id in host order, 0 where there is none; untouched on failure
 * @param Port - receives the port in network order, 0 where there is none; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or other text
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6stringtoaddressexa
 */
export const RtlIpv6StringToAddressExA = textToIpv6Endpoint('RtlIpv6StringToAddressExA');
export { RtlIpv6StringToAddressExA as RtlIpv6StringToAddressEx };

/**
 * As RtlIpv6StringToAddressExA, for UTF-16 text. Does not block, and works before WSAStartup.
 *
 * @param AddressString - the text, which must hold nothing else
 * @param Address - receives 16 bytes in network order; untouched on failure
 * @param ScopeId - receives the scope id in host order, 0 where there is none; untouched on failure
 * @param Port - receives the port in network order, 0 where there is none; untouched on failure
 * @returns STATUS_SUCCESS (0), or STATUS_INVALID_PARAMETER for null or other text
 * @see https://learn.microsoft.com/windows/win32/api/ip2string/nf-ip2string-rtlipv6stringtoaddressexw
 */
export const RtlIpv6StringToAddressExW = textToIpv6Endpoint('RtlIpv6StringToAddressExW');
