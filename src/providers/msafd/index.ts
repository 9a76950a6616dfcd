// The base transport provider: the module that the catalog names for TCP/IP and AF_UNIX. It puts the SPI's entries over
// afd and holds no socket semantics of its own.
import { WSAEFAULT, WSASYSNOTREADY, WSAVERNOTSUPPORTED } from '../../abi/index.js';
import { AFD_DEVICE, Afd } from '../../afd/index.js';
import type { LPWSPSTARTUP } from '../../spi/index.js';
import { currentThread } from '../../win32/index.js';
import { msafdTable } from './table.js';

/** The SPI version spoken: 2.2. */
const VERSION = 0x0202;

/**
 * Starts the base provider in the current process, whose `\Device\Afd` it stands on.
 *
 * @returns 0; WSAVERNOTSUPPORTED (version below 2.2 asked for), WSASYSNOTREADY (no socket device in this process),
 *   WSAEFAULT (null pointer)
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wspstartup
 */
export const WSPStartup: LPWSPSTARTUP = (wVersionRequested, lpWSPData, lpProtocolInfo, UpcallTable, lpProcTable) => {
  if ((lpProcTable as unknown) === null || (lpWSPData as unknown) === null) return WSAEFAULT;
  if ((wVersionRequested & 0xff) < 2) return WSAVERNOTSUPPORTED;
  const { process } = currentThread();
  const afd = process.openDevice(AFD_DEVICE);
  if (!(afd instanceof Afd)) return WSASYSNOTREADY;
  lpWSPData.wVersion = VERSION;
  lpWSPData.wHighVersion = VERSION;
  lpWSPData.szDescription = 'MSAFD over afd';
  Object.assign(lpProcTable, msafdTable(process, afd, UpcallTable, lpProtocolInfo.dwCatalogEntryId));
  return 0;
};
