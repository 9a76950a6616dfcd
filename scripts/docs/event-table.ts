// The table of tracing events in docs/tracing.md, from the table that the code uses.
import { EVENT_PROVIDERS, winsockEvents, type EventKind, type EventProvider } from '../../src/win32/index.js';

/** The page, and what stands around the generated part of it. */
export const TRACING = new URL('../../docs/tracing.md', import.meta.url);
const BEGIN = '<!-- events: npm run docs -->';
const END = '<!-- end of events -->';

const LEVELS = { 4: 'information', 5: 'verbose' } as const;

/** `page` with the table in its place. */
export function withEventTable(page: string): string {
  const [before, rest = ''] = page.split(BEGIN);
  const [, after] = rest.split(END);
  if (before === undefined || after === undefined) throw new Error('the page has no place for the table');
  return `${before}${BEGIN}\n${eventTables()}${END}${after}`;
}

function eventTables(): string {
  return (Object.keys(EVENT_PROVIDERS) as EventProvider[]).map(tableOf).join('');
}

function tableOf(provider: EventProvider): string {
  const rows = Object.entries<EventKind>(winsockEvents).filter(([, kind]) => kind.provider === provider);
  return [
    `### ${EVENT_PROVIDERS[provider]}\n`,
    '| event | id | level | what makes it | fields |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(([name, kind]) => row(name, kind)),
    '\n',
  ].join('\n').replace(/\n\n$/, '\n');
}

function row(name: string, { id, idIpv6, level, when, fields }: EventKind): string {
  const ids = idIpv6 === null ? String(id) : `${id}, IPv6: ${idIpv6}`;
  return `| \`${name}\` | ${ids} | ${LEVELS[level]} | ${when} | ${fields.join(', ')} |`;
}
