// Reads a layer's settings, strictly: a setting that is not known, comes twice or cannot be read must not start a layer that
// does something else than was asked for. What is wrong is thrown, so that WSPStartup fails with the reason in the trace.

/** Ends a start: what somebody wrote in the catalog makes no sense. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** The settings of one layer. Each is asked for once; then `done` finds what nobody asked for. */
export class Settings {
  readonly #query: URLSearchParams;
  readonly #asked = new Set<string>();

  /** @param query - see `providerSettings` */
  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** All values of a setting that may come several times, in order. */
  all(name: string): readonly string[] {
    this.#asked.add(name);
    return this.#query.getAll(name);
  }

  /** The value of a setting, or null without it. */
  text(name: string): string | null {
    const [value = null, ...more] = this.all(name);
    if (more.length > 0) throw new SettingError(`the setting '${name}' comes more than once`);
    if (value === '') throw new SettingError(`the setting '${name}' has no value`);
    return value;
  }

  /** A whole number from `lowest` to `highest`, or null without the setting. */
  number(name: string, lowest: number, highest: number): number | null {
    const text = this.text(name);
    return text === null ? null : wholeNumber(`the setting '${name}'`, text, lowest, highest);
  }

  /** One of some words, or null without the setting. */
  choice<W extends string>(name: string, words: readonly W[]): W | null {
    const text = this.text(name);
    const found = words.find((word) => word === text);
    if (text !== null && found === undefined) throw new SettingError(`the setting '${name}' is '${text}' and not one of ${words.join(', ')}`);
    return found ?? null;
  }

  /** To be called when every setting has been asked for. */
  done(): void {
    for (const name of this.#query.keys()) {
      if (!this.#asked.has(name)) throw new SettingError(`there is no setting '${name}'; there are ${[...this.#asked].join(', ')}`);
    }
  }
}

/** Reads a whole number; `what` names it for people. */
export function wholeNumber(what: string, text: string, lowest: number, highest: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= lowest && value <= highest) return value;
  throw new SettingError(`${what} is '${text}' and not a number from ${String(lowest)} to ${String(highest)}`);
}
