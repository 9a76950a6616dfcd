// Scope ids: their level, and their short form.

import { ScopeLevelGlobal } from '../constants/address.js';
import type { SCOPE_ID } from '../structs/sockaddr-in6.js';

/** The level of a scope id: ScopeLevel... */
export function ScopeLevel(scopeId: SCOPE_ID): number {
  return scopeId.Level;
}

/** Takes out of a scope id what an address of this scope level says anyway; what the header's macros share. */
export function uncanonicalize(level: number, loopback: boolean, scopeId: SCOPE_ID): void {
  if (loopback || level === ScopeLevelGlobal) scopeId.Value = 0;
  if (scopeId.Level === level) scopeId.Level = 0;
}
