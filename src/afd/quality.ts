// Quality of service as a socket has it: its flow specifications, kept and handed back. No driver reserves anything, so a
// service that would need a reservation is refused and never pretended.
import * as abi from '../abi/index.js';
import { FLOWSPEC } from '../abi/index.js';
import type { Endpoint } from './endpoint.js';

/** Two FLOWSPECs: for sending, for receiving. */
export const FLOWS_SIZE = 2 * FLOWSPEC.size;

const FLOWS = 'qos:flows';
const SPECIFIC = 'qos:specific';
const NOTHING = new Uint8Array(0);
const HEADER_SIZE = abi.QOS_OBJECT_HDR.size;

/** Bits beside the service type that say what not to do for it. */
const LEFT_OUT = abi.SERVICE_NO_TRAFFIC_CONTROL | abi.SERVICE_NO_QOS_SIGNALING;

/** What each service type comes to: 0, or the error. */
const SERVICES: ReadonlyMap<number, number> = new Map([
  [abi.SERVICETYPE_NOTRAFFIC, 0],
  [abi.SERVICETYPE_BESTEFFORT, 0],
  [abi.SERVICETYPE_NOCHANGE, 0],
  [abi.SERVICETYPE_CONTROLLEDLOAD, abi.WSAEOPNOTSUPP],
  [abi.SERVICETYPE_GUARANTEED, abi.WSAEOPNOTSUPP],
  [abi.SERVICETYPE_QUALITATIVE, abi.WSAEOPNOTSUPP],
  [abi.SERVICETYPE_NETWORK_CONTROL, abi.WSAEOPNOTSUPP],
  // The same as bits.
  [abi.SERVICE_BESTEFFORT & ~LEFT_OUT, 0],
  [abi.SERVICE_CONTROLLEDLOAD & ~LEFT_OUT, abi.WSAEOPNOTSUPP],
  [abi.SERVICE_GUARANTEED & ~LEFT_OUT, abi.WSAEOPNOTSUPP],
  [abi.SERVICE_QUALITATIVE & ~LEFT_OUT, abi.WSAEOPNOTSUPP],
]);

/** Objects that may follow the flows. */
const OBJECTS: ReadonlySet<number> = new Set([
  abi.QOS_OBJECT_SD_MODE,
  abi.QOS_OBJECT_SHAPING_RATE,
  abi.QOS_OBJECT_DESTADDR,
  abi.RSVP_OBJECT_STATUS_INFO,
  abi.RSVP_OBJECT_RESERVE_INFO,
  abi.RSVP_OBJECT_ADSPEC,
  abi.RSVP_OBJECT_POLICY_INFO,
  abi.RSVP_OBJECT_FILTERSPEC_LIST,
]);

/** A socket's flows and what its provider was told beside them. */
export interface Flows {
  readonly flows: Uint8Array;
  readonly specific: Uint8Array;
}

/** The flow specification of a socket that nobody has said anything about: best effort, nothing else specified. */
function unspecified(): Uint8Array {
  const bytes = new Uint8Array(FLOWS_SIZE).fill(0xff);
  for (const offset of [0, FLOWSPEC.size]) new FLOWSPEC(bytes, offset).ServiceType = abi.SERVICETYPE_BESTEFFORT;
  return bytes;
}

/** The flows of a socket. */
export function flowsOf({ options }: Endpoint): Flows {
  return { flows: options.blobs.get(FLOWS) ?? unspecified(), specific: options.blobs.get(SPECIFIC) ?? NOTHING };
}

/**
 * Gives a socket other flows, if nothing in them needs a reservation. A flow of type SERVICETYPE_NOCHANGE leaves the one
 * that there is.
 *
 * @param flows - the flow for sending and behind it the one for receiving
 * @param specific - the objects behind them; empty for none
 * @returns 0; WSAEOPNOTSUPP (a service that cannot be given), WSA_QOS_ESERVICETYPE (no such service), WSA_QOS_EOBJLENGTH,
 *   WSA_QOS_EUNKOWNPSOBJ (objects that are cut off, or that there are not)
 */
export function applyFlows(endpoint: Endpoint, flows: Uint8Array, specific: Uint8Array): number {
  const error = serviceError(flows, 0) || serviceError(flows, FLOWSPEC.size) || objectsError(specific);
  if (error !== 0) return error;
  const next = flowsOf(endpoint).flows.slice();
  for (const offset of [0, FLOWSPEC.size]) {
    if (serviceIn(flows, offset) === abi.SERVICETYPE_NOCHANGE) continue;
    next.set(flows.subarray(offset, offset + FLOWSPEC.size), offset);
  }
  endpoint.options.blobs.set(FLOWS, next);
  endpoint.options.blobs.set(SPECIFIC, specific.slice());
  return 0;
}

function serviceIn(flows: Uint8Array, offset: number): number {
  return new FLOWSPEC(flows, offset).ServiceType & ~LEFT_OUT;
}

function serviceError(flows: Uint8Array, offset: number): number {
  return SERVICES.get(serviceIn(flows, offset)) ?? abi.WSA_QOS_ESERVICETYPE;
}

/** Objects follow each other, each with its own length, up to one that ends the list or to the end of the memory. */
function objectsError(specific: Uint8Array): number {
  let rest = specific;
  while (rest.length > 0) {
    if (rest.length < HEADER_SIZE) return abi.WSA_QOS_EOBJLENGTH;
    const { ObjectType, ObjectLength } = new abi.QOS_OBJECT_HDR(rest);
    if (ObjectLength < HEADER_SIZE || ObjectLength > rest.length) return abi.WSA_QOS_EOBJLENGTH;
    if (ObjectType === abi.QOS_OBJECT_END_OF_LIST) return 0;
    if (!OBJECTS.has(ObjectType)) return abi.WSA_QOS_EUNKOWNPSOBJ;
    rest = rest.subarray(ObjectLength);
  }
  return 0;
}
