// What ICMP says of segments that were sent, and how much of it is believed (RFC 5927).
import type { IcmpReport } from '../ip/service.js';
import { destinationPort, sequence, sourcePort } from '../wire/tcp.js';
import { TcpConnection } from './connection.js';
import type { ConnectionTable } from './connection-table.js';
import { precedes } from './sequence.js';
import { STATE } from './states.js';

export function reported(connections: ConnectionTable, report: IcmpReport): void {
  const { destination, error, quoted, source } = report;
  if (quoted.length < 8) return;
  const found = connections.find(source, sourcePort(quoted, 0), destination, destinationPort(quoted, 0));
  if (!(found instanceof TcpConnection)) return;
  // RFC 5927 section 4.1: it must speak of something that is on the way.
  const about = sequence(quoted, 0) | 0;
  if (precedes(about, found.sender.una) || !precedes(about, found.sender.max)) return;
  if (error === 'EMSGSIZE') {
    found.pathNarrowed();
    return;
  }
  // A soft error: it may pass. While connecting it names the failure, or is one where the owner asked for that.
  found.softError = error;
  const opening = found.state === STATE.synSent || found.state === STATE.synReceived;
  if (opening && found.connecting && found.settings.failOnIcmp) found.ending.fail(error);
}
