// What a name costs that the DNS name space remembers: the resolver's own function, from the sources, as no entry exports it.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { CLASS, FLAG, RR, decodeMessage, encodeMessage } from '../../src/providers/namespaces/dns/message.js';
import { DnsResolver } from '../../src/providers/namespaces/dns/resolver.js';
import { systemClock } from '../../src/win32/index.js';
import type { WorkRow } from '../row.js';

const NAME = 'www.example.com';

/** A resolver that has asked for the name. */
async function remembering(): Promise<DnsResolver> {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('message', (bytes, from) => {
    const request = decodeMessage(bytes);
    if (request === null) return;
    const { id, questions } = request;
    const record = { name: NAME, type: RR.A, class: CLASS.IN, ttl: 3600, data: { kind: 'address', address: '192.0.2.1' } } as const;
    const answer = encodeMessage({ id, flags: FLAG.QR, questions, answers: [record] });
    if (answer !== null) server.send(answer, from.port, from.address);
  });
  const resolver = new DnsResolver({ clock: systemClock, servers: [{ address: '127.0.0.1', port: server.address().port }] });
  const { error } = await resolver.lookup(NAME, RR.A);
  server.close();
  if (error !== 0) throw new Error(`the name was not found: ${error}`);
  return resolver;
}

export const dnsCache: WorkRow = {
  name: 'dns-cache',
  title: 'a name that the DNS resolver remembers',
  unit: 'ns/call',
  perCount: 1,
  count: 1_000_000,
  warmup: 500_000,
  pinned: true,
  memory: false,
  raw: null,
  ours: async () => {
    const resolver = await remembering();
    return {
      run: (count) => {
        for (let i = 0; i < count; i += 1) {
          if (resolver.lookup(NAME, RR.A) instanceof Promise) throw new Error('the name was not remembered');
        }
      },
      close: () => resolver.close(),
    };
  },
};
