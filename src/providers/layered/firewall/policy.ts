// What a firewall lets through: the lists, and the answer for one address. Which calls ask is index.ts's.
import { AddressRule, type Place } from '../kit/address-rule.js';
import type { Settings } from '../kit/settings.js';

/** Two lists. What is on the list of the forbidden is forbidden, whatever the other one says. */
export class Policy {
  readonly #allowed: readonly AddressRule[];
  readonly #denied: readonly AddressRule[];
  /** Whether a rule names ports: else nobody needs to find out about them. */
  readonly hasPorts: boolean;

  /**
   * @param allowed - what may pass; with an empty list everything that is not denied
   * @param denied - what may not
   */
  constructor(allowed: readonly AddressRule[], denied: readonly AddressRule[]) {
    this.#allowed = allowed;
    this.#denied = denied;
    this.hasPorts = [...allowed, ...denied].some((rule) => rule.hasPorts);
  }

  /** Reads the settings `allow` and `deny`. */
  static read(settings: Settings): Policy {
    const rules = (name: string): AddressRule[] => settings.all(name).map((text) => AddressRule.parse(text));
    return new Policy(rules('allow'), rules('deny'));
  }

  /** Nothing is ever refused. */
  get isEmpty(): boolean {
    return this.#allowed.length === 0 && this.#denied.length === 0;
  }

  /**
   * Whether a peer may be talked to.
   *
   * @param place - the peer; null for one that is no internet address, which is no business of a firewall
   * @param localPort - for what comes in: the port that it comes to counts as much as the one that it is from
   */
  permits(place: Place | null, localPort: number | null = null): boolean {
    if (place === null) return true;
    const ports = localPort === null ? [place.port] : [place.port, localPort];
    if (this.#denied.some((rule) => rule.matches(place.address, ports))) return false;
    return this.#allowed.length === 0 || this.#allowed.some((rule) => rule.matches(place.address, ports));
  }
}
