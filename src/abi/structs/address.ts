// in_addr and in6_addr with the short names that the headers define as macros. Owns no text forms and no address classes.

import { assign } from '../fields.js';
import { type Memory, Struct } from '../memory.js';
import { Numbers } from '../numbers.js';

/** in_addr (inaddr.h): 4 bytes on x64, an IPv4 address in network order. */
export class in_addr extends Struct {
  static readonly size = 4;

  constructor(memory?: Memory, offset = 0) {
    super(in_addr.size, memory, offset);
  }

  get S_un(): in_addr_S_un {
    return new in_addr_S_un(this.bytes);
  }
  set S_un(value: Memory) {
    assign(this.bytes, 0, 4, value);
  }

  /** The whole address as the number that its bytes are in memory: 127.0.0.1 is 0x0100007f. */
  get s_addr(): number {
    return this.view.getUint32(0, true);
  }
  set s_addr(value: number) {
    this.view.setUint32(0, value, true);
  }

  /** The first byte. */
  get s_net(): number {
    return this.view.getUint8(0);
  }
  set s_net(value: number) {
    this.view.setUint8(0, value);
  }

  /** The second byte. */
  get s_host(): number {
    return this.view.getUint8(1);
  }
  set s_host(value: number) {
    this.view.setUint8(1, value);
  }

  /** The third byte. */
  get s_lh(): number {
    return this.view.getUint8(2);
  }
  set s_lh(value: number) {
    this.view.setUint8(2, value);
  }

  /** The fourth byte. */
  get s_impno(): number {
    return this.view.getUint8(3);
  }
  set s_impno(value: number) {
    this.view.setUint8(3, value);
  }

  /** The last two bytes. */
  get s_imp(): number {
    return this.view.getUint16(2, true);
  }
  set s_imp(value: number) {
    this.view.setUint16(2, value, true);
  }
}

export { in_addr as IN_ADDR };

/** in_addr.S_un: 4 bytes. */
export class in_addr_S_un extends Struct {
  static readonly size = 4;

  constructor(memory?: Memory, offset = 0) {
    super(in_addr_S_un.size, memory, offset);
  }

  get S_un_b(): in_addr_S_un_b {
    return new in_addr_S_un_b(this.bytes);
  }
  set S_un_b(value: Memory) {
    assign(this.bytes, 0, 4, value);
  }

  get S_un_w(): in_addr_S_un_w {
    return new in_addr_S_un_w(this.bytes);
  }
  set S_un_w(value: Memory) {
    assign(this.bytes, 0, 4, value);
  }

  get S_addr(): number {
    return this.view.getUint32(0, true);
  }
  set S_addr(value: number) {
    this.view.setUint32(0, value, true);
  }
}

/** in_addr.S_un.S_un_b: 4 bytes. */
export class in_addr_S_un_b extends Struct {
  static readonly size = 4;

  constructor(memory?: Memory, offset = 0) {
    super(in_addr_S_un_b.size, memory, offset);
  }

  get s_b1(): number {
    return this.view.getUint8(0);
  }
  set s_b1(value: number) {
    this.view.setUint8(0, value);
  }

  get s_b2(): number {
    return this.view.getUint8(1);
  }
  set s_b2(value: number) {
    this.view.setUint8(1, value);
  }

  get s_b3(): number {
    return this.view.getUint8(2);
  }
  set s_b3(value: number) {
    this.view.setUint8(2, value);
  }

  get s_b4(): number {
    return this.view.getUint8(3);
  }
  set s_b4(value: number) {
    this.view.setUint8(3, value);
  }
}

/** in_addr.S_un.S_un_w: 4 bytes. */
export class in_addr_S_un_w extends Struct {
  static readonly size = 4;

  constructor(memory?: Memory, offset = 0) {
    super(in_addr_S_un_w.size, memory, offset);
  }

  get s_w1(): number {
    return this.view.getUint16(0, true);
  }
  set s_w1(value: number) {
    this.view.setUint16(0, value, true);
  }

  get s_w2(): number {
    return this.view.getUint16(2, true);
  }
  set s_w2(value: number) {
    this.view.setUint16(2, value, true);
  }
}

/** in6_addr (in6addr.h): 16 bytes on x64, an IPv6 address in network order. */
export class in6_addr extends Struct {
  static readonly size = 16;

  constructor(memory?: Memory, offset = 0) {
    super(in6_addr.size, memory, offset);
  }

  get u(): in6_addr_u {
    return new in6_addr_u(this.bytes);
  }
  set u(value: Memory) {
    assign(this.bytes, 0, 16, value);
  }

  /** The 16 bytes; the same memory, not a copy. */
  get s6_addr(): Uint8Array {
    return this.bytes;
  }
  set s6_addr(value: Uint8Array) {
    assign(this.bytes, 0, 16, value);
  }

  /** As s6_addr, the other name. */
  get s6_bytes(): Uint8Array {
    return this.bytes;
  }
  set s6_bytes(value: Uint8Array) {
    assign(this.bytes, 0, 16, value);
  }

  /** Eight words, each in network order as it lies in memory. */
  get s6_words(): Numbers {
    return new Numbers(this.view, 0, 'Uint16', 8);
  }
  set s6_words(value: ArrayLike<number>) {
    this.s6_words.set(value);
  }
}

export { in6_addr as IN6_ADDR };

/** in6_addr.u: 16 bytes. */
export class in6_addr_u extends Struct {
  static readonly size = 16;

  constructor(memory?: Memory, offset = 0) {
    super(in6_addr_u.size, memory, offset);
  }

  get Byte(): Uint8Array {
    return this.bytes;
  }
  set Byte(value: Uint8Array) {
    assign(this.bytes, 0, 16, value);
  }

  get Word(): Numbers {
    return new Numbers(this.view, 0, 'Uint16', 8);
  }
  set Word(value: ArrayLike<number>) {
    this.Word.set(value);
  }
}
