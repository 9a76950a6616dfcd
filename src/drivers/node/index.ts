// Owns: the driver over Node's own sockets; the only driver that may import node:net, node:dgram and node:dns.
// Does not own: any meaning of Winsock's. What Node cannot do is missing from the capabilities and answers 'ENOTSUP'.

import { platform } from 'node:os';
import type { Capabilities, DatagramSink, Driver, Family, StreamSink } from '../contract.js';
import { AddressCache } from './address.js';
import { bindTcp } from './bound-handle.js';
import { NodeDatagram } from './datagram.js';
import { DATAGRAM_SETTINGS } from './datagram-settings.js';
import { listInterfaces } from './interfaces.js';
import { localKind } from './local.js';
import { ReadBuffer } from './read-buffer.js';
import { nodeResolver } from './resolver.js';
import { NodeStream } from './stream.js';
import { type StreamKind, tcpKind } from './stream-kind.js';
import { STREAM_SETTINGS } from './stream-settings.js';
import { StreamTap } from './stream-tap.js';
import { WriteBatch } from './write-batch.js';

/** As much as node:net reads at a time by default. */
const READ_SIZE = 64 * 1024;

/** Makes a driver over this machine's network. It holds no resource until something is opened. */
export function createNodeDriver(): Driver {
  const families = availableFamilies();
  const shared = { buffer: new ReadBuffer(READ_SIZE), tap: new StreamTap(), batch: new WriteBatch() };
  const senders = new AddressCache();
  const kinds: Readonly<Record<Family, StreamKind>> = {
    ipv4: tcpKind('ipv4'),
    ipv6: tcpKind('ipv6'),
    unix: localKind,
  };
  const capabilities: Capabilities = {
    urgentData: false,
    raw: false,
    packetInfo: false,
    families,
    unconnectedPortUnreachable: false,
    deferredAccept: false,
    sourceFilters: false,
    pathFigures: false,
    // Windows has no descriptors.
    pullDatagrams: platform() !== 'win32',
    settings: [...STREAM_SETTINGS, ...DATAGRAM_SETTINGS],
  };
  return {
    name: 'node',
    capabilities,
    resolver: nodeResolver,
    openStream(family: Family, sink: StreamSink) {
      return families.includes(family) ? new NodeStream(kinds[family], shared, sink) : 'EAFNOSUPPORT';
    },
    openDatagram(family: Family, sink: DatagramSink) {
      if (family === 'unix' || !families.includes(family)) return 'EAFNOSUPPORT';
      return new NodeDatagram(family, senders, sink);
    },
    // Node has no raw sockets.
    openRaw: () => 'ENOTSUP',
    interfaces: listInterfaces,
    // Node tells of no change.
    watch: () => null,
    // Nor does it tell of routes.
    sourceFor: () => 'ENOTSUP',
  };
}

function availableFamilies(): readonly Family[] {
  const families: Family[] = ['ipv4'];
  if (hasIpv6()) families.push('ipv6');
  // Node's local sockets on Windows are named pipes, which is not what AF_UNIX means.
  if (platform() !== 'win32') families.push('unix');
  return families;
}

function hasIpv6(): boolean {
  const any = { family: 'ipv6', address: '::', port: 0, scopeId: 0 } as const;
  const handle = bindTcp(any, { v6Only: true, shared: false });
  if (typeof handle === 'string') return handle !== 'EAFNOSUPPORT';
  handle.close();
  return true;
}
