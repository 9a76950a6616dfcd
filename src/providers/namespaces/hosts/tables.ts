// Entries by what they are looked up with. Of two entries with one key the first counts, but a host's addresses are gathered
// from all lines that name it.
import type { HostAddress, HostEntry } from '../../../win32/index.js';

const fold = (name: string): string => name.toLowerCase();
const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name);

/** Entries with names and something else to be found by, as services, protocols and networks are. */
export class NamedTable<T extends { readonly name: string; readonly aliases: readonly string[] }> {
  readonly entries: readonly T[];
  readonly #byName = new Map<string, T[]>();
  readonly #byKey = new Map<string | number, T[]>();

  constructor(entries: readonly T[], keyOf: (entry: T) => string | number) {
    this.entries = entries;
    for (const entry of entries) {
      for (const name of [entry.name, ...entry.aliases]) add(this.#byName, fold(name), entry);
      add(this.#byKey, keyOf(entry), entry);
    }
  }

  /** Those of this name or alias. */
  named(name: string): readonly T[] {
    return this.#byName.get(fold(name)) ?? [];
  }

  /** Those with this key. */
  with(key: string | number): readonly T[] {
    return this.#byKey.get(key) ?? [];
  }
}

function add<K, T>(map: Map<K, T[]>, key: K, entry: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [entry]);
  else known.push(entry);
}

/** Hosts, one line each as they stand in the file. */
export class HostTable {
  readonly #lines: readonly HostEntry[];
  readonly #byName = new Map<string, HostEntry[]>();
  readonly #byAddress = new Map<string, HostEntry>();

  constructor(lines: readonly HostEntry[]) {
    this.#lines = lines;
    for (const line of lines) {
      for (const name of [line.name, ...line.aliases]) add(this.#byName, fold(withoutDot(name)), line);
      for (const { address } of line.addresses) {
        if (!this.#byAddress.has(address)) this.#byAddress.set(address, line);
      }
    }
  }

  /** Every host once, under its canonical name. */
  get entries(): readonly HostEntry[] {
    const names = [...new Set(this.#lines.map(({ name }) => fold(withoutDot(name))))];
    return names.flatMap((name) => this.named(name, null) ?? []);
  }

  named(name: string, family: HostAddress['family'] | null): HostEntry | null {
    const lines = this.#byName.get(fold(withoutDot(name)));
    const first = lines?.[0];
    if (lines === undefined || first === undefined) return null;
    const others = lines.flatMap((line) => [line.name, ...line.aliases]);
    const addresses = lines.flatMap((line) => line.addresses);
    return {
      name: first.name,
      aliases: unique(others, fold).filter((other) => fold(other) !== fold(first.name)),
      addresses: unique(addresses, ({ address, scopeId }) => `${address}%${scopeId}`).filter(
        (one) => family === null || one.family === family,
      ),
    };
  }

  /** @param address - as this library prints it */
  at(address: string): HostEntry | null {
    return this.#byAddress.get(address) ?? null;
  }
}

function unique<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const isNew = !seen.has(keyOf(item));
    seen.add(keyOf(item));
    return isNew;
  });
}
