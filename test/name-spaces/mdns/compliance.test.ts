// The name space of multicast DNS keeps the contract, on a simulated host.
import * as vitest from 'vitest';
import { AFPROTOCOLS, AF_INET, RNRSERVICE_REGISTER, type Process } from 'winsock2';
import { Network, describeNameSpaceProvider } from 'winsock2/testing';
import { NSPStartup } from '../../../src/providers/namespaces/mdns/index.js';
import { CLASS, HTTP, NS_MDNS, ends } from './world.js';

const ipv4 = new AFPROTOCOLS();
ipv4.iAddressFamily = AF_INET;

let network: Network | null = null;

describeNameSpaceProvider(vitest, 'of multicast DNS', {
  NSPStartup,
  nameSpace: NS_MDNS,
  module: 'winsock2/namespaces/mdns?seed=1',
  process: (): Process => {
    network = new Network();
    return network.host('alone').process;
  },
  known: { lpServiceClassId: CLASS, lpszContext: '_ssh._tcp' },
  // The host has IPv6 addresses too, and each is a way to the service.
  service: {
    lpServiceClassId: CLASS,
    lpszContext: HTTP,
    lpszServiceInstanceName: 'a service',
    dwNumberOfProtocols: 1,
    lpafpProtocols: [ipv4],
  },
  prepare: async (space) => {
    const lpcsaBuffer = ends(22);
    for (const lpszServiceInstanceName of ['one', 'two']) {
      const service = { lpszServiceInstanceName, lpszContext: '_ssh._tcp', dwNumberOfCsAddrs: 1, lpcsaBuffer };
      vitest.expect(await space.set(RNRSERVICE_REGISTER, 0, service)).toBe(0);
    }
  },
  change: async (space) => {
    const service = { lpszServiceInstanceName: 'three', lpszContext: '_ssh._tcp', dwNumberOfCsAddrs: 1, lpcsaBuffer: ends(22) };
    vitest.expect(await space.set(RNRSERVICE_REGISTER, 0, service)).toBe(0);
  },
  lacks: { classes: 'a type of service has no schema' },
  close: () => {
    network?.dispose();
  },
});
