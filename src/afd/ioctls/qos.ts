// The codes of quality of service: flow specifications as memory. What a socket makes of them is in quality.ts. Pointers
// in memory are offsets in the same buffer, as everywhere here.
import * as abi from '../../abi/index.js';
import { WSAEFAULT, WSAEINVAL } from '../../abi/index.js';
import type { Endpoint } from '../endpoint.js';
import { FLOWS_SIZE, applyFlows, flowsOf } from '../quality.js';
import { INTERNET, code } from './builders.js';
import { outcome, type ControlOutcome, type ControlRule } from './rule.js';

/** Where QOS has the length and the pointer of its WSABUF. */
const LENGTH_AT = 64;
const POINTER_AT = 72;
const QOS_SIZE = abi.QOS.size;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** What the QOS structure at the start of `input` points to, or null when that is not all there. */
function specificIn(input: Uint8Array): Uint8Array | null {
  const length = view(input).getUint32(LENGTH_AT, true);
  if (length === 0) return new Uint8Array(0);
  const offset = Number(view(input).getBigUint64(POINTER_AT, true));
  return offset === 0 || offset + length > input.length ? null : input.subarray(offset, offset + length);
}

function setFlows(endpoint: Endpoint, input: Uint8Array): ControlOutcome {
  const specific = specificIn(input);
  return outcome(specific === null ? WSAEFAULT : applyFlows(endpoint, input.subarray(0, FLOWS_SIZE), specific));
}

/** Writes the structure with what it points to behind it. */
function put(output: Uint8Array, flows: Uint8Array, specific: Uint8Array): ControlOutcome {
  const needed = QOS_SIZE + specific.length;
  if (output.length < needed) return outcome(WSAEFAULT, needed);
  output.fill(0, 0, QOS_SIZE);
  output.set(flows);
  if (specific.length > 0) {
    view(output).setUint32(LENGTH_AT, specific.length, true);
    view(output).setBigUint64(POINTER_AT, BigInt(QOS_SIZE), true);
    output.set(specific, QOS_SIZE);
  }
  return outcome(0, needed);
}

/** A receiver may ask as soon as it is bound; a sender, which is bound by connecting, once it is connected. */
function getFlows(endpoint: Endpoint, _input: Uint8Array, output: Uint8Array): ControlOutcome {
  if (endpoint.local === null) return outcome(WSAEINVAL);
  const { flows, specific } = flowsOf(endpoint);
  return put(output, flows, specific);
}

/** No group of sockets has flows of its own, and the structure of one that has none is empty. */
function getGroupFlows(_endpoint: Endpoint, _input: Uint8Array, output: Uint8Array): ControlOutcome {
  return put(output, new Uint8Array(FLOWS_SIZE), new Uint8Array(0));
}

/** What a machine without traffic control and without RSVP knows about its traffic. */
const ANSWERS: ReadonlyMap<number, number> = new Map([
  // Nothing holds best effort back.
  [abi.ALLOWED_TO_SEND_DATA, 1],
  [abi.ABLE_TO_RECV_RSVP, 0],
  [abi.LINE_RATE, abi.INFO_NOT_AVAILABLE],
  [abi.LOCAL_TRAFFIC_CONTROL, 0],
  [abi.LOCAL_QOSABILITY, abi.INFO_NOT_AVAILABLE],
  [abi.END_TO_END_QOSABILITY, abi.INFO_NOT_AVAILABLE],
]);

function check(_endpoint: Endpoint, input: Uint8Array, output: Uint8Array): ControlOutcome {
  const answer = ANSWERS.get(view(input).getUint32(0, true));
  if (answer === undefined) return outcome(WSAEINVAL);
  view(output).setUint32(0, answer, true);
  return outcome(0, 4);
}

/** Their rows. */
export const qosControls: readonly ControlRule[] = [
  code(abi.SIO_SET_QOS, { families: INTERNET }, { input: QOS_SIZE }, setFlows),
  code(abi.SIO_GET_QOS, { families: INTERNET }, { output: QOS_SIZE }, getFlows),
  code(abi.SIO_GET_GROUP_QOS, { families: INTERNET }, { output: QOS_SIZE }, getGroupFlows),
  // Reserved: a group's flows cannot be set.
  code(abi.SIO_SET_GROUP_QOS, { families: INTERNET }, { input: QOS_SIZE }, () => outcome(WSAEINVAL)),
  code(abi.SIO_CHK_QOS, { families: INTERNET }, { input: 4, output: 4 }, check),
];
