// Version 2 name space providers that a program serves itself: WSAAdvertiseProvider and WSAUnadvertiseProvider. Other
// programs do not see them, for there is nobody between programs here.
import { WSAEFAULT, WSAEINVAL, WSAEINVALIDPROVIDER, WSAEOPNOTSUPP, type GUID } from '../../abi/index.js';
import type { NSPV2_ROUTINE } from '../../spi/index.js';
import type { NameSpaces } from './name-spaces.js';

export type { NSPV2_ROUTINE } from '../../spi/index.js';

type Optional = Omit<NSPV2_ROUTINE, 'cbSize' | 'dwMajorVersion' | 'dwMinorVersion' | `NSPv2LookupService${string}`>;

/** What stands in for the functions that a provider may leave out: it needs no sessions and registers nothing. */
function optional({ asyncCalls }: NameSpaces): Optional {
  return {
    NSPv2Startup: () => 0,
    NSPv2Cleanup: () => 0,
    NSPv2SetServiceEx: (hAsyncCall) => {
      asyncCalls.complete(hAsyncCall, WSAEOPNOTSUPP);
    },
    NSPv2ClientSessionRundown: () => undefined,
  };
}

/** The table without its null pointers. */
function given(table: NSPV2_ROUTINE): NSPV2_ROUTINE {
  const filled = Object.entries(table).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(filled) as unknown as NSPV2_ROUTINE;
}

/**
 * Serves an installed and enabled provider with a table of the program's own, from now on.
 *
 * @returns 0; WSAEINVALIDPROVIDER (no such provider); WSAEFAULT (its table or its NSPv2Startup failed)
 */
export async function advertise(nameSpaces: NameSpaces, id: GUID, table: NSPV2_ROUTINE): Promise<number> {
  const provider = nameSpaces.byId(id);
  if (provider === null) return WSAEINVALIDPROVIDER;
  provider.cleanup();
  await provider.startV2({ ...optional(nameSpaces), ...given(table) });
  if (provider.error !== 0) return WSAEFAULT;
  nameSpaces.advertised.add(provider);
  return 0;
}

/** Ends that. 0; WSAEINVAL (it is not advertised by this program). */
export function unadvertise(nameSpaces: NameSpaces, id: GUID): number {
  const provider = nameSpaces.byId(id);
  if (provider === null || !nameSpaces.advertised.delete(provider)) return WSAEINVAL;
  provider.cleanup();
  return 0;
}
