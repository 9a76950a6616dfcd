// From what is known to answers: what of it belongs to a subject, and which questions are still open. It waits for nothing.
import {
  AF_INET,
  AF_INET6,
  CSADDR_INFO,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCKET_ADDRESS,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../../abi/index.js';
import { sockaddrBytes } from '../../../abi/address-text.js';
import type { Answer } from '../kit/index.js';
import type { Known, RecordCache } from './cache.js';
import { keyOf, labelsOf } from './names.js';
import { TYPE, deniesType, readPointer, readService, type NameAndType } from './records.js';
import { ALL_TYPES, instanceName, pointerName, serviceOf, typeOf, type Subject } from './subject.js';
import { readText } from './text-record.js';

/** An answer, perhaps only a part of one yet. */
export interface Found {
  /** The same for the same host or service. */
  readonly key: string;
  /** Another one when the answer is another one. */
  readonly signature: string;
  readonly answer: Answer;
  readonly isComplete: boolean;
}

/** What is known of a subject. */
export interface Findings {
  readonly found: readonly Found[];
  /** What to ask for. */
  readonly wanted: readonly NameAndType[];
  /** There is nothing that it still waits for: one host, or one service, is known, or known not to be. */
  readonly isDone: boolean;
}

/** Where one can connect to. */
interface End {
  readonly port: number;
  readonly isTcp: boolean;
}

/** What the cache has for a subject. */
export function findingsOf(subject: Subject, cache: RecordCache): Findings {
  if (subject.kind === 'host') return hostFindings(subject, cache);
  if (subject.kind === 'types') return typesFound(cache);
  if (subject.kind === 'service') {
    const { wanted, ...found } = serviceFound(instanceName(subject.label, subject.type), cache);
    return { found: found.isEmpty ? [] : [found], wanted, isDone: found.isComplete };
  }
  const all = { name: pointerName(subject.type), type: TYPE.PTR };
  const services = pointers(all, cache).map((name) => serviceFound(name, cache));
  return { found: services, wanted: [all, ...services.flatMap(({ wanted }) => wanted)], isDone: false };
}

/** Where the pointers of a name point to, each once. */
function pointers(from: NameAndType, cache: RecordCache): string[] {
  const names = new Map<string, string>();
  for (const { record } of cache.find(from)) {
    const target = readPointer(record.data);
    if (target !== null && !names.has(keyOf(target))) names.set(keyOf(target), target);
  }
  return [...names.values()];
}

function typesFound(cache: RecordCache): Findings {
  const all = { name: ALL_TYPES, type: TYPE.PTR };
  const found = pointers(all, cache).flatMap((name): Found[] => {
    const type = typeOf(name);
    if (type === null) return [];
    const answer = { name: labelsOf(type.name).slice(0, 2).join('.'), context: 'local', isContainer: true };
    return [{ key: keyOf(type.name), signature: '', answer, isComplete: true }];
  });
  return { found, wanted: [all], isDone: false };
}

function hostFindings({ name, types, port, isTcp }: Subject & { readonly kind: 'host' }, cache: RecordCache): Findings {
  const addresses = addressesOf(name, types, cache, { port, isTcp });
  const open = types.filter((type) => cache.find({ name, type }).length === 0 && !isDenied(name, type, cache));
  const signature = signatureOf(addresses);
  const answer: Answer = { name, addresses };
  const isDone = open.length === 0;
  return {
    found: addresses.length === 0 ? [] : [{ key: keyOf(name), signature, answer, isComplete: isDone }],
    // What is known is asked for as well, so that it stays so while somebody waits for changes.
    wanted: types.map((type) => ({ name, type })),
    isDone,
  };
}

const isDenied = (name: string, type: number, cache: RecordCache): boolean =>
  cache.find({ name, type: TYPE.NSEC }).some(({ record }) => deniesType(record.data, type));

type ServiceFound = Found & { readonly wanted: readonly NameAndType[]; readonly isEmpty: boolean };

function serviceFound(name: string, cache: RecordCache): ServiceFound {
  const srv = { name, type: TYPE.SRV };
  const txt = { name, type: TYPE.TXT };
  const { label, type } = serviceOf(name) ?? { label: name, type: null };
  const ends = cache.find(srv).flatMap(({ record }) => readService(record.data) ?? []);
  const [text] = cache.find(txt);
  const wanted: NameAndType[] = [srv, txt];
  const unknown = new Set<string>();
  const addresses = ends.flatMap(({ port, target }) => {
    const there = addressesOf(target, [TYPE.A, TYPE.AAAA], cache, { port, isTcp: type?.isTcp ?? true });
    if (there.length === 0) unknown.add(target);
    return there;
  });
  for (const target of unknown) wanted.push({ name: target, type: TYPE.A }, { name: target, type: TYPE.AAAA });
  const unique = distinct(addresses);
  const answer: Answer = {
    name: label,
    ...(type === null ? {} : { context: type.name }),
    ...(text === undefined ? {} : readText(text.record.data)),
    addresses: unique,
  };
  return {
    key: keyOf(name),
    signature: `${signatureOf(unique)} ${text === undefined ? '' : text.record.data.join(',')}`,
    answer,
    isComplete: ends.length > 0 && text !== undefined && unknown.size === 0,
    isEmpty: ends.length === 0 && text === undefined,
    wanted,
  };
}

function addressesOf(name: string, types: readonly number[], cache: RecordCache, end: End): CSADDR_INFO[] {
  return distinct(types.flatMap((type) => cache.find({ name, type }).map((known) => addressOf(known, end))));
}

function addressOf({ record, link }: Known, { port, isTcp }: End): CSADDR_INFO {
  const family = record.type === TYPE.A ? AF_INET : AF_INET6;
  const isLinkLocal = family === AF_INET6 && record.data[0] === 0xfe && ((record.data[1] ?? 0) & 0xc0) === 0x80;
  const remote = sockaddrBytes(family, { bytes: record.data, port, scopeId: isLinkLocal ? link : 0 });
  const local = sockaddrBytes(family, { bytes: new Uint8Array(record.data.length), port: 0, scopeId: 0 });
  return new CSADDR_INFO({
    LocalAddr: new SOCKET_ADDRESS({ lpSockaddr: local, iSockaddrLength: local.length }),
    RemoteAddr: new SOCKET_ADDRESS({ lpSockaddr: remote, iSockaddrLength: remote.length }),
    iSocketType: isTcp ? SOCK_STREAM : SOCK_DGRAM,
    iProtocol: isTcp ? IPPROTO_TCP : IPPROTO_UDP,
  });
}

const textOf = ({ RemoteAddr: { lpSockaddr } }: CSADDR_INFO): string =>
  lpSockaddr instanceof Uint8Array ? lpSockaddr.join(',') : '';

/** Several links may lead to one address. */
function distinct(addresses: readonly CSADDR_INFO[]): CSADDR_INFO[] {
  return [...new Map(addresses.map((address) => [textOf(address), address])).values()];
}

const signatureOf = (addresses: readonly CSADDR_INFO[]): string => addresses.map(textOf).sort().join(' ');
