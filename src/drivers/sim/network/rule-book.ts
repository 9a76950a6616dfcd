// All rules of a network in the order in which they were made, and what they together do to a packet.
import { PacketView } from './packet-view.js';
import { Rule, type RuleDescription, type Verdict } from './rule.js';
import type { WirePacket } from '../ip/wire-packet.js';
import { fixChecksums } from './checksums.js';

const MICROSECONDS = 1000;

/** What is to happen to one packet. */
export interface Treatment {
  droppedBy: string | null;
  duplicates: number;
  /** Bits to flip, each anywhere. */
  damages: number;
  delayUs: number;
  /** The rule that did something else than drop it, for who watches. */
  by: string | null;
}

export class RuleBook {
  /** Goes up whenever the rules in force change. */
  version = 0;
  readonly #made: Rule[] = [];
  #inForce: Rule[] = [];

  add(description: RuleDescription): Rule {
    const rule = new Rule(description, (gone) => this.#remove(gone));
    this.#made.push(rule);
    this.#inForce.push(rule);
    this.version += 1;
    return rule;
  }

  /** Rules that never fired, those included that were taken away. */
  get unused(): Rule[] {
    return this.#made.filter((rule) => rule.hits === 0);
  }

  /** Those in force that can be for packets from one host to the other. */
  concerning(from: string, to: string): readonly Rule[] {
    return this.#inForce.filter((rule) => rule.concerns(from, to));
  }

  clear(): void {
    this.#inForce = [];
    this.version += 1;
  }

  #remove(rule: Rule): void {
    const place = this.#inForce.indexOf(rule);
    if (place < 0) return;
    this.#inForce.splice(place, 1);
    this.version += 1;
  }
}

/** Asks the rules of a link in turn what becomes of a packet; those that rewrite it do so here. */
export function treat(rules: readonly Rule[], packet: WirePacket, from: string, to: string, us: number): Treatment {
  const treatment: Treatment = { droppedBy: null, duplicates: 0, damages: 0, delayUs: 0, by: null };
  for (const rule of rules) {
    // Each has a view of its own: one before it may have rewritten the packet.
    if (!rule.fires(new PacketView(packet, from, to), us)) continue;
    if (rule.verdict === 'pass') break;
    if (rule.verdict === 'drop') {
      treatment.droppedBy = rule.name;
      break;
    }
    treatment.by = rule.name;
    apply(rule.verdict, packet, treatment);
  }
  return treatment;
}

function apply(verdict: Exclude<Verdict, 'pass' | 'drop'>, packet: WirePacket, treatment: Treatment): void {
  if (verdict === 'corrupt') treatment.damages += 1;
  else if (verdict === 'duplicate') treatment.duplicates += 1;
  else if ('delayMs' in verdict) treatment.delayUs += Math.round(verdict.delayMs * MICROSECONDS);
  else {
    const copy = packet.complete().slice();
    const rewritten = verdict.rewrite(copy) ?? copy;
    if (verdict.checksums !== 'keep') fixChecksums(rewritten);
    packet.bytes = rewritten;
    packet.trusted = false;
  }
}
