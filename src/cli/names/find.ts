// What `lookup` and `browse` have in common: one query, printed, with its end as the outcome.
import type { WSAQUERYSETW } from '../../index.js';
import type { Outcome } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { Run } from '../run.js';
import { answerOf, printAnswers } from './answer.js';
import { ask, classOf, nameOptions, startNames, waitFailure, withinLimit, type RawNameOptions } from './session.js';

/** What to find: all of a class, or the one of a name. */
export interface Sought {
  readonly name: string | null;
  readonly serviceClass: string;
}

/** Finds and prints. What was found before the time was up, or before Ctrl-C, is printed all the same. */
export async function find(run: Run, { name, serviceClass }: Sought, raw: RawNameOptions): Promise<Outcome> {
  const options = nameOptions(raw);
  if (options instanceof Failure) return options;
  await using host = run.process();
  const failure = await startNames(run, host);
  if (failure !== null) return failure;
  const ws = host.bind();
  const lpServiceClassId = classOf(ws, serviceClass);
  if (lpServiceClassId instanceof Failure) return lpServiceClassId;

  run.out.progress(`asking for ${name ?? serviceClass}`);
  const { nameSpace: dwNameSpace, limit } = options;
  const results: WSAQUERYSETW[] = [];
  const asking = ask(ws, { dwNameSpace, lpServiceClassId, lpszServiceInstanceName: name }, results);
  const waited = await withinLimit(asking, limit, run.shell.interrupted);
  await printAnswers(run.out, results.map((set) => answerOf(ws, set)));
  const error = waited.ended === 'done' ? waited.value : 0;
  if (error !== 0) return Failure.of(error, `${name === null ? serviceClass : `'${name}'`} was not found`, 'see `winsock show namespaces`');
  return waitFailure(waited, limit) ?? OK;
}
