// winsock reset
import { AuditLog } from '../audit/log.js';
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { catalogFailure } from '../run.js';

export const reset: CommandDefinition = {
  name: 'reset',
  summary: 'Go back to the built-in catalog, keeping a copy',
  details:
    'Everything installed goes, name spaces too. It works on a damaged file. The old file stays beside the catalog as ' +
    '<file>.backup-<number>; putting it back undoes the reset. Ids are not given out again.',
  options: [{ flags: '--yes', about: 'do not ask' }],
  examples: [
    ['winsock reset', 'asks, then resets'],
    ['winsock reset --yes --catalog ./trial.json', 'in a script'],
  ],
  async run(run, command) {
    const { yes = false } = command.opts<{ yes?: boolean }>();
    const { store, shell, out } = run;
    if (store.reset === undefined) return new Failure('WSAEOPNOTSUPP', `${store.describe()} cannot be reset`);
    if (!yes) {
      if (shell.confirm === null) return Failure.usage('nobody is there to be asked', 'say --yes');
      if (!(await shell.confirm(`Reset ${store.describe()}?`))) return new Failure('', 'not reset');
    }
    const result = await store.reset();
    if (!result.ok) return catalogFailure(result.error);
    const { backup, catalog } = result;
    if (backup !== null) {
      const untold = await new AuditLog(store.file ?? null).addReset(catalog.serial, shell.now());
      if (untold !== null) out.note(`winsock: the audit trail could not be written: ${untold}`);
    }
    if (out.json) out.value({ backup });
    else out.line(backup === null ? 'There was nothing to reset.' : `Reset. The old catalog is ${backup}`);
    return OK;
  },
};
