// What callers pass with a connection or a join besides the address: data, and quality of service.
import {
  FLOWSPEC,
  WSAEFAULT,
  WSAEINVAL,
  WSAEPROTONOSUPPORT,
  type QOS,
  type WSABUF,
} from '../../abi/index.js';
import type { Endpoint } from '../../afd/index.js';
import { FLOWS_SIZE, applyFlows } from '../../afd/quality.js';

const NOTHING = new Uint8Array(0);

/** Gives the socket the flows in `qos`; 0 or the error. */
function applyQuality(endpoint: Endpoint, qos: QOS): number {
  const { len, buf } = qos.ProviderSpecific;
  if (len > 0 && (buf === null || len > buf.length)) return WSAEFAULT;
  const flows = new Uint8Array(FLOWS_SIZE);
  flows.set(qos.SendingFlowspec.bytes);
  flows.set(qos.ReceivingFlowspec.bytes, FLOWSPEC.size);
  return applyFlows(endpoint, flows, buf === null ? NOTHING : buf.subarray(0, len));
}

/**
 * Takes them as TCP/IP can.
 *
 * @returns 0; WSAEPROTONOSUPPORT (data for the peer), WSAEINVAL (flows for a group, which are reserved), or why the flows
 *   cannot be had: WSAEOPNOTSUPP, WSAEFAULT, WSA_QOS_*
 */
export function takeConnectData(
  endpoint: Endpoint,
  callerData: WSABUF | null,
  calleeData: WSABUF | null,
  qos: QOS | null,
  groupQos: QOS | null,
): number {
  // TCP/IP carries no data with a connection, neither way.
  if (callerData !== null && callerData.len > 0) return WSAEPROTONOSUPPORT;
  if (groupQos !== null) return WSAEINVAL;
  const error = qos === null ? 0 : applyQuality(endpoint, qos);
  if (error !== 0) return error;
  if (calleeData !== null) calleeData.len = 0;
  return 0;
}
