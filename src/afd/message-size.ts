// How long a message can be: an IP packet is at most 65535 bytes, less the headers that are not the caller's.
import type { Endpoint } from './endpoint.js';

const LONGEST_PACKET = 65535;
/** The smallest IPv4 header. IPv6's own header does not count. */
const IPV4_HEADER = 20;
const UDP_HEADER = 8;

/** The longest message that can be sent; 0 for a stream, where messages have no meaning. */
export function longestMessage(endpoint: Endpoint): number {
  if (!endpoint.isDatagram) return 0;
  const included = endpoint.options.driverSettings.get('headerIncluded') === 1;
  const ip = endpoint.family === 'ipv4' && !included ? IPV4_HEADER : 0;
  return LONGEST_PACKET - ip - (endpoint.isRaw ? 0 : UDP_HEADER);
}
