// Writes docs/deviations.md from the tables that the code uses: the export list, the options, the control codes, the
// scenarios that are known to fail. Run it after a change to any of them: npm run docs
// The table of events in docs/tracing.md is written too; see docs/event-table.ts.
// It decides no support level. What no table can tell is in the sections at the end, by hand.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorName, socketIoctls, socketOptions } from '../src/abi/index.js';
import { controlRules } from '../src/afd/ioctls/table.js';
import { optionRules } from '../src/afd/options/table.js';
import type { Support } from '../src/afd/options/rule.js';
import { exportItems, type ExportItem, type ExportLayer } from '../src/api/exports.js';
import { TRACING, withEventTable } from './docs/event-table.js';
import { knownFailures, laterAreas } from '../test/conformance/known-failures.js';

/** Where the page is kept. */
export const DEVIATIONS = new URL('../docs/deviations.md', import.meta.url);

const LAYERS: Readonly<Record<ExportLayer, string>> = {
  api: 'The API',
  'legacy-1.1': 'Windows Sockets 1.1',
  extension: 'Extension functions',
  'spi-install': 'Installing providers',
  'spi-namespace': 'Name space providers',
  'spi-upcall': 'Upcalls',
  'undocumented-export': 'Exports without a header',
};

/** What the support levels of options and control codes mean, in the order of the page. */
const LEVELS: readonly (readonly [Support, string])[] = [
  ['driver', 'Passed on to the driver where it has the setting, and only remembered where it has not'],
  ['able', 'Served where the driver has the ability, and refused where it has not'],
  ['kept', 'Remembered and handed back, without effect'],
  ['refused', 'Known and refused'],
  ['above', 'Answered above the socket device, or refused where nobody does'],
];

const ENVIRONMENT = `
## What comes from the system below

- **Sharing a port.** Within one process, Microsoft's matrix of SO_REUSEADDR and SO_EXCLUSIVEADDRUSE is applied first. The
  system is asked next, and its rules show where they are stricter. On Linux, while a stream listens on a port, no other
  stream can have that port on the wildcard or on the same address, with SO_REUSEADDR or without: WSAEADDRINUSE where
  Windows would let a wildcard and a specific address, or two sockets with SO_REUSEADDR, have it together. Datagram
  sockets without SO_REUSEADDR likewise; with it they share as on Windows. Towards sockets of other processes only the
  system's rules hold.
- **Urgent data.** Node cannot send or receive it: MSG_OOB gives WSAEOPNOTSUPP on sending.
- **Raw sockets.** Node has none: creating one gives WSAEACCES, as without the privilege on Windows.
- **A connection that is cut while data waits to go out** (a hard close, a cancelled send) may look to its peer like one that
  ended in order: Node closes the socket without a reset then.
- **Control information.** Node tells nothing of packets: WSARecvMsg gives data and sender and an empty control buffer,
  whatever options were set, and WSASendMsg refuses control data with WSAEOPNOTSUPP.
- **Source filters.** Node can join a group for single sources and cannot mute one: IP_BLOCK_SOURCE and the functions and
  codes that set whole filters give WSAEOPNOTSUPP.
- **Refused connections.** The system completes a connection before WSAAccept's condition function is asked, so a
  connection that it rejects was connected for a moment and is then reset.
- **Unconnected datagram sockets** hear nothing of an ICMP port unreachable; connected ones do.
- **AF_UNIX** is there on Unix only, for streams. The path is removed when the socket is closed, where Windows leaves it.
- **IPv6 multicast** on Linux has no way over the loopback interface; take one with a link-local address.
- **Multicast groups** on Linux are heard by every socket bound to the unspecified address and the group's port while
  anybody on the machine is a member, so a socket may go on hearing a group that it has left.

## On the simulated network

- **A refused connection** is given up at the first RST; Windows asks twice more, half a second apart.
- **A router that says nothing** about packets that are too big is not found out: what does not get through times out.
- **Raw sockets and files.** Everybody may have raw sockets. AF_UNIX paths are names known to the host, not files; one is
  free again when the socket that was bound to it is closed.
- **Multicast** stays on its segment: no router carries it on.
- **NAT** translates IPv4 only.
- **SIO_TCP_INFO** counts everything in TCP_INFO_v0. What TCP_INFO_v1 adds, how long and by what sending was held up, is 0.
- **SIO_TCP_INITIAL_RTO** sets the first timeout, and whether a SYN is repeated at all; how often is always twice.
- **SO_RCVBUF** is room in the socket and, once more, in TCP's window, so up to twice as much may come before a sender has
  to wait.
- **Names** are those of the hosts, and known everywhere without a packet.

## What differs by design

- **Name service queries** ask all providers at the same time. Windows asks one after the other, and one that hangs holds up
  everybody. Here a provider that takes longer than two seconds goes behind those that have answered, and one that takes
  thirty seconds for a step is left out of the query. Once everything else is handed out, WSALookupServiceNext fails once
  with the reason (WSAETIMEDOUT, WSASYSCALLFAILURE for a provider that threw or gave garbage, or the provider's own error),
  and from then on with WSA_E_NO_MORE. Of several errors the caller hears the one that tells most.
- **Results of queries** are objects; lpdwBufferLength counts what they take in C on x64 with all that they point to, each
  part aligned to eight bytes, so that asking for the length first works as usual.
- **WSAInstallServiceClass and WSARemoveServiceClass** write the catalog and so are awaited.
- WSASetService has succeeded when one provider has; the trace tells of the others.
- An answer that means "nothing yet" (WSAEWOULDBLOCK, an empty select or WSAPoll) comes one turn of the event loop later,
  and so does every 64th answer in a row that was there at once. A loop that polls would else keep the network from ever
  running.
- Threads take turns in one event loop: one that computes without calling anything keeps the others waiting.
- WSADuplicateSocket works within one process: nothing can carry a socket to another one.
- What ends a wait of select, WSAPoll or a completion port is gathered for a turn of the event loop before the wait ends.
- An OVERLAPPED whose operation is still pending is refused with WSAEINVAL, where Windows would take it and lose the first.
- CancelIo and CancelIoEx reach overlapped operations, not calls that block; a thread's operations go on after its end.
- A completion port's concurrency value holds no thread back.
- An event object hears FD_CLOSE as soon as the end has arrived, a window after the last data, as recorded and as documented.
- WSAProviderConfigChange looks at the catalog file ten times a second.
- Pointers inside memory (SOCKET_ADDRESS_LIST, CSADDR_INFO) are offsets from the start of the same buffer.
`;

