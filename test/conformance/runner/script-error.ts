// The ways a command can fail to be carried out, apart from the call's own result.

/** The interpreter cannot understand a command. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** The face has no such function (yet). */
export class MissingFunction extends Error {
  override readonly name = 'MissingFunction';
  readonly function: string;

  constructor(name: string) {
    super(`missing ${name}`);
    this.function = name;
  }
}
