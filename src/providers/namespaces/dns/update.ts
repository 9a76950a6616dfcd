// Messages that change a zone (UPDATE, RFC 2136): what must hold beforehand, and what is added and removed if it does. A server
// does all of it or nothing.
// Does not own: signing and sending (registry-server.ts), nor which records a service has (service-records.ts).
import { CLASS, OPCODE, RR, type DnsRecord, type MessageInit, type RecordData } from './message.js';

/** A record of a zone; its class is the zone's. */
export type ZoneRecord = Pick<DnsRecord, 'name' | 'type' | 'data'>;

/** All records of one name and type. */
export type RecordSet = Pick<DnsRecord, 'name' | 'type'>;

/** What must hold: that these records are exactly those of their sets, or that a set is there or is not. */
export type Prerequisite =
  | { readonly kind: 'exactly'; readonly record: ZoneRecord }
  | { readonly kind: 'some'; readonly set: RecordSet }
  | { readonly kind: 'none'; readonly set: RecordSet };

/** What changes, in this order. What is not there can be removed; what is there can be added, and gets the new time to live. */
export type Change =
  | { readonly kind: 'add'; readonly record: ZoneRecord; readonly ttl: number }
  | { readonly kind: 'remove'; readonly record: ZoneRecord }
  | { readonly kind: 'remove set'; readonly set: RecordSet };

const NO_DATA: RecordData = { kind: 'raw', bytes: new Uint8Array() };

/** The message for a zone. */
export function updateMessage(
  id: number,
  zone: string,
  prerequisites: readonly Prerequisite[],
  changes: readonly Change[],
): MessageInit {
  return {
    id,
    opcode: OPCODE.UPDATE,
    questions: [{ name: zone, type: RR.SOA, class: CLASS.IN }],
    answers: prerequisites.map(prerequisiteRecord),
    authorities: changes.map(changeRecord),
  };
}

/** RFC 2136 section 2.4: the class says which kind it is. */
function prerequisiteRecord(prerequisite: Prerequisite): DnsRecord {
  if (prerequisite.kind === 'exactly') return { ...prerequisite.record, class: CLASS.IN, ttl: 0 };
  return { ...prerequisite.set, class: prerequisite.kind === 'some' ? CLASS.ANY : CLASS.NONE, ttl: 0, data: NO_DATA };
}

/** RFC 2136 section 2.5. */
function changeRecord(change: Change): DnsRecord {
  if (change.kind === 'add') return { ...change.record, class: CLASS.IN, ttl: change.ttl };
  if (change.kind === 'remove') return { ...change.record, class: CLASS.NONE, ttl: 0 };
  return { ...change.set, class: CLASS.ANY, ttl: 0, data: NO_DATA };
}
