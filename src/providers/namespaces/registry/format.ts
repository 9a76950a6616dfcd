// Registered services as the text of a file, and back. Structures with pointers become members; addresses and blobs, which may
// be of any kind, are hexadecimal.
import * as v from 'valibot';
import { CSADDR_INFO, SOCKET_ADDRESS, bytesOf, guid } from '../../../abi/index.js';
import type { ServiceRecord } from '../kit/index.js';

const FORMAT = 'winsock2 registry';
const VERSION = 1;

const hex = v.pipe(v.string(), v.regex(/^([0-9a-f]{2})*$/));
const uint32 = v.pipe(v.number(), v.integer(), v.minValue(-0x80000000), v.maxValue(0xffffffff));
const text = v.pipe(v.string(), v.check((value) => !value.includes('\0')));
const address = v.strictObject({ local: v.nullable(hex), remote: v.nullable(hex), iSocketType: uint32, iProtocol: uint32 });
const service = v.strictObject({
  name: text,
  serviceClassId: v.pipe(v.string(), v.regex(/^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/)),
  version: v.nullable(uint32),
  comment: v.nullable(text),
  context: text,
  blob: v.nullable(hex),
  isRegistered: v.boolean(),
  addresses: v.array(address),
});
const file = v.strictObject({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  services: v.array(service),
});

type Address = v.InferOutput<typeof address>;
type Service = v.InferOutput<typeof service>;

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (digits: string): Uint8Array => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const endOf = ({ lpSockaddr }: SOCKET_ADDRESS): string | null => (lpSockaddr === null ? null : toHex(bytesOf(lpSockaddr)));

function toEnd(digits: string | null): SOCKET_ADDRESS {
  const lpSockaddr = digits === null ? null : fromHex(digits);
  return new SOCKET_ADDRESS({ lpSockaddr, iSockaddrLength: lpSockaddr?.length ?? 0 });
}

function addressOf({ LocalAddr, RemoteAddr, iSocketType, iProtocol }: CSADDR_INFO): Address {
  return { local: endOf(LocalAddr), remote: endOf(RemoteAddr), iSocketType, iProtocol };
}

function toAddress({ local, remote, iSocketType, iProtocol }: Address): CSADDR_INFO {
  return new CSADDR_INFO({ LocalAddr: toEnd(local), RemoteAddr: toEnd(remote), iSocketType, iProtocol });
}

function serviceOf({ registration, addresses, isRegistered }: ServiceRecord): Service {
  const { name, serviceClassId, version, comment, context, blob } = registration;
  return {
    name,
    serviceClassId: serviceClassId.toString(),
    version,
    comment,
    context,
    blob: blob === null ? null : toHex(blob),
    isRegistered,
    addresses: addresses.map(addressOf),
  };
}

function toRecord(kept: Service): ServiceRecord {
  const addresses = kept.addresses.map(toAddress);
  const registration = {
    ...kept,
    serviceClassId: guid(kept.serviceClassId),
    classInfo: null,
    blob: kept.blob === null ? null : fromHex(kept.blob),
    addresses,
    multiple: false,
  };
  return { registration, addresses, isRegistered: kept.isRegistered };
}

/** The services as the text of a file. */
export function encodeServices(records: readonly ServiceRecord[]): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, services: records.map(serviceOf) }, null, 1)}\n`;
}

/** The services of a file's text (null: no file); null for a text that is not of this form, or newer. */
export function decodeServices(content: string | null): readonly ServiceRecord[] | null {
  if (content === null) return [];
  try {
    const parsed = v.safeParse(file, JSON.parse(content));
    return parsed.success ? parsed.output.services.map(toRecord) : null;
  } catch {
    return null;
  }
}
