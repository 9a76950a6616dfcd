// The Win32 errors that the pages of nspapi.h name, which no header of Winsock defines.

/** The buffer is too small; its length tells what is needed. */
export const ERROR_INSUFFICIENT_BUFFER = 122;
/** There is no service type of this name or id. */
export const ERROR_SERVICE_DOES_NOT_EXIST = 1060;
/** The service is registered already. */
export const ERROR_ALREADY_REGISTERED = 1242;
/** There is no such service, or nobody serves the name space. */
export const ERROR_SERVICE_NOT_FOUND = 1243;
