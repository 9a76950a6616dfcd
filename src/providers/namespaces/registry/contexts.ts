// Contexts as a hierarchy: `building/floor` lies in `building`. What of a table a query finds by them, LUP_DEEP and
// LUP_CONTAINERS included.
import { LUP_CONTAINERS, LUP_DEEP } from '../../../abi/index.js';
import type { Answer, Question, ServiceTable } from '../kit/index.js';

const fold = (context: string): string => context.toLowerCase();
const isBelow = (context: string, top: string): boolean => top === '' ? context !== '' : fold(context).startsWith(`${fold(top)}/`);

/** The contexts in use at or below one, with those that only lie between. */
function contextsBelow(table: ServiceTable, { serviceClassId, context: top }: Question): string[] {
  const found = new Map<string, string>();
  for (const { registration, isRegistered } of table.records) {
    if (!isRegistered || registration.serviceClassId.toString() !== serviceClassId.toString()) continue;
    const parts = registration.context.split('/');
    for (let count = 1; count <= parts.length; count += 1) {
      const context = parts.slice(0, count).join('/');
      if (isBelow(context, top) && !found.has(fold(context))) found.set(fold(context), context);
    }
  }
  return [...found.values()];
}

/** What a question finds: services, or with LUP_CONTAINERS the contexts that lie in the one it names. */
export function findIn(table: ServiceTable, question: Question): Answer[] {
  const { flags, context } = question;
  const deep = (flags & LUP_DEEP) !== 0;
  if ((flags & LUP_CONTAINERS) === 0) {
    const contexts = deep ? [context, ...contextsBelow(table, question)] : [context];
    return contexts.flatMap((each) => table.find({ ...question, context: each }));
  }
  const depth = context === '' ? 0 : context.split('/').length;
  return contextsBelow(table, question)
    .filter((each) => deep || each.split('/').length === depth + 1)
    .map((name) => ({ name, context, isContainer: true }));
}
