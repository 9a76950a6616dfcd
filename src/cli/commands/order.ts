// winsock order
import { guid, type Winsock } from '../../index.js';
import { entryIds, nameSpaceProviderIds } from '../candidates.js';
import { DRY_RUN, change, report, returning } from '../change.js';
import type { Candidates, CommandDefinition } from '../definition.js';
import { Failure } from '../failure.js';
import { nameSpaceNamed } from '../format/owner.js';

const NAMESPACES = 'namespaces';

/** The word `namespaces`, then their ids; else entries' ids. */
const complete: Candidates = (catalog, before) => {
  if (before[0] === NAMESPACES) return nameSpaceProviderIds(catalog);
  return before.length > 0 ? entryIds(catalog) : [{ word: NAMESPACES, about: 'order name spaces' }, ...entryIds(catalog)];
};

export const order: CommandDefinition = {
  name: 'order',
  summary: 'Put protocol entries or name spaces in order',
  details:
    'Those named come first, in this order; the others follow as they stand. For a socket the first entry that fits is taken, ' +
    'for a query name spaces are asked in order (WSCWriteProviderOrder, WSCWriteNameSpaceOrder).',
  operands: [{ usage: '<ids...>', about: "catalog ids; or the word namespaces and name spaces' GUIDs", complete }],
  options: [DRY_RUN],
  examples: [
    ['winsock order 1001 1009', 'the base protocol before the chain: the layer serves no new sockets'],
    ['winsock order namespaces 22059D40-7E9E-11CF-AE5A-00AA00A7112B', 'this name space is asked first'],
  ],
  async run(run, command) {
    const [words] = command.processedArgs as [readonly string[]];
    const { dryRun = false } = command.opts<{ dryRun?: boolean }>();
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;
    const ofNameSpaces = words[0] === NAMESPACES;
    const wanted = ofNameSpaces ? words.slice(1) : words;
    if (wanted.length === 0) return Failure.usage('name at least one name space', 'see `winsock show namespaces`');

    const keys = wanted.map((word) => (ofNameSpaces ? nameSpaceNamed(catalog, word)?.providerId : known(catalog.byId(Number(word)))));
    const missing = wanted[keys.indexOf(undefined)];
    if (missing !== undefined) {
      return new Failure('WSAEINVAL', `there is no ${ofNameSpaces ? 'name space' : 'entry'} '${missing}'`, `see \`winsock show ${ofNameSpaces ? NAMESPACES : 'catalog'}\``);
    }
    const twice = wanted.find((_, index) => keys.indexOf(keys[index]) !== index);
    if (twice !== undefined) return Failure.usage(`'${twice}' is named twice`);

    const all = ofNameSpaces ? catalog.namespaces.map((entry) => entry.providerId) : catalog.protocols.map((entry) => entry.dwCatalogEntryId);
    const whole = [...keys, ...all.filter((key) => !keys.includes(key))];
    const made = await change(run, dryRun, (ws) => (ofNameSpaces ? orderNameSpaces(ws, whole.map(String)) : orderEntries(ws, whole.map(Number))));
    return made instanceof Failure ? made : report(run, made, dryRun);
  },
};

function known(entry: { readonly dwCatalogEntryId: number } | null): number | undefined {
  return entry?.dwCatalogEntryId;
}

function orderEntries(ws: Winsock, ids: readonly number[]): Promise<Failure | null> {
  return returning('WSCWriteProviderOrder', () => ws.WSCWriteProviderOrder(ids, ids.length));
}

function orderNameSpaces(ws: Winsock, ids: readonly string[]): Promise<Failure | null> {
  return returning('WSCWriteNameSpaceOrder', () => ws.WSCWriteNameSpaceOrder(ids.map((id) => guid(id)), ids.length));
}
