// The macros that make control codes out of their bits. The codes are in ../constants/ioctl.ts.

import { IOC_IN, IOC_INOUT, IOC_OUT, IOC_VOID, IOCPARM_MASK } from '../constants/ioctl-encoding.js';

/** A C type, by its size: the number of bytes or a structure class. */
export type Sized = number | { readonly size: number };

function letter(x: number | string): number {
  return typeof x === 'string' ? x.charCodeAt(0) : x;
}

function withSize(direction: number, x: number | string, y: number, t: Sized): number {
  const size = typeof t === 'number' ? t : t.size;
  return (direction | ((size & IOCPARM_MASK) << 16) | (letter(x) << 8) | y) >>> 0;
}

/** A code in the Unix form without parameter; `x` is a character or its number. */
export function _IO(x: number | string, y: number): number {
  return (IOC_VOID | (letter(x) << 8) | y) >>> 0;
}

/** A code in the Unix form that gives a value of type `t`. */
export function _IOR(x: number | string, y: number, t: Sized): number {
  return withSize(IOC_OUT, x, y, t);
}

/** A code in the Unix form that takes a value of type `t`. */
export function _IOW(x: number | string, y: number, t: Sized): number {
  return withSize(IOC_IN, x, y, t);
}

/** A Winsock 2 code without parameter; `x` is IOC_WS2, IOC_PROTOCOL or IOC_VENDOR. */
export function _WSAIO(x: number, y: number): number {
  return (IOC_VOID | x | y) >>> 0;
}

/** A Winsock 2 code that gives something. */
export function _WSAIOR(x: number, y: number): number {
  return (IOC_OUT | x | y) >>> 0;
}

/** A Winsock 2 code that takes something. */
export function _WSAIOW(x: number, y: number): number {
  return (IOC_IN | x | y) >>> 0;
}

/** A Winsock 2 code that takes and gives something. */
export function _WSAIORW(x: number, y: number): number {
  return (IOC_INOUT | x | y) >>> 0;
}
