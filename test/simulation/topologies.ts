// The networks that several tests of datagrams are played on.
import type { Host, Network } from 'winsock2/testing';

/** Two segments with a router between them: 10.0.0.0/24 with `here`, 10.0.1.0/24 with `there`. */
export function acrossRouter(net: Network, farMtu = 1500): { here: Host; router: Host; there: Host } {
  const [near, far] = [net.segment('near'), net.segment('far', { mtu: farMtu })];
  const router = net.host('router', { interfaces: [{ segment: near }, { segment: far }], forwarding: true });
  const here = net.host('here', { segment: near, gateway: 'router' });
  return { here, router, there: net.host('there', { segment: far, gateway: 'router' }) };
}

/** Three hosts on one segment: 10.0.0.1 to 10.0.0.3. */
export function threeHosts(net: Network): { one: Host; two: Host; three: Host } {
  return { one: net.host('one'), two: net.host('two'), three: net.host('three') };
}
