// What commands print with: lines and tables on stdout, notes and progress on stderr, colours where they are wanted.
import pc from 'picocolors';
import type { Shell, TextStream } from './shell.js';

/** picocolors' functions; they change nothing when there are to be no colours. */
export type Colors = ReturnType<typeof pc.createColors>;

/** How output is to look. */
export interface OutputOptions {
  /** --no-color was not given. */
  readonly color: boolean;
  /** --json. */
  readonly json: boolean;
}

/** Whether a stream gets colours: told by --no-color, NO_COLOR, FORCE_COLOR, and else by whether it is a terminal. */
export function wantsColors(stream: TextStream, env: Shell['env'], allowed: boolean): boolean {
  if (!allowed || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

const NO_LINES = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
};

/** A command's output. */
export class Output {
  readonly json: boolean;
  /** For stdout. */
  readonly colors: Colors;
  /** For stderr. */
  readonly errorColors: Colors;
  readonly #shell: Shell;
  #progress = false;

  constructor(shell: Shell, { color, json }: OutputOptions) {
    this.#shell = shell;
    this.json = json;
    this.colors = pc.createColors(wantsColors(shell.stdout, shell.env, color));
    this.errorColors = pc.createColors(wantsColors(shell.stderr, shell.env, color));
  }

  /** One line on stdout, or several. */
  line(text = ''): void {
    this.clearProgress();
    this.#shell.stdout.write(`${text}\n`);
  }

  /** A value for programs. */
  value(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  /** Rows under a heading; columns are as wide as their widest cell. */
  async table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Promise<void> {
    // Loaded only here: what it stands on looks at the terminal when it is imported.
    const { default: Table } = await import('cli-table3');
    const table = new Table({
      head: head.map((title) => this.colors.bold(title)),
      chars: NO_LINES,
      style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(...rows.map((row) => row.map(String)));
    this.line(table.toString().split('\n').map((line) => line.trimEnd()).join('\n'));
  }

  /** A line for people beside the result, on stderr. */
  note(text: string): void {
    this.clearProgress();
    this.#shell.stderr.write(`${text}\n`);
  }

  /** The line that says why it failed. */
  error(text: string): void {
    this.note(`${this.errorColors.red('winsock')}: ${text}`);
  }

  /** What is being done, in one line that the next one takes the place of; only where a person is looking. */
  progress(text: string): void {
    const { stderr } = this.#shell;
    if (stderr.isTTY !== true) return;
    this.clearProgress();
    stderr.write(this.errorColors.dim(text.slice(0, (stderr.columns ?? 80) - 1)));
    this.#progress = true;
  }

  /** Takes the progress line away. */
  clearProgress(): void {
    if (!this.#progress) return;
    this.#progress = false;
    this.#shell.stderr.write('\r\u001b[K');
  }
}
