// WSCSetProviderInfo, WSCGetProviderInfo, WSCSetApplicationCategory, WSCGetApplicationCategory: what layers do, and which
// of them a program lets in.
import {
  GUID,
  ProviderInfoLspCategories,
  WSAEFAULT,
  WSAEINVAL,
  WSAEINVALIDPROVIDER,
  bytesOf,
  type Memory,
  type Ref,
} from '../../abi/index.js';
import {
  applicationCategories,
  permitCategories,
  providerCategories,
  readText,
  setProviderCategories,
  type ApplicationName,
} from '../../spi/install/categories.js';
import type { Environment, MaybePending } from '../../ws2_32/index.js';
import { changing, reading } from './binding.js';

/** A Win32 error that is no socket error. */
const ERROR_CALL_NOT_IMPLEMENTED = 120;
/** sizeof(DWORD), which the categories are. */
const CATEGORIES_SIZE = 4;

/** What is wrong with the information asked for, or 0. */
function wrongKind(InfoType: number, Flags: number): number {
  if (InfoType !== ProviderInfoLspCategories) return ERROR_CALL_NOT_IMPLEMENTED;
  return Flags === 0 ? 0 : WSAEINVAL;
}

function view(memory: Memory): DataView {
  const bytes = bytesOf(memory);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function setInfo(
  { store }: Environment,
  lpProviderId: GUID | null,
  InfoType: number,
  Info: Memory | null,
  InfoSize: number,
  Flags: number,
): MaybePending<number> {
  if (!(lpProviderId instanceof GUID) || Info === null) return WSAEFAULT;
  const wrong = wrongKind(InfoType, Flags);
  if (wrong !== 0) return wrong;
  if (InfoSize !== CATEGORIES_SIZE) return WSAEINVAL;
  const data = view(Info);
  if (data.byteLength < CATEGORIES_SIZE) return WSAEFAULT;
  return setProviderCategories(store, lpProviderId.toString(), data.getUint32(0, true));
}

/**
 * Says what a layered provider does, so that programs can keep it out. Waits for others that are changing the catalog.
 *
 * @param lpProviderId - the identifier of the layer's hidden entry
 * @param InfoType - ProviderInfoLspCategories
 * @param Info - a DWORD of LSP_* bits, which replace those set before
 * @param InfoSize - 4
 * @param Flags - 0
 * @param lpErrno - receives the error: WSAEFAULT (null, or less memory than that), ERROR_CALL_NOT_IMPLEMENTED (another
 *   InfoType), WSAEINVAL (no such layer, another size, flags), WSANO_RECOVERY (the catalog cannot be changed)
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscsetproviderinfo
 */
export const WSCSetProviderInfo = changing('WSCSetProviderInfo', setInfo);

/**
 * WSCSetProviderInfo for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the identifier of the layer's hidden entry
 * @param InfoType - ProviderInfoLspCategories
 * @param Info - a DWORD of LSP_* bits
 * @param InfoSize - 4
 * @param Flags - 0
 * @param lpErrno - receives the error, as WSCSetProviderInfo
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscsetproviderinfo32
 */
export const WSCSetProviderInfo32 = changing('WSCSetProviderInfo32', setInfo);

function getInfo(
  { store }: Environment,
  lpProviderId: GUID | null,
  InfoType: number,
  Info: Memory | null,
  InfoSize: Ref | null,
  Flags: number,
): number {
  if (!(lpProviderId instanceof GUID) || InfoSize === null) return WSAEFAULT;
  const wrong = wrongKind(InfoType, Flags);
  if (wrong !== 0) return wrong;
  const found = providerCategories(store, lpProviderId.toString(), WSAEINVALIDPROVIDER);
  if (typeof found === 'number') return found;
  const room = InfoSize.value;
  InfoSize.value = CATEGORIES_SIZE;
  // Written so that a size that is no number at all is too small.
  if (Info === null || !(room >= CATEGORIES_SIZE)) return WSAEFAULT;
  const data = view(Info);
  if (data.byteLength < CATEGORIES_SIZE) return WSAEFAULT;
  data.setUint32(0, found.categories, true);
  return 0;
}

/**
 * Tells what a layered provider was said to do. Does not block.
 *
 * @param lpProviderId - the identifier of the layer's hidden entry
 * @param InfoType - ProviderInfoLspCategories
 * @param Info - receives a DWORD of LSP_* bits, 0 while none were set; null to learn the size
 * @param InfoSize - in: room in bytes; out: bytes needed
 * @param Flags - 0
 * @param lpErrno - receives the error: WSAEFAULT (null, or too little room), ERROR_CALL_NOT_IMPLEMENTED (another InfoType),
 *   WSAEINVAL (flags), WSAEINVALIDPROVIDER (no such layer), WSANO_RECOVERY (the catalog cannot be read)
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderinfo
 */
export const WSCGetProviderInfo = reading('WSCGetProviderInfo', getInfo);

/**
 * WSCGetProviderInfo for Windows' 32-bit catalog. There is one catalog here, so it does the same.
 *
 * @param lpProviderId - the identifier of the layer's hidden entry
 * @param InfoType - ProviderInfoLspCategories
 * @param Info - receives a DWORD of LSP_* bits
 * @param InfoSize - in: room in bytes; out: bytes needed
 * @param Flags - 0
 * @param lpErrno - receives the error, as WSCGetProviderInfo
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetproviderinfo32
 */
export const WSCGetProviderInfo32 = reading('WSCGetProviderInfo32', getInfo);

function readName(Path: string | null, PathLength: number, Extra: string | null, ExtraLength: number): ApplicationName | number {
  if (Path === null) return WSAEFAULT;
  const [path, extra] = [readText(Path, PathLength), readText(Extra, ExtraLength)];
  if (typeof path === 'number' || typeof extra === 'number' || path === '') return WSAEINVAL;
  return { path, extra };
}

/**
 * Permits a program the layers of some categories. From then on it loads no others: see the page. What is permitted is
 * added to what was permitted before. A program's path is that of the script that Node runs. Waits for others that are
 * changing the catalog.
 *
 * @param Path - the program's path, in which %NAME% stands for an environment variable
 * @param PathLength - its length in characters
 * @param Extra - the arguments, with a space between each two, where they tell programs apart; null for any arguments
 * @param ExtraLength - its length in characters
 * @param PermittedLspCategories - LSP_* bits
 * @param pPrevPermLspCat - receives the bits set before, 0 for none; or null
 * @param lpErrno - receives the error: WSAEFAULT (no path), WSAEINVAL (an empty path, a length that is none or more than
 *   there is), WSANO_RECOVERY (the catalog cannot be changed)
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscsetapplicationcategory
 */
export const WSCSetApplicationCategory = changing(
  'WSCSetApplicationCategory',
  (
    { store }: Environment,
    Path: string | null,
    PathLength: number,
    Extra: string | null,
    ExtraLength: number,
    PermittedLspCategories: number,
    pPrevPermLspCat: Ref | null,
  ): MaybePending<number> => {
    const name = readName(Path, PathLength, Extra, ExtraLength);
    if (typeof name === 'number') return name;
    return permitCategories(store, name, PermittedLspCategories, (before) => {
      if (pPrevPermLspCat !== null) pPrevPermLspCat.value = before;
    });
  },
);

/**
 * Tells which layers a program permits. Does not block.
 *
 * @param Path - the program's path, as it was set
 * @param PathLength - its length in characters
 * @param Extra - the arguments, as they were set; or null
 * @param ExtraLength - its length in characters
 * @param pPermittedLspCategories - receives LSP_* bits
 * @param lpErrno - receives the error: WSAEFAULT (null), WSAEINVAL (an empty path, a length that is none or more than there
 *   is), WSASERVICE_NOT_FOUND (nothing was set for it), WSANO_RECOVERY (the catalog cannot be read)
 * @returns 0 or SOCKET_ERROR
 * @see https://learn.microsoft.com/windows/win32/api/ws2spi/nf-ws2spi-wscgetapplicationcategory
 */
export const WSCGetApplicationCategory = reading(
  'WSCGetApplicationCategory',
  (
    { store }: Environment,
    Path: string | null,
    PathLength: number,
    Extra: string | null,
    ExtraLength: number,
    pPermittedLspCategories: Ref | null,
  ): number => {
    if (pPermittedLspCategories === null) return WSAEFAULT;
    const name = readName(Path, PathLength, Extra, ExtraLength);
    if (typeof name === 'number') return name;
    const found = applicationCategories(store, name);
    if (typeof found === 'number') return found;
    pPermittedLspCategories.value = found.categories;
    return 0;
  },
);
