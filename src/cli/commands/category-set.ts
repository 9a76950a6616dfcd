// winsock category set
import { ProviderInfoLspCategories, guid, ref } from '../../index.js';
import { categoryWords, providerIds } from '../candidates.js';
import { calling, change } from '../change.js';
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { categoryText, parseCategories } from '../format/categories.js';
import { named, ownerOf } from '../format/owner.js';

const NOT_YET_KNOWN = { WSAEINVAL: 'see `winsock category show`' };

export const categorySet: CommandDefinition = {
  name: 'set',
  summary: "Say what a layer does, or which kinds of layers a program permits",
  details:
    'A program with categories gets only layers all of whose categories it permits (WSCSetProviderInfo, ' +
    'WSCSetApplicationCategory).',
  operands: [
    { usage: '<target>', about: "a provider's catalog id or GUID; with --application a program's path", complete: providerIds },
    { usage: '<categories...>', about: 'words as `firewall`, LSP_ names or hexadecimal bits; none; all', complete: categoryWords },
  ],
  options: [
    { flags: '--application', about: 'the target is a program' },
    { flags: '--extra <text>', about: "the part of the program's command line that it is told apart by", fallback: '' },
  ],
  examples: [
    ['winsock category set 1008 inspector firewall', 'the layer with entry 1008 inspects and is a firewall'],
    ['winsock category set --application /usr/bin/node system --extra server.js', 'this program permits system layers only'],
  ],
  async run(run, command) {
    const [target, words] = command.processedArgs as [string, readonly string[]];
    const { application = false, extra } = command.opts<{ application?: boolean; extra: string }>();
    const categories = parseCategories(words);
    if ('unknown' in categories) return Failure.usage(`'${categories.unknown}' is no category`, 'see `winsock category set --help`');
    const { bits } = categories;

    const made = application ? await permit(run, target, extra, bits) : await describe(run, target, bits);
    if (made instanceof Failure) return made;
    if (run.out.json) run.out.value({ target, categories: bits });
    else run.out.line(`${target}: ${categoryText(bits)}`);
    return OK;
  },
};

type Run = Parameters<CommandDefinition['run']>[0];

function permit(run: Run, path: string, extra: string, bits: number): Promise<object> {
  return change(run, false, (ws) =>
    calling(
      'WSCSetApplicationCategory',
      (lpErrno) => ws.WSCSetApplicationCategory(path, path.length, extra === '' ? null : extra, extra.length, bits, ref(0), lpErrno),
      NOT_YET_KNOWN,
    ),
  );
}

async function describe(run: Run, target: string, bits: number): Promise<object> {
  const catalog = await run.catalog();
  if (catalog instanceof Failure) return catalog;
  const found = named(catalog, target);
  if (found?.kind !== 'protocol') return new Failure('WSAEINVAL', `there is no transport provider '${target}'`, 'see `winsock show providers`');
  const info = new Uint8Array(4);
  new DataView(info.buffer).setUint32(0, bits, true);
  const owner = guid(ownerOf(catalog, found.entry));
  return change(run, false, (ws) =>
    calling(
      'WSCSetProviderInfo',
      (lpErrno) => ws.WSCSetProviderInfo(owner, ProviderInfoLspCategories, info, info.length, 0, lpErrno),
      NOT_YET_KNOWN,
    ),
  );
}
