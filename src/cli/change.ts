// How commands change the catalog: through Winsock's installer functions over this run's catalog, on trial in memory when
// asked to, with what came of it printed and written into the audit trail.
import { MemoryStore, errorName, ref, type Catalog, type Ref, type Winsock } from '../index.js';
import { AuditLog } from './audit/log.js';
import type { OptionDefinition, Outcome } from './definition.js';
import { OK } from './exit-codes.js';
import { Failure } from './failure.js';
import { changeLines, changesBetween, type CatalogChanges } from './format/changes.js';
import { catalogFailure, type Run } from './run.js';
import type { CommandStore } from './shell.js';

/** Tries a change in memory and says what it would do. */
export const DRY_RUN: OptionDefinition = { flags: '--dry-run', about: 'only say what would change' };

/** Calls installer functions; null when they all worked. */
export type Act = (ws: Winsock) => Promise<Failure | null>;

/** A change that was made, or tried. */
export interface Made {
  readonly before: Catalog;
  readonly after: Catalog;
  readonly changes: CatalogChanges;
}

/** Has a change made on a copy of the catalog in memory. */
export async function trial(run: Run, before: Catalog, act: Act): Promise<Made | Failure> {
  return onStore(run, new MemoryStore(before), before, act);
}

/** Has a change made, or only tried, and says what came of it. */
export async function change(run: Run, dryRun: boolean, act: Act): Promise<Made | Failure> {
  const before = await run.catalog();
  if (before instanceof Failure) return before;
  if (dryRun) return trial(run, before, act);
  run.out.progress('changing the catalog');
  const made = await onStore(run, run.store, before, act);
  if (made instanceof Failure) return made;
  const untold = await new AuditLog(run.store.file ?? null).add(made, run.shell.now());
  if (untold !== null) run.out.note(`winsock: the audit trail could not be written: ${untold}`);
  return made;
}

async function onStore(run: Run, store: CommandStore, before: Catalog, act: Act): Promise<Made | Failure> {
  await using host = run.process(store);
  const failure = await act(host.bind());
  if (failure !== null) return failure;
  const loaded = await store.load();
  if (!loaded.ok) return catalogFailure(loaded.error);
  return { before, after: loaded.catalog, changes: changesBetween(before, loaded.catalog) };
}

/** Prints a change; `--json` gives the difference itself. */
export function report(run: Run, { changes }: Made, dryRun: boolean): Outcome {
  if (run.out.json) {
    run.out.value({ dryRun, ...changes });
    return OK;
  }
  const paint = { '+': run.out.colors.green, '-': run.out.colors.red, '~': run.out.colors.yellow };
  if (dryRun) run.out.line('This would change:');
  for (const line of changeLines(changes)) {
    const color = paint[line.charAt(0) as keyof typeof paint] as ((text: string) => string) | undefined;
    run.out.line(color === undefined ? line : color(line));
  }
  return OK;
}

/** Calls a function that tells its error through lpErrno; null when it worked. */
export async function calling(
  name: string,
  call: (lpErrno: Ref) => number | Promise<number>,
  remedies: Readonly<Record<string, string>> = {},
): Promise<Failure | null> {
  const lpErrno = ref(0);
  return (await call(lpErrno)) === 0 ? null : refused(name, lpErrno.value, remedies);
}

/** The same for a function that returns its error. */
export async function returning(name: string, call: () => number | Promise<number>): Promise<Failure | null> {
  const error = await call();
  return error === 0 ? null : refused(name, error);
}

/** The same for a function that leaves its error as the last one. */
export async function leaving(
  ws: Winsock,
  name: string,
  call: () => number | Promise<number>,
  remedies: Readonly<Record<string, string>> = {},
): Promise<Failure | null> {
  return (await call()) === 0 ? null : refused(name, ws.WSAGetLastError(), remedies);
}

/** What to do about errors whose cause is the same for every function. */
const COMMON: Readonly<Record<string, string>> = {
  WSANO_RECOVERY: 'see `winsock doctor`',
  WSAEACCES: 'see `winsock doctor`',
  WSATRY_AGAIN: 'somebody else is changing the catalog: try again',
  WSAEINPROGRESS: 'somebody else is changing the catalog: try again',
  WSASYSCALLFAILURE: 'see `winsock doctor`',
};

/** The failure of a function, with what to do about its error. */
function refused(name: string, error: number, remedies: Readonly<Record<string, string>> = {}): Failure {
  const remedy = remedies[errorName(error)] ?? COMMON[errorName(error)] ?? '';
  return Failure.of(error, `${name} refused`, remedy);
}
