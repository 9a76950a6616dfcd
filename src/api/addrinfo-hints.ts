// What the hints of getaddrinfo may hold.
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_ADDRCONFIG,
  AI_ALL,
  AI_BYPASS_DNS_CACHE,
  AI_CANONNAME,
  AI_DISABLE_IDN_ENCODING,
  AI_DNS_ONLY,
  AI_EXCLUSIVE_CUSTOM_SERVERS,
  AI_EXTENDED,
  AI_FILESERVER,
  AI_FORCE_CLEAR_TEXT,
  AI_FQDN,
  AI_NON_AUTHORITATIVE,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_REQUIRE_SECURE,
  AI_RESOLUTION_HANDLE,
  AI_RETURN_PREFERRED_NAMES,
  AI_RETURN_RESPONSE_FLAGS,
  AI_RETURN_TTL,
  AI_SECURE,
  AI_SECURE_WITH_FALLBACK,
  AI_V4MAPPED,
  EAI_BADFLAGS,
  SOCK_SEQPACKET,
  WSAEAFNOSUPPORT,
  WSAESOCKTNOSUPPORT,
  WSANO_RECOVERY,
} from '../abi/index.js';

/** The flags of the reference page, those that concern other name spaces too; the rest are GetAddrInfoEx's. */
const KNOWN =
  AI_PASSIVE |
  AI_CANONNAME |
  AI_NUMERICHOST |
  AI_NUMERICSERV |
  AI_DNS_ONLY |
  AI_ALL |
  AI_ADDRCONFIG |
  AI_V4MAPPED |
  AI_NON_AUTHORITATIVE |
  AI_SECURE |
  AI_RETURN_PREFERRED_NAMES |
  AI_FQDN |
  AI_FILESERVER |
  AI_DISABLE_IDN_ENCODING;

/** GetAddrInfoEx's beyond those. */
const KNOWN_EX =
  KNOWN |
  AI_FORCE_CLEAR_TEXT |
  AI_BYPASS_DNS_CACHE |
  AI_RETURN_TTL |
  AI_SECURE_WITH_FALLBACK |
  AI_EXCLUSIVE_CUSTOM_SERVERS |
  AI_RETURN_RESPONSE_FLAGS |
  AI_REQUIRE_SECURE |
  AI_RESOLUTION_HANDLE |
  AI_EXTENDED;

const BOTH_NAMES = AI_CANONNAME | AI_FQDN;

/** Hints of any version, as far as they are checked alike. */
interface CommonHints {
  readonly ai_flags: number;
  readonly ai_family: number;
  readonly ai_socktype: number;
  readonly ai_addrlen: number;
  readonly ai_canonname: string | null;
  readonly ai_addr: unknown;
  readonly ai_next: unknown;
}

/**
 * Checks hints.
 *
 * @param hints - the hints
 * @param node - the host's name, or null
 * @param ex - whether they are GetAddrInfoEx's, whose extended versions have room for both names
 * @returns 0; WSANO_RECOVERY (members set that must not be, or a name asked for where no host is given), EAI_BADFLAGS
 *   (unknown flags, or AI_CANONNAME with AI_FQDN), WSAEAFNOSUPPORT, WSAESOCKTNOSUPPORT
 */
export function hintsError(hints: CommonHints, node: string | null, ex: boolean): number {
  const { ai_flags: flags, ai_family: family, ai_socktype: type } = hints;
  if (hints.ai_addrlen !== 0 || hints.ai_canonname !== null || hints.ai_addr !== null || hints.ai_next !== null) {
    return WSANO_RECOVERY;
  }
  if ((flags & ~(ex ? KNOWN_EX : KNOWN)) !== 0) return EAI_BADFLAGS;
  if ((flags & BOTH_NAMES) === BOTH_NAMES && !(ex && (flags & AI_EXTENDED) !== 0)) return EAI_BADFLAGS;
  if ((flags & BOTH_NAMES) !== 0 && node === null) return WSANO_RECOVERY;
  if (family !== AF_UNSPEC && family !== AF_INET && family !== AF_INET6) return WSAEAFNOSUPPORT;
  return type >= 0 && type <= SOCK_SEQPACKET ? 0 : WSAESOCKTNOSUPPORT;
}
