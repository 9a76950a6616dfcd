// bind: gives a socket its local address, at once and without listening.
import { WSAEINVAL } from '../../abi/index.js';
import type { NetAddress } from '../../drivers/contract.js';
import { anyAddress } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';

/** Binds `endpoint` to `address`; returns 0 or the error. */
export function bind(endpoint: Endpoint, address: NetAddress): number {
  if (endpoint.local !== null) return WSAEINVAL;
  if (endpoint instanceof StreamEndpoint && endpoint.state !== 'open' && endpoint.state !== 'refused') return WSAEINVAL;
  if (address.family === 'unix' && address.address === '') return WSAEINVAL;
  const conflict = address.family === 'unix' ? 0 : endpoint.afd.ports.check(endpoint.holdingFor(address));
  if (conflict !== 0) return conflict;
  const error = endpoint.transport.bind(address, {
    v6Only: !endpoint.dualStack,
    shared: endpoint.isDatagram && endpoint.options.reuseAddress,
  });
  if (error !== null) return endpoint.errorFrom(error);
  endpoint.holdLocalAddress();
  if (endpoint instanceof StreamEndpoint) endpoint.move('bind');
  return 0;
}

/** Binds an unbound socket to the unspecified address and a port of the system's choice; returns 0 or the error. */
export function bindImplicitly(endpoint: Endpoint): number {
  return endpoint.local === null ? bind(endpoint, anyAddress(endpoint.family)) : 0;
}
