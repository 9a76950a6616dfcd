// The handle types: numbers that the compiler keeps apart.

declare const brand: unique symbol;

/** A kernel object handle: a multiple of four, 0 (NULL) or -1 (INVALID_HANDLE_VALUE). */
export type HANDLE = number & { readonly [brand]: string };
/** A socket handle; `INVALID_SOCKET` is -1, all bits set. */
export type SOCKET = HANDLE & { readonly [brand]: 'SOCKET' };
/** An event object's handle; `WSA_INVALID_EVENT` is 0. */
export type WSAEVENT = HANDLE;
/** A message window's handle. */
export type HWND = HANDLE & { readonly [brand]: 'HWND' };
/** A socket group's id, 0 for none. */
export type GROUP = number;

/** `(SOCKET)(~0)`. */
export const INVALID_SOCKET = -1 as SOCKET;
/** `(HANDLE)(LONG_PTR)-1`. */
export const INVALID_HANDLE_VALUE = -1 as HANDLE;
/** `(WSAEVENT)NULL`. */
export const WSA_INVALID_EVENT = 0 as WSAEVENT;
/** The null handle. */
export const NULL_HANDLE = 0 as HANDLE;
