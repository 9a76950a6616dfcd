// The results of the asynchronous database functions as bytes: each structure in its x64 layout with what it points to
// behind it. The constructors of the structures read them back.
import { EntryWriter } from './packed-entry.js';
import { hostent, protoent, servent } from './structs/database.js';

/** hostent in one piece of memory. */
export function packHostent(entry: hostent): Uint8Array {
  return new EntryWriter(hostent.size)
    .short(16, entry.h_addrtype)
    .short(18, entry.h_length)
    .list(24, entry.h_addr_list)
    .texts(8, entry.h_aliases)
    .text(0, entry.h_name).bytes;
}

/** servent in one piece of memory. */
export function packServent(entry: servent): Uint8Array {
  return new EntryWriter(servent.size)
    .short(24, entry.s_port)
    .texts(8, entry.s_aliases)
    .text(0, entry.s_name)
    .text(16, entry.s_proto).bytes;
}

/** protoent in one piece of memory. */
export function packProtoent(entry: protoent): Uint8Array {
  return new EntryWriter(protoent.size)
    .short(16, entry.p_proto)
    .texts(8, entry.p_aliases)
    .text(0, entry.p_name).bytes;
}
