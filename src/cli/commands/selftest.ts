// winsock selftest
import { MAKEWORD, WSADATA } from '../../index.js';
import type { CommandDefinition } from '../definition.js';
import { FINDINGS, INTERRUPTED, OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { testEntries, type EntryResult } from '../selftest/entries.js';

const SECONDS = /^\d{1,4}$/;

export const selftest: CommandDefinition = {
  name: 'selftest',
  summary: 'Echoes through every entry of the catalog',
  details:
    'Winsock is started with the catalog; two sockets made by each base protocol and each chain send to each other over the ' +
    'loopback interface. It tells which providers their calls crossed. The exit status is 3 if an echo failed.',
  options: [{ flags: '--limit <seconds>', about: 'how long one entry may take', fallback: '10' }],
  examples: [
    ['winsock selftest', 'does everything that is installed work?'],
    ['winsock selftest --catalog ./trial.json', 'the same for a catalog that is being tried out'],
  ],
  endsItself: true,
  async run(run, command) {
    const { limit } = command.opts<{ limit: string }>();
    if (!SECONDS.test(limit) || Number(limit) === 0) return Failure.usage(`'${limit}' is no number of seconds`);
    const catalog = await run.catalog();
    if (catalog instanceof Failure) return catalog;

    await using host = run.process();
    const data = new WSADATA();
    const error = await host.bind().WSAStartup(MAKEWORD(2, 2), data);
    if (error !== 0) return Failure.of(error, `Winsock does not start: ${data.szSystemStatus}`, 'see `winsock doctor`');

    const { interrupted } = run.shell;
    const results = await testEntries({
      host,
      limit: Number(limit) * 1000,
      interrupted,
      next: (name) => run.out.progress(`testing ${name}`),
    });
    if (run.out.json) run.out.value(results);
    else await print(run.out, results);
    if (interrupted.aborted) return new Failure('', 'stopped before every entry was tested', '', INTERRUPTED);
    return results.some(({ result }) => result === 'failed') ? FINDINGS : OK;
  },
};

async function print(out: Parameters<CommandDefinition['run']>[0]['out'], results: readonly EntryResult[]): Promise<void> {
  const paint = { passed: out.colors.green, failed: out.colors.red, skipped: out.colors.yellow };
  await out.table(
    ['Entry', 'Protocol', 'Result', 'Served by'],
    results.map(({ id, name, result, why, servedBy }) => [
      id, name, `${paint[result](result)}${why === '' ? '' : `: ${why}`}`, servedBy.join(' > '),
    ]),
  );
  const count = (wanted: EntryResult['result']): number => results.filter(({ result }) => result === wanted).length;
  out.line(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
}
