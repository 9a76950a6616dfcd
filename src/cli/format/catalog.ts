// The catalog as `netsh winsock show catalog` prints it.
import type { Catalog, NamespaceEntry, ProtocolEntry } from '../../index.js';
import { kindOf, type EntryKind } from './entry.js';

const RULE = '-'.repeat(54);
const LABEL_WIDTH = 36;

const TYPES: Readonly<Record<EntryKind, string>> = {
  base: 'Base Service Provider',
  layer: 'Layered Service Provider',
  chain: 'Layered Chain Entry',
};

/** Protocol entries, then name spaces, each in its order. */
export function catalogText({ protocols, namespaces }: Pick<Catalog, 'protocols' | 'namespaces'>): string {
  return [...protocols.map(protocolText), ...namespaces.map(namespaceText)].join('\n\n');
}

/** One protocol entry. */
export function protocolText(entry: ProtocolEntry): string {
  const fields: [string, string | number][] = [
    ['Entry Type', TYPES[kindOf(entry)]],
    ['Description', entry.szProtocol],
    ['Provider ID', entry.providerId],
    ['Provider Path', entry.module],
    ['Catalog Entry ID', entry.dwCatalogEntryId],
    ['Version', entry.iVersion],
    ['Address Family', entry.iAddressFamily],
    ['Max Address Length', entry.iMaxSockAddr],
    ['Min Address Length', entry.iMinSockAddr],
    ['Socket Type', entry.iSocketType],
    ['Protocol', entry.iProtocol],
    ['Service Flags', `0x${entry.dwServiceFlags1.toString(16)}`],
    ['Protocol Chain Length', entry.chainLen],
  ];
  if (kindOf(entry) === 'chain') fields.push(['Protocol Chain', entry.chainEntries.join(' : ')]);
  return block('Winsock Catalog Provider Entry', fields);
}

/** One name space. */
export function namespaceText(entry: NamespaceEntry): string {
  return block('Name Space Provider Entry', [
    ['Description', entry.lpszIdentifier],
    ['Provider ID', entry.providerId],
    ['Name Space', entry.dwNameSpace],
    ['Active', entry.enabled ? 1 : 0],
    ['Version', entry.dwVersion],
  ]);
}

function block(title: string, fields: readonly (readonly [string, string | number])[]): string {
  return [title, RULE, ...fields.map(([label, value]) => `${`${label}:`.padEnd(LABEL_WIDTH)}${value}`)].join('\n');
}
