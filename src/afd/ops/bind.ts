// bind: gives a socket its local address, at once and without listening.
import { WSAEINVAL } from '../../abi/index.js';
import type { NetAddress } from '../../drivers/contract.js';
import { anyAddress } from '../address.js';
import type { Endpoint } from '../endpoint.js';
import { StreamEndpoint } from '../stream-endpoint.js';
import { bindRefusal } from './raw.js';

/** Binds `endpoint` to `name`; returns 0 or the error. */
export function bind(endpoint: Endpoint, name: NetAddress): number {
  const error = bindTo(endpoint, name);
  const { events } = endpoint.afd;
  if (!events.on) return error;
  if (error !== 0) events.ended('AFD_EVENT_BIND_FAILED', endpoint, error);
  // Those with ports tell of it when they take their place in the port table.
  else if (!endpoint.hasPort) events.bound(endpoint);
  return error;
}

function bindTo(endpoint: Endpoint, name: NetAddress): number {
  const address = endpoint.withoutIgnored(name);
  if (endpoint.local !== null) return WSAEINVAL;
  if (endpoint instanceof StreamEndpoint && endpoint.state !== 'open' && endpoint.state !== 'refused') return WSAEINVAL;
  if (address.family === 'unix' && address.address === '') return WSAEINVAL;
  const refused = endpoint.isRaw ? bindRefusal(endpoint) : conflict(endpoint, address);
  if (refused !== 0) return refused;
  const error = endpoint.transport.bind(address, {
    v6Only: !endpoint.dualStack,
    shared: endpoint.isRaw || (endpoint.isDatagram && endpoint.options.reuseAddress),
  });
  if (error !== null) return endpoint.errorFrom(error);
  endpoint.holdLocalAddress();
  if (endpoint instanceof StreamEndpoint) endpoint.move('bind');
  return 0;
}

function conflict(endpoint: Endpoint, address: NetAddress): number {
  return endpoint.hasPort ? endpoint.afd.ports.check(endpoint.holdingFor(address)) : 0;
}

/** Binds an unbound socket to the unspecified address and a port of the system's choice; returns 0 or the error. */
export function bindImplicitly(endpoint: Endpoint): number {
  return endpoint.local === null ? bind(endpoint, anyAddress(endpoint.family)) : 0;
}
