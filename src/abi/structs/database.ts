// What the database functions of 1.1 give: hosts, services, protocols. Plain objects, which can be
// read out of the buffer that an asynchronous function has filled; filling it is pack-database.ts's.
import { bytesOf, Struct, type Memory } from '../memory.js';
import { EntryReader } from '../packed-entry.js';

function isMemory(value: object): value is Memory {
  return value instanceof Uint8Array || value instanceof Struct;
}

/** hostent (winsock2.h): a plain object; `size` is what C's sizeof gives on x64. */
export class hostent {
  static readonly size = 32;

  h_name: string | null = null;
  h_aliases: string[] = [];
  h_addrtype = 0;
  h_length = 0;
  h_addr_list: Uint8Array[] = [];

  /** @param init values; or the buffer of a WSAAsyncGet… call that has ended well, which is read now. */
  constructor(init: Partial<hostent> | Memory = {}) {
    if (!isMemory(init)) {
      Object.assign(this, init);
      return;
    }
    const entry = new EntryReader(bytesOf(init), hostent.size);
    this.h_name = entry.text(0);
    this.h_aliases = entry.texts(8);
    this.h_addrtype = entry.short(16);
    this.h_length = entry.short(18);
    this.h_addr_list = entry.list(24, this.h_length);
  }
}

export { hostent as HOSTENT };

/** servent (winsock2.h): a plain object; `size` is what C's sizeof gives on x64. */
export class servent {
  static readonly size = 32;

  s_name: string | null = null;
  s_aliases: string[] = [];
  s_proto: string | null = null;
  s_port = 0;

  /** @param init values; or the buffer of a WSAAsyncGet… call that has ended well, which is read now. */
  constructor(init: Partial<servent> | Memory = {}) {
    if (!isMemory(init)) {
      Object.assign(this, init);
      return;
    }
    const entry = new EntryReader(bytesOf(init), servent.size);
    this.s_name = entry.text(0);
    this.s_aliases = entry.texts(8);
    this.s_proto = entry.text(16);
    this.s_port = entry.unsignedShort(24);
  }
}

export { servent as SERVENT };

/** protoent (winsock2.h): a plain object; `size` is what C's sizeof gives on x64. */
export class protoent {
  static readonly size = 24;

  p_name: string | null = null;
  p_aliases: string[] = [];
  p_proto = 0;

  /** @param init values; or the buffer of a WSAAsyncGet… call that has ended well, which is read now. */
  constructor(init: Partial<protoent> | Memory = {}) {
    if (!isMemory(init)) {
      Object.assign(this, init);
      return;
    }
    const entry = new EntryReader(bytesOf(init), protoent.size);
    this.p_name = entry.text(0);
    this.p_aliases = entry.texts(8);
    this.p_proto = entry.short(16);
  }
}

export { protoent as PROTOENT };
