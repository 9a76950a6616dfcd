// Why a command could not do what it was asked, as a value: it becomes one line on stderr and the exit status.
import { errorName } from '../index.js';
import { FAILED, USAGE } from './exit-codes.js';

/** A failed command. */
export class Failure {
  /** The name of a Winsock error; '' where no function of Winsock refused. */
  readonly error: string;
  /** What happened, without a full stop. */
  readonly what: string;
  /** What to do about it; '' when there is nothing to say. */
  readonly remedy: string;
  readonly exitCode: number;

  constructor(error: string, what: string, remedy = '', exitCode = FAILED) {
    this.error = error;
    this.what = what;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }

  /** A Winsock function that refused. */
  static of(code: number, what: string, remedy = ''): Failure {
    return new Failure(errorName(code), what, remedy);
  }

  /** A command line that makes no sense. */
  static usage(what: string, remedy = ''): Failure {
    return new Failure('', what, remedy, USAGE);
  }

  /** The one line. */
  toString(): string {
    const parts = [this.error, this.what].filter((part) => part !== '');
    const line = parts.join(': ');
    return (this.remedy === '' ? line : `${line}; ${this.remedy}`).replace(/\s*\n\s*/g, ' ');
  }
}
