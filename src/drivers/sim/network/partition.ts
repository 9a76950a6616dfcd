// A partition: hosts that do not hear each other until it is healed. It is a rule, and counts as one.
import type { Rule } from './rule.js';

export class Partition {
  readonly name: string;
  readonly #rule: Rule;

  constructor(rule: Rule) {
    this.name = rule.name;
    this.#rule = rule;
  }

  /** How many packets it has kept from arriving. */
  get hits(): number {
    return this.#rule.hits;
  }

  heal(): void {
    this.#rule.remove();
  }

  [Symbol.dispose](): void {
    this.heal();
  }
}
