// The key that updates are signed with, from a file as BIND's tsig-keygen writes it. The secret stays in the file: a catalog,
// which everybody may read, has only the file's name. A file that others can read is refused.
import { readFile, stat } from 'node:fs/promises';
import { parseName } from './domain-name.js';
import { isKnownAlgorithm, type TsigKey } from './tsig.js';

/** The key, or why there is none. */
export type KeyOutcome = { readonly key: TsigKey } | { readonly why: string };

/** Permission bits of the group and of everybody. */
const OTHERS = 0o077;
/** A key file has some hundred bytes. */
const LARGEST = 0x10000;
/** RFC 8945 asks for secrets as long as the hash; what is shorter than this can be guessed. */
const SHORTEST_SECRET = 16;

/** Reads a key file. Windows has no permission bits: there the file's access list is the administrator's care. */
export async function readKeyFile(file: string, platform: string = process.platform): Promise<KeyOutcome> {
  try {
    const { mode, size } = await stat(file);
    if (platform !== 'win32' && (mode & OTHERS) !== 0) return { why: 'the key file can be read by others: chmod 600' };
    if (size > LARGEST) return { why: 'the key file is too large to be one' };
    return parseKeyFile(await readFile(file, 'utf8'));
  } catch (error) {
    return { why: `the key file cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}` };
  }
}

const KEY = /^\s*key\s+("?)([^\s"{]+)\1\s*\{([^}]*)\}\s*;?\s*$/;

/** The one key of a file's text. */
export function parseKeyFile(text: string): KeyOutcome {
  // A secret is base64, in which `//` may be: what is quoted is no comment.
  const bare = text.replace(/("[^"\n]*")|\/\*[\s\S]*?\*\/|(?:\/\/|#).*$/gm, (_all, quoted?: string) => quoted ?? '');
  const found = KEY.exec(bare);
  if (found === null) return { why: 'the key file has not the form of tsig-keygen, with one key' };
  const [, , name = '', body = ''] = found;
  const algorithm = valueOf(body, 'algorithm').toLowerCase();
  const secret = Buffer.from(valueOf(body, 'secret'), 'base64');
  if ((parseName(name)?.length ?? 0) === 0) return { why: 'the name of the key is no domain name' };
  if (!isKnownAlgorithm(algorithm)) return { why: 'the algorithm of the key is not hmac-sha256, hmac-sha384 or hmac-sha512' };
  if (secret.length < SHORTEST_SECRET) return { why: 'the secret of the key is too short' };
  return { key: { name, algorithm, secret } };
}

const valueOf = (body: string, word: string): string =>
  new RegExp(`(?:^|[;\\s])${word}\\s+"?([^";\\s]+)"?\\s*(?:;|$)`).exec(body)?.[1] ?? '';
