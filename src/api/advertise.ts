// WSAAdvertiseProvider and WSAUnadvertiseProvider: name space providers that a program serves itself.
import { GUID, SOCKET_ERROR, WSAEINVAL, WSAEINVALIDPROVIDER } from '../abi/index.js';
import { advertise, unadvertise, type MaybePending, type NSPV2_ROUTINE } from '../ws2_32/index.js';
import { blocking, immediate, started } from './define.js';

/** The least that a provider must be able to do. */
const NEEDED = ['NSPv2LookupServiceBegin', 'NSPv2LookupServiceNextEx', 'NSPv2LookupServiceEnd'] as const;

/**
 * Serves an installed name space provider from this program, with version 2 functions. Queries of this program find it from
 * then on; other programs do not. Its NSPv2Startup is called now, and may block.
 *
 * @param puuidProviderId - the identifier that the provider is installed under
 * @param pNSPv2Routine - its functions, which are called as they are in the table
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (null, or a table without the three functions of a
 *   query), WSAEINVALIDPROVIDER (no such provider is installed and enabled), WSAEFAULT (NSPv2Startup failed, or the rest of
 *   the table is wrong)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wsaadvertiseprovider
 */
export const WSAAdvertiseProvider = blocking(
  'WSAAdvertiseProvider',
  started(
    SOCKET_ERROR as MaybePending<number>,
    (cell, { nameSpaces }, puuidProviderId: GUID | null, pNSPv2Routine: NSPV2_ROUTINE | null): MaybePending<number> => {
      if (!(puuidProviderId instanceof GUID) || pNSPv2Routine === null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
      if (NEEDED.some((name) => typeof pNSPv2Routine[name] !== 'function')) return cell.fail(WSAEINVAL, SOCKET_ERROR);
      if (nameSpaces === null) return cell.fail(WSAEINVALIDPROVIDER, SOCKET_ERROR);
      return advertise(nameSpaces, puuidProviderId, pNSPv2Routine).then((error) => cell.fail(error, error === 0 ? 0 : SOCKET_ERROR));
    },
  ),
);

/**
 * Ends what WSAAdvertiseProvider began. Does not block.
 *
 * @param puuidProviderId - the provider's identifier
 * @returns 0 or SOCKET_ERROR. Errors: WSANOTINITIALISED, WSAEINVAL (null, or not advertised by this program)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wsaunadvertiseprovider
 */
export const WSAUnadvertiseProvider = immediate(
  'WSAUnadvertiseProvider',
  started(SOCKET_ERROR as number, (cell, { nameSpaces }, puuidProviderId: GUID | null): number => {
    if (!(puuidProviderId instanceof GUID) || nameSpaces === null) return cell.fail(WSAEINVAL, SOCKET_ERROR);
    const error = unadvertise(nameSpaces, puuidProviderId);
    return cell.fail(error, error === 0 ? 0 : SOCKET_ERROR);
  }),
);
