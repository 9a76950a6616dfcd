// Categories of layered providers by name: the LSP_* bits and their words.
import {
  LSP_CRYPTO_COMPRESS,
  LSP_FIREWALL,
  LSP_INBOUND_MODIFY,
  LSP_INSPECTOR,
  LSP_LOCAL_CACHE,
  LSP_OUTBOUND_MODIFY,
  LSP_PROXY,
  LSP_REDIRECTOR,
  LSP_SYSTEM,
} from '../../index.js';

/** The words for each bit. */
export const CATEGORIES: ReadonlyMap<string, number> = new Map([
  ['system', LSP_SYSTEM],
  ['inspector', LSP_INSPECTOR],
  ['redirector', LSP_REDIRECTOR],
  ['proxy', LSP_PROXY],
  ['firewall', LSP_FIREWALL],
  ['inbound-modify', LSP_INBOUND_MODIFY],
  ['outbound-modify', LSP_OUTBOUND_MODIFY],
  ['crypto-compress', LSP_CRYPTO_COMPRESS],
  ['local-cache', LSP_LOCAL_CACHE],
]);

/** The words for a set of bits, with what has no word in hexadecimal; `none` for 0. */
export function categoryText(bits: number): string {
  let rest = bits >>> 0;
  const words: string[] = [];
  for (const [word, bit] of CATEGORIES) {
    if ((rest & bit) === 0) continue;
    words.push(word);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) words.push(`0x${rest.toString(16)}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

/** The bits for words; null and the word that means nothing. `none` is 0, `all` is every category. */
export function parseCategories(words: readonly string[]): { readonly bits: number } | { readonly unknown: string } {
  let bits = 0;
  for (const word of words) {
    const bit = bitsOf(word.toLowerCase());
    if (bit === null) return { unknown: word };
    bits = (bits | bit) >>> 0;
  }
  return { bits };
}

function bitsOf(word: string): number | null {
  if (word === 'none') return 0;
  if (word === 'all') return [...CATEGORIES.values()].reduce((all, bit) => (all | bit) >>> 0, 0);
  if (/^0x[0-9a-f]{1,8}$/.test(word)) return Number(word);
  return CATEGORIES.get(word.replace(/^lsp_/, '').replaceAll('_', '-')) ?? null;
}
