// What netstat shows of TCP.
import type { SocketRow } from '../socket-row.js';
import { TcpConnection } from './connection.js';
import type { Endpoint } from './connection-table.js';
import type { TcpListener } from './listener.js';
import { rowState } from './states.js';

export function rowOfListener(listener: TcpListener): SocketRow {
  const { address, port } = listener.binding;
  return {
    protocol: 'TCP',
    family: address.family,
    local: { address, port },
    remote: null,
    state: 'LISTENING',
    received: 0,
    unsent: 0,
  };
}

export function rowOf(endpoint: Endpoint): SocketRow {
  const { localAddress, localPort, remoteAddress, remotePort } = endpoint;
  const connection = endpoint instanceof TcpConnection ? endpoint : null;
  return {
    protocol: 'TCP',
    family: localAddress.family,
    local: { address: localAddress, port: localPort },
    remote: { address: remoteAddress, port: remotePort },
    state: connection === null ? 'TIME_WAIT' : rowState(connection.state),
    received: connection?.receiver.delivery.queued ?? 0,
    unsent: connection?.sender.buffer.length ?? 0,
  };
}
