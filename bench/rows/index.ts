// The list of rows, in the order of the table.
import type { Row } from '../row.js';
import { catalogRows } from './catalog.js';
import { dnsCache } from './dns-cache.js';
import { echoServers } from './echo-servers.js';
import { layerRows } from './layers.js';
import { microRows } from './micro.js';
import { simRows } from './sim.js';
import { tcpBulk } from './tcp-bulk.js';
import { tcpConnect } from './tcp-connect.js';
import { tcpMany } from './tcp-many.js';
import { tcpPingPong } from './tcp-pingpong.js';
import { udpOneWay } from './udp-oneway.js';
import { udpPingPong } from './udp-pingpong.js';
import { rioAddressed, rioAddressedOneWay, rioOneWay, rioPingPong } from './udp-rio.js';

const udpRows: readonly Row[] = [udpPingPong, udpOneWay, rioPingPong, rioAddressed, rioOneWay, rioAddressedOneWay];
const tcpRows: readonly Row[] = [tcpPingPong, tcpBulk, tcpConnect, tcpMany];

export const rows: readonly Row[] = [...tcpRows, ...layerRows, ...udpRows, ...echoServers, ...microRows, ...simRows, ...catalogRows, dnsCache];
