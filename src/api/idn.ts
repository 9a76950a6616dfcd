// Internationalized domain names: a name as DNS has it, its labels in Punycode. By the one encoder that every JavaScript
// platform has, that of URLs, which maps and checks names as UTS #46 says.
import { parseIpv4Loose } from '../abi/index.js';

/** What would end a host in a URL, or be decoded there: no name has it. */
const NO_NAME = /[\0-\x20"#%/:<>?@[\\\]^`{|}\x7f]/;

/** Whether a name is DNS's as it is. */
export const isAsciiName = (name: string): boolean => !/[^\0-\x7f]/.test(name);

/** The name in ASCII, the same one if it is that already; null for what cannot be a domain name. */
export function asciiName(name: string): string | null {
  if (isAsciiName(name)) return name;
  if (NO_NAME.test(name)) return null;
  try {
    const { hostname } = new URL(`http://${name}`);
    // Digits of other scripts become an address, which the name was not.
    return hostname === '' || parseIpv4Loose(hostname) !== null ? null : hostname;
  } catch {
    return null;
  }
}
