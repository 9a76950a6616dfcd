// What a question of Winsock's is about, in the words of DNS-SD: a host, a service, the services of a type, or the types. And the
// type of service that a registration is of.
import {
  IS_SVCID_DNS,
  IS_SVCID_TCP,
  IS_SVCID_UDP,
  LUP_CONTAINERS,
  PORT_FROM_SVCID_TCP,
  RR_FROM_SVCID,
  AF_INET,
  AF_INET6,
  type GUID,
  type WSASERVICECLASSINFOW,
} from '../../../abi/index.js';
import type { Question } from '../kit/index.js';
import { isLocal, keyOf, labelsOf, nameBytes, nameOf } from './names.js';
import { TYPE } from './records.js';

export const ALL_TYPES = '_services._dns-sd._udp.local';

/** A type of service. */
export interface ServiceType {
  /** `_http._tcp.local` */
  readonly name: string;
  readonly isTcp: boolean;
  /** A subtype: `_printer` of `_printer._sub._http._tcp`. */
  readonly subtype: string | null;
}

/** What a question is about. */
export type Subject =
  | { readonly kind: 'host'; readonly name: string; readonly types: readonly number[]; readonly port: number; readonly isTcp: boolean }
  | { readonly kind: 'service'; readonly label: string; readonly type: ServiceType }
  | { readonly kind: 'services'; readonly type: ServiceType }
  | { readonly kind: 'types' };

/** The names that go with the ports of service classes, as IANA has registered them for DNS-SD. */
const TCP_NAMES: ReadonlyMap<number, string> = new Map([
  [21, 'ftp'], [22, 'ssh'], [23, 'telnet'], [25, 'smtp'], [80, 'http'], [110, 'pop3'], [119, 'nntp'], [143, 'imap'], [389, 'ldap'],
  [443, 'https'], [445, 'smb'], [515, 'printer'], [548, 'afpovertcp'], [554, 'rtsp'], [631, 'ipp'], [2049, 'nfs'],
]);
const UDP_NAMES: ReadonlyMap<number, string> = new Map([[69, 'tftp'], [123, 'ntp'], [161, 'snmp'], [5060, 'sip']]);

const TYPE_TEXT = /^(?:(_[^.,]+)\._sub\.)?(_[a-z0-9-]+)\._(tcp|udp)(?:,(_[^.,]+))?(?:\.local)?\.?$/i;
const INSTANCE_TEXT = /^(.+)\.(_[a-z0-9-]+\._(?:tcp|udp)\.local)\.?$/is;

/** The type that a text names: `_http._tcp`, `_http._tcp.local`, `_printer._sub._http._tcp`, `_http._tcp,_printer`. */
export function typeOf(text: string): ServiceType | null {
  const [, before, service, protocol, behind] = TYPE_TEXT.exec(text) ?? [];
  if (service === undefined || protocol === undefined) return null;
  const isTcp = keyOf(protocol) === 'tcp';
  const name = `${service}._${isTcp ? 'tcp' : 'udp'}.local`;
  return nameBytes(name) === null ? null : { name, isTcp, subtype: before ?? behind ?? null };
}

/** The name that instances of a type, or of its subtype, are found under. */
export const pointerName = ({ name, subtype }: ServiceType): string => (subtype === null ? name : `${subtype}._sub.${name}`);

/** The name of a service. */
export const instanceName = (label: string, { name }: ServiceType): string => `${nameOf(label)}.${name}`;

/** The type of a class: its name, where that is one, or what its port is known for. */
export function typeOfClass(id: GUID, info: WSASERVICECLASSINFOW | null): ServiceType | null {
  const named = typeOf(info?.lpszServiceClassName ?? '');
  if (named !== null || IS_SVCID_DNS(id)) return named;
  const port = PORT_FROM_SVCID_TCP(id);
  const tcp = IS_SVCID_TCP(id) ? TCP_NAMES.get(port) : undefined;
  const udp = IS_SVCID_UDP(id) ? UDP_NAMES.get(port) : undefined;
  if (tcp !== undefined) return typeOf(`_${tcp}._tcp`);
  return udp === undefined ? null : typeOf(`_${udp}._udp`);
}

/** The port of a class; 0 for one that has none. */
export function portOfClass(id: GUID): number {
  return (IS_SVCID_TCP(id) && !IS_SVCID_DNS(id)) || IS_SVCID_UDP(id) ? PORT_FROM_SVCID_TCP(id) : 0;
}

/** Label and type of a service's whole name. Dots in the label need no escaping. */
export function serviceOf(name: string): { readonly label: string; readonly type: ServiceType } | null {
  const [, text, typeText] = INSTANCE_TEXT.exec(name) ?? [];
  const type = typeOf(typeText ?? '');
  return text === undefined || type === null ? null : { label: labelsOf(text).join('.'), type };
}

/** What a question is about; null for what multicast DNS has nothing to do with. */
export function subjectOf(question: Question): Subject | null {
  const { name, context, serviceClassId, classInfo, flags } = question;
  if ([name, context].some((text) => keyOf(text).replace(/\.$/, '') === ALL_TYPES)) return { kind: 'types' };
  const named = typeOf(name);
  if (named !== null) return { kind: 'services', type: named };
  const service = serviceOf(name);
  if (service !== null) return checked({ kind: 'service', ...service });
  const type = typeOf(context);
  if (type === null && isLocal(name)) return hostOf(question);
  const known = type ?? typeOfClass(serviceClassId, classInfo);
  if (known === null) return name === '' && (flags & LUP_CONTAINERS) !== 0 ? { kind: 'types' } : null;
  // A bare name may be a host's, for others to find: only who says where to look asks for a service.
  if (name !== '' && type === null && typeOf(classInfo?.lpszServiceClassName ?? '') === null) return null;
  return name === '' ? { kind: 'services', type: known } : checked({ kind: 'service', label: name, type: known });
}

function checked(subject: Subject & { readonly kind: 'service' }): Subject | null {
  return nameBytes(instanceName(subject.label, subject.type)) === null ? null : subject;
}

function hostOf({ name, serviceClassId, restrictions }: Question): Subject | null {
  const host = name.replace(/\.$/, '');
  if (nameBytes(host) === null) return null;
  const asked = IS_SVCID_DNS(serviceClassId) ? RR_FROM_SVCID(serviceClassId) : 0;
  const families = (restrictions.lpafpProtocols ?? []).map(({ iAddressFamily }) => iAddressFamily);
  const wants = (family: number, type: number): boolean =>
    (asked === 0 || asked === type) && (families.length === 0 || families.includes(0) || families.includes(family));
  const types = [...(wants(AF_INET, TYPE.A) ? [TYPE.A] : []), ...(wants(AF_INET6, TYPE.AAAA) ? [TYPE.AAAA] : [])];
  const isTcp = !IS_SVCID_UDP(serviceClassId);
  return types.length === 0 ? null : { kind: 'host', name: host, types, port: portOfClass(serviceClassId), isTcp };
}