/** The text of docs/deviations.md. */
export function deviations(): string {
  const items = exportItems();
  const count = (support: ExportItem['support']): number => items.filter((item) => item.support === support).length;
  return [
    '# Deviations\n',
    'What is missing, and what does not do all that its reference page says. Made by `npm run docs` from the tables in',
    'the code; do not edit it by hand.\n',
    '## Functions\n',
    `Of ${items.length} names that Windows' Winsock libraries export, ${count('full')} are supported in full,`,
    `${count('partial')} in part, and ${count('none')} are refused: a call checks start-up and handle and then fails with`,
    'the code given here.\n',
    ...functionSections(items),
    '## Socket options\n',
    'An option that is not named here does what its page says, or is unknown (WSAENOPROTOOPT).\n',
    ...LEVELS.flatMap(([support, title]) => list(title, optionNames(support))),
    '## Control codes\n',
    'A refused code gives WSAEOPNOTSUPP.\n',
    ...LEVELS.flatMap(([support, title]) => list(title, controlNames(support))),
    ...scenarios(),
    ENVIRONMENT.trim(),
    '',
  ].join('\n');
}

function functionSections(items: readonly ExportItem[]): string[] {
  const partial = items.filter((item) => item.support === 'partial');
  const lines = ['### In part\n', ...partial.map((item) => `- ${link(item)}: ${item.note}`), '', '### Refused\n'];
  for (const [layer, title] of Object.entries(LAYERS)) {
    const refused = items.filter((item) => item.layer === layer && item.support === 'none' && item.exported);
    if (refused.length === 0) continue;
    lines.push(`**${title}**\n`, '| function | fails with | note |', '| --- | --- | --- |');
    lines.push(...refused.map((item) => `| ${link(item)} | ${refusal(item)} | ${item.note} |`), '');
  }
  const hidden = items.filter((item) => !item.exported).map(({ name }) => name);
  return [...lines, ...list('Listed and not exported, as no prototype of them is public', hidden)];
}

function link({ name, doc }: ExportItem): string {
  return doc === '' ? `\`${name}\`` : `[\`${name}\`](${doc})`;
}

function refusal({ returns, unsupportedError }: ExportItem): string {
  return returns === 'void' ? 'nothing: it cannot fail' : errorName(unsupportedError);
}

function list(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`**${title}:** ${names.map((name) => `\`${name}\``).join(', ')}.\n`];
}

function optionNames(support: Support): string[] {
  return optionRules.filter((rule) => rule.support === support).map(({ level, name }) => optionName(level, name));
}

// A few numbers have two names; the table's first is the usual one.
function optionName(level: number, name: number): string {
  const known = socketOptions.find((option) => option.level === level && option.value === name);
  return known?.name ?? `option ${name} of level ${level}`;
}

function controlNames(support: Support): string[] {
  return controlRules.filter((rule) => rule.support === support).map(({ code }) => controlName(code >>> 0));
}

function controlName(code: number): string {
  return socketIoctls.find((known) => known.code === code)?.name ?? `0x${code.toString(16)}`;
}

function scenarios(): string[] {
  const failures = knownFailures.map(({ file, reason }) => `- \`${file}\`: ${reason}`);
  const later = laterAreas.map(({ area, reason }) => `- \`${area}/\`: ${reason}`);
  return [
    '## Conformance scenarios\n',
    'Known to fail:\n',
    ...failures,
    ...(later.length === 0 ? [] : ['\nFolders that are not run yet:\n', ...later]),
    '',
  ];
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(DEVIATIONS, deviations());
  writeFileSync(TRACING, withEventTable(readFileSync(TRACING, 'utf8')));
}
