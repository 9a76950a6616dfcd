// What the hints of getaddrinfo may hold.
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_ADDRCONFIG,
  AI_ALL,
  AI_CANONNAME,
  AI_DISABLE_IDN_ENCODING,
  AI_DNS_ONLY,
  AI_FILESERVER,
  AI_FQDN,
  AI_NON_AUTHORITATIVE,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_RETURN_PREFERRED_NAMES,
  AI_SECURE,
  AI_V4MAPPED,
  EAI_BADFLAGS,
  SOCK_SEQPACKET,
  WSAEAFNOSUPPORT,
  WSAESOCKTNOSUPPORT,
  WSANO_RECOVERY,
  type addrinfo,
  type addrinfoW,
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

const BOTH_NAMES = AI_CANONNAME | AI_FQDN;

/**
 * Checks hints.
 *
 * @param hints - the hints
 * @param node - the host's name, or null
 * @returns 0; WSANO_RECOVERY (members set that must not be, or a name asked for where no host is given), EAI_BADFLAGS
 *   (unknown flags, or AI_CANONNAME with AI_FQDN), WSAEAFNOSUPPORT, WSAESOCKTNOSUPPORT
 */
export function hintsError(hints: addrinfo | addrinfoW, node: string | null): number {
  const { ai_flags: flags, ai_family: family, ai_socktype: type } = hints;
  if (hints.ai_addrlen !== 0 || hints.ai_canonname !== null || hints.ai_addr !== null || hints.ai_next !== null) {
    return WSANO_RECOVERY;
  }
  if ((flags & ~KNOWN) !== 0 || (flags & BOTH_NAMES) === BOTH_NAMES) return EAI_BADFLAGS;
  if ((flags & BOTH_NAMES) !== 0 && node === null) return WSANO_RECOVERY;
  if (family !== AF_UNSPEC && family !== AF_INET && family !== AF_INET6) return WSAEAFNOSUPPORT;
  return type >= 0 && type <= SOCK_SEQPACKET ? 0 : WSAESOCKTNOSUPPORT;
}
