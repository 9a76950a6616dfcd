// Registered services as the text of a file, and back. Structures with pointers become members; addresses and blobs, which may
// be of any kind, are hexadecimal.
import { CSADDR_INFO, SOCKET_ADDRESS, bytesOf, guid } from '../../../abi/index.js';
import type { ServiceRecord } from '../kit/index.js';

const FORMAT = 'winsock2 registry';
const VERSION = 1;

interface Address {
  readonly local: string | null;
  readonly remote: string | null;
  readonly iSocketType: number;
  readonly iProtocol: number;
}

interface Service {
  readonly name: string;
  readonly serviceClassId: string;
  readonly version: number | null;
  readonly comment: string | null;
  readonly context: string;
  readonly blob: string | null;
  readonly isRegistered: boolean;
  readonly addresses: readonly Address[];
}

type Is = (value: unknown) => boolean;

const form = (pattern: RegExp): Is => (value) => typeof value === 'string' && pattern.test(value);
const orNull = (is: Is): Is => (value) => value === null || is(value);
const isHex = form(/^([0-9a-f]{2})*$/);
const isText: Is = (value) => typeof value === 'string' && !value.includes('\0');
const isInt32: Is = (value) => Number.isInteger(value) && Math.abs(value as number) <= 0xffffffff;
const isList = (is: Is): Is => (value) => Array.isArray(value) && value.every(is);

/** An object with exactly these members. */
function isRecord(members: Readonly<Record<string, Is>>): Is {
  const names = Object.keys(members);
  return (value) => {
    if (typeof value !== 'object' || value === null || Object.keys(value).length !== names.length) return false;
    return Object.entries(members).every(([name, is]) => Object.hasOwn(value, name) && is((value as Record<string, unknown>)[name]));
  };
}

const isAddress = isRecord({ local: orNull(isHex), remote: orNull(isHex), iSocketType: isInt32, iProtocol: isInt32 });
const isService = isRecord({
  name: isText,
  serviceClassId: form(/^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/),
  version: orNull(isInt32),
  comment: orNull(isText),
  context: isText,
  blob: orNull(isHex),
  isRegistered: (value) => typeof value === 'boolean',
  addresses: isList(isAddress),
});
const isFile = isRecord({
  format: (value) => value === FORMAT,
  version: (value) => value === VERSION,
  services: isList(isService),
});

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
    const parsed: unknown = JSON.parse(content);
    return isFile(parsed) ? (parsed as { readonly services: readonly Service[] }).services.map(toRecord) : null;
  } catch {
    return null;
  }
}
