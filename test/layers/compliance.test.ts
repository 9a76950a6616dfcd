// The ready-made layers with settings that change nothing that a program sees, against the transport provider contract on the simulated network.
import * as vitest from 'vitest';
import { describeTransportProvider } from 'winsock2/testing';
import { captureLayer } from 'winsock2/layers/capture';
import { FaultRule, faultLayer } from 'winsock2/layers/fault';
import { AddressRule, Policy, firewallLayer } from 'winsock2/layers/firewall';
import { redirectLayer } from 'winsock2/layers/redirect';
import { shaperLayer } from 'winsock2/layers/shaper';
import { tlsLayer } from 'winsock2/layers/tls';
import { traceLayer } from 'winsock2/layers/trace';
import { GUID } from '../../src/abi/index.js';
import { MemoryStore } from '../../src/catalog/index.js';
import { SimNetwork, simDriver } from '../../src/drivers/sim/index.js';
import type { LPWSPSTARTUP } from '../../src/spi/index.js';
import { createProcess } from '../../src/winsock.js';
import type { TransportProviderUnderTest } from '../../src/testing/index.js';
import { stackUnderTest } from '../layered/compliance.js';
import { layerId } from '../layered/world.js';
import { Material } from './tls-world.js';

/** A layer that finds these settings, whatever its module is called. */
function withSettings(startup: LPWSPSTARTUP, query: string): LPWSPSTARTUP {
  return (version, data, info, upcalls, table) =>
    startup(
      version,
      data,
      info,
      {
        ...upcalls,
        lpWPUGetProviderPath: (id, path, length, lpErrno) => {
          const name = `layer?${query}\0`;
          const own = id !== null && new GUID(id).toString() === layerId(1);
          if (!own || path === null || length === null) return upcalls.lpWPUGetProviderPath(id, path, length, lpErrno);
          for (let i = 0; i < name.length; i++) path[i] = name.charCodeAt(i);
          return 0;
        },
      },
      table,
    );
}

interface Case {
  readonly name: string;
  readonly startup: LPWSPSTARTUP;
  /** What the layer keeps from programs. */
  readonly lacks?: TransportProviderUnderTest['lacks'];
}

// The rules are there and never hit, so that calls go through what the layer does with them.
const idle = new Policy([AddressRule.parse('*')], [AddressRule.parse('203.0.113.0/24:9')]);

const never = ['*:with=203.0.113.0/24:delay=10', 'send,sendto:nth=1000000:corrupt=1', 'recv,recvfrom:nth=1000000:drop', 'bind:nth=1000000:fail=WSAEACCES'];

const material = new Material();
vitest.afterAll(() => {
  material.remove();
});

const layers: readonly Case[] = [
  { name: 'trace', startup: traceLayer({ write: () => undefined }) },
  { name: 'capture', startup: captureLayer({ write: () => undefined }) },
  // Every stream goes through both pipes; a delay would only change when.
  { name: 'shaper', startup: withSettings(shaperLayer(), 'up=100G&down=100G'), lacks: ['MSG_OOB'] },
  { name: 'redirect', startup: withSettings(redirectLayer(), 'proxy=203.0.113.9:1080&direct=*'), lacks: ['MSG_OOB'] },
  { name: 'fault', startup: faultLayer({ rules: never.map((rule) => FaultRule.parse(rule)) }), lacks: ['RIO'] },
  { name: 'tls', startup: withSettings(tlsLayer(), material.both), lacks: ['MSG_OOB'] },
  { name: 'firewall', startup: firewallLayer(idle), lacks: ['RIO'] },
];

for (const { name, startup, lacks = [] } of layers) {
  const process = (): ReturnType<typeof createProcess> => {
    const network = new SimNetwork({ seed: 1 });
    return createProcess({ driver: simDriver(network.host('host')), clock: network.clock, store: new MemoryStore() });
  };
  describeTransportProvider(vitest, `${name} over msafd on the simulated network`, stackUnderTest([startup], { process, lacks }));
}
