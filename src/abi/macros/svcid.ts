// Service class identifiers that carry a number: TCP and UDP ports, DNS record types, NetWare SAP ids (svcguid.h).

import { GUID } from '../structs/guid.js';

const tcp = 0x0009;
const udp = 0x000a;
const netware = 0x000b;
const dnsPort = 53;
const tail = [0xc0, 0, 0, 0, 0, 0, 0, 0x46] as const;

function fill(guid: GUID, family: number, number: number, record: number): void {
  guid.Data1 = (family << 16) | (number & 0xffff);
  guid.Data2 = 0;
  guid.Data3 = record;
  guid.bytes.set(tail, 8);
}

function make(family: number, number: number, record: number): GUID {
  const guid = new GUID();
  fill(guid, family, number, record);
  return guid;
}

function belongs(guid: GUID, family: number): boolean {
  return guid.Data1 >>> 16 === family && guid.Data2 === 0 && tail.every((byte, i) => guid.bytes[8 + i] === byte);
}

/** The service class of a TCP port. */
export function SVCID_TCP(port: number): GUID {
  return make(tcp, port, 0);
}

/** The service class of a TCP port and a DNS record type. */
export function SVCID_TCP_RR(port: number, record: number): GUID {
  return make(tcp, port, record);
}

/** The service class of a UDP port. */
export function SVCID_UDP(port: number): GUID {
  return make(udp, port, 0);
}

/** The service class of a UDP port and a DNS record type. */
export function SVCID_UDP_RR(port: number, record: number): GUID {
  return make(udp, port, record);
}

/** The service class of a DNS record type. */
export function SVCID_DNS(recordType: number): GUID {
  return make(tcp, dnsPort, recordType);
}

/** The service class of a NetWare SAP id. */
export function SVCID_NETWARE(sapId: number): GUID {
  return make(netware, sapId, 0);
}

/** Makes `guid` the service class of a TCP port. */
export function SET_TCP_SVCID(guid: GUID, port: number): void {
  fill(guid, tcp, port, 0);
}

/** Makes `guid` the service class of a TCP port and a DNS record type. */
export function SET_TCP_SVCID_RR(guid: GUID, port: number, record: number): void {
  fill(guid, tcp, port, record);
}

/** Makes `guid` the service class of a UDP port. */
export function SET_UDP_SVCID(guid: GUID, port: number): void {
  fill(guid, udp, port, 0);
}

/** Makes `guid` the service class of a UDP port and a DNS record type. */
export function SET_UDP_SVCID_RR(guid: GUID, port: number, record: number): void {
  fill(guid, udp, port, record);
}

/** Makes `guid` the service class of a NetWare SAP id. */
export function SET_NETWARE_SVCID(guid: GUID, sapId: number): void {
  fill(guid, netware, sapId, 0);
}

/** Whether this is the service class of a TCP port, of whatever record type. */
export function IS_SVCID_TCP(guid: GUID): boolean {
  return belongs(guid, tcp);
}

/** Whether this is the service class of a UDP port, of whatever record type. */
export function IS_SVCID_UDP(guid: GUID): boolean {
  return belongs(guid, udp);
}

/** Whether this is the service class of a DNS record type. */
export function IS_SVCID_DNS(guid: GUID): boolean {
  return belongs(guid, tcp) && PORT_FROM_SVCID_TCP(guid) === dnsPort;
}

/** Whether this is the service class of a NetWare SAP id. */
export function IS_SVCID_NETWARE(guid: GUID): boolean {
  return belongs(guid, netware);
}

/** The port of a TCP service class. */
export function PORT_FROM_SVCID_TCP(guid: GUID): number {
  return guid.Data1 & 0xffff;
}

/** The port of a UDP service class. */
export function PORT_FROM_SVCID_UDP(guid: GUID): number {
  return guid.Data1 & 0xffff;
}

/** The SAP id of a NetWare service class. */
export function SAPID_FROM_SVCID_NETWARE(guid: GUID): number {
  return guid.Data1 & 0xffff;
}

/** The DNS record type of a service class. */
export function RR_FROM_SVCID(guid: GUID): number {
  return guid.Data3;
}
