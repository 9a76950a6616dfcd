// Checks of plain values, from which the schema is built. They say what is wrong and where, and find everything that is
// wrong, since people repair files with that; a right value costs them no memory, since every start of a program checks
// a whole catalog.

/** What kind of thing is wrong with a catalog. */
export type ProblemName =
  | 'not-text'
  | 'not-json'
  | 'not-a-catalog'
  | 'newer-version'
  | 'wrong-value'
  | 'missing-member'
  | 'unknown-member'
  | 'duplicate'
  | 'next-id-in-use'
  | 'two-modules'
  | 'wrong-chain-length'
  | 'missing-entry'
  | 'cyclic-chain'
  | 'missing-base'
  | 'base-above-base';

/** What is wrong, and where: `protocols[3].iSocketType`, or '' for the whole. */
export interface Problem {
  readonly name: ProblemName;
  readonly path: string;
  readonly what: string;
}

/** Checks a value at a path: null when it is right, what is wrong with it, or what is wrong inside it. */
export type Check = (value: unknown, path: string) => string | readonly Problem[] | null;

/** A whole number of a range. */
export function whole(least: number, most: number): Check {
  return (value) => {
    if (typeof value === 'number' && value >= least && value <= most && Number.isInteger(value)) return null;
    return `must be a whole number from ${least} to ${most}`;
  };
}

/** A text of a length, in characters, and a form. */
export function text(rule: { readonly least?: number; readonly most?: number; readonly form?: RegExp; readonly what?: string }): Check {
  const { least = 0, most = Number.POSITIVE_INFINITY, form = null, what = 'has the wrong form' } = rule;
  return (value) => {
    if (typeof value !== 'string') return 'must be a text';
    if (value.length < least) return 'must not be empty';
    if (value.length > most) return `must not be longer than ${most} characters`;
    // A NUL would end the text early once it stands in a structure, and so show a name other than the one kept here.
    if (value.includes('\0')) return 'must not hold a NUL character';
    return form === null || form.test(value) ? null : what;
  };
}

/** A list of equal things. */
export function list(item: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return 'must be a list';
    const problems: Problem[] = [];
    for (const [index, one] of value.entries()) collect(problems, item, one, path, index);
    return problems.length === 0 ? null : problems;
  };
}

/** An object with exactly these members. */
export function record(members: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(members);
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
    const problems: Problem[] = [];
    const given = value as Readonly<Record<string, unknown>>;
    for (const [name, check] of checks) collect(problems, check, given[name], path, name);
    for (const name of Object.keys(given)) {
      if (Object.hasOwn(members, name)) continue;
      problems.push({ name: 'unknown-member', path: place(path, name), what: 'is no member of a catalog' });
    }
    return problems.length === 0 ? null : problems;
  };
}

function collect(problems: Problem[], check: Check, value: unknown, path: string, key: string | number): void {
  // The path is made of parts only for what may need it.
  const wrong = check(value, typeof value === 'object' ? place(path, key) : '');
  if (wrong === null) return;
  if (typeof wrong !== 'string') problems.push(...wrong);
  else if (value === undefined) problems.push({ name: 'missing-member', path: place(path, key), what: `is missing; it ${wrong}` });
  else problems.push({ name: 'wrong-value', path: place(path, key), what: wrong });
}

function place(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
