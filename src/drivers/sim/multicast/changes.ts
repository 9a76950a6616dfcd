// What the network has still to be told of one group's change: state-change records, each sent several times because
// reports get lost (RFC 3376, 5.1; RFC 3810, 6.1).
import type { IpAddress } from '../ip/address.js';
import type { GroupFilter } from '../ip/service.js';
import { RECORD } from '../wire/group-records.js';
import { without } from './source-filter.js';

/** One record of a report. */
export interface GroupRecord {
  readonly type: number;
  readonly group: IpAddress;
  readonly sources: readonly IpAddress[];
}

export class PendingChange {
  readonly #group: IpAddress;
  readonly #robustness: number;
  #mode: GroupFilter['mode'] = 'include';
  #sources: ReadonlySet<IpAddress> = new Set();
  /** How often the change of mode is still to be told. */
  #modeLeft = 0;
  /** How often each source is. */
  readonly #allowed = new Map<IpAddress, number>();
  readonly #blocked = new Map<IpAddress, number>();

  constructor(group: IpAddress, robustness: number) {
    this.#group = group;
    this.#robustness = robustness;
  }

  get isOver(): boolean {
    return this.#modeLeft === 0 && this.#allowed.size === 0 && this.#blocked.size === 0;
  }

  /** The interface's wish went from `before` to `after`. */
  note(before: GroupFilter, after: GroupFilter): void {
    this.#mode = after.mode;
    this.#sources = after.sources;
    if (before.mode !== after.mode) {
      this.#modeLeft = this.#robustness;
      this.#allowed.clear();
      this.#blocked.clear();
      return;
    }
    const added = without(after.sources, before.sources);
    const removed = without(before.sources, after.sources);
    const includes = after.mode === 'include';
    for (const source of includes ? added : removed) this.#turn(source, this.#allowed, this.#blocked);
    for (const source of includes ? removed : added) this.#turn(source, this.#blocked, this.#allowed);
  }

  #turn(source: IpAddress, to: Map<IpAddress, number>, from: Map<IpAddress, number>): void {
    from.delete(source);
    to.set(source, this.#robustness);
  }

  /** The records to be sent now; each is told once more by that. */
  next(): GroupRecord[] {
    const group = this.#group;
    const allowed = countDown(this.#allowed);
    const blocked = countDown(this.#blocked);
    if (this.#modeLeft > 0) {
      this.#modeLeft -= 1;
      const type = this.#mode === 'include' ? RECORD.toInclude : RECORD.toExclude;
      return [{ type, group, sources: [...this.#sources] }];
    }
    const records: GroupRecord[] = [];
    if (allowed.length > 0) records.push({ type: RECORD.allowSources, group, sources: allowed });
    if (blocked.length > 0) records.push({ type: RECORD.blockSources, group, sources: blocked });
    return records;
  }
}

function countDown(sources: Map<IpAddress, number>): IpAddress[] {
  const told = [...sources.keys()];
  for (const [source, left] of [...sources]) {
    if (left > 1) sources.set(source, left - 1);
    else sources.delete(source);
  }
  return told;
}
