// Sizes of structures with open ends and of addresses, and the backlog hint.

import { AF_ATM, AF_BTH, AF_HYPERV, AF_INET, AF_INET6, AF_IPX, AF_IRDA, AF_NETBIOS, AF_UNIX } from '../constants/address-family.js';
import { sockaddr_atm } from '../structs/atm.js';
import { SOCKADDR_BTH } from '../structs/bluetooth.js';
import { sockaddr_ipx } from '../structs/ipx.js';
import { SOCKADDR_IRDA } from '../structs/irda.js';
import { group_filter, ip_msfilter } from '../structs/multicast.js';
import { SOCKADDR_HV, sockaddr_nb } from '../structs/other-families.js';
import { sockaddr_in, sockaddr_storage, sockaddr_un } from '../structs/sockaddr.js';
import { sockaddr_in6 } from '../structs/sockaddr-in6.js';
import { in_addr } from '../structs/address.js';
import { SOCKET_ADDRESS } from '../structs/socket-address.js';

/** The size of a GROUP_FILTER with `numsrc` sources. */
export function GROUP_FILTER_SIZE(numsrc: number): number {
  return group_filter.size + (numsrc - 1) * sockaddr_storage.size;
}

/** The size of an IP_MSFILTER with `numSources` sources. */
export function IP_MSFILTER_SIZE(numSources: number): number {
  return ip_msfilter.size + (numSources - 1) * in_addr.size;
}

/** The size of a SOCKET_ADDRESS_LIST with `addressCount` addresses, without the addresses themselves. */
export function SIZEOF_SOCKET_ADDRESS_LIST(addressCount: number): number {
  const countAndPadding = 8;
  return countAndPadding + addressCount * SOCKET_ADDRESS.size;
}

/** The size of a family's socket address; 0 for a family whose address has no structure here. */
export function SOCKADDR_SIZE(af: number): number {
  switch (af) {
    case AF_UNIX:
      return sockaddr_un.size;
    case AF_INET:
      return sockaddr_in.size;
    case AF_IPX:
      return sockaddr_ipx.size;
    case AF_NETBIOS:
      return sockaddr_nb.size;
    case AF_ATM:
      return sockaddr_atm.size;
    case AF_INET6:
      return sockaddr_in6.size;
    case AF_IRDA:
      return SOCKADDR_IRDA.size;
    case AF_BTH:
      return SOCKADDR_BTH.size;
    case AF_HYPERV:
      return SOCKADDR_HV.size;
    default:
      return 0;
  }
}

/** The backlog that asks listen for `b` connections exactly, within the provider's limits. */
export function SOMAXCONN_HINT(b: number): number {
  return -b;
}
