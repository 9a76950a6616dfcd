// The protocol catalog and the name space catalog.
import {
  IPPROTO_TCP, IPPROTO_UDP, NS_DNS, ref, WSAPROTOCOL_INFOA, WSAPROTOCOL_INFOW, type WSANAMESPACE_INFOW,
} from '../../../../src/abi/index.js';
import type { Args } from '../args.js';
import { entryText, protocolTriple, type ProtocolInfo } from '../catalog-entry.js';
import type { CommandTable } from '../command.js';
import { errorName } from '../error-names.js';
import type { Session } from '../session.js';
import { junk, number } from '../words.js';

/** Room for some hundred entries. */
const ENOUGH = 0x10000;
const WSAENOBUFS_NAME = 'WSAENOBUFS';

type Enumerator = 'WSAEnumProtocolsA' | 'WSAEnumProtocolsW' | 'WSCEnumProtocols';

function entries(buffer: Uint8Array, count: number, wide: boolean): ProtocolInfo[] {
  const view = wide ? WSAPROTOCOL_INFOW : WSAPROTOCOL_INFOA;
  return Array.from({ length: count }, (_, i) => new view(buffer, i * view.size));
}

async function enumerate(session: Session, args: Args, name: Enumerator): Promise<string> {
  const list = args.value('protocols');
  // The words leave out the zero that ends the list.
  const protocols = list === undefined ? null : Int32Array.from([...list.split(',').map(number), 0]);
  const length = ref(args.namedNumber('len', ENOUGH));
  const buffer = args.isNull('buf') ? null : junk(length.value);
  const error = ref(0);
  const result = await (name === 'WSCEnumProtocols'
    ? session.call(name, protocols, buffer, length, error)
    : session.call(name, protocols, buffer, length));
  if (result < 0) {
    const code = name === 'WSCEnumProtocols' ? errorName(error.value) : session.error;
    if (code !== WSAENOBUFS_NAME) return `-1 ${code}`;
    return `-1 ${code} ${length.value > 0 ? 'more' : 'zero'}`;
  }
  const shown = entries(buffer ?? junk(0), result, name !== 'WSAEnumProtocolsA').filter(
    (entry) => entry.iProtocol === IPPROTO_TCP || entry.iProtocol === IPPROTO_UDP,
  );
  return `ok${shown.map((entry) => ` ${protocolTriple(entry, '/')}`).join('')}`;
}

export const catalogCommands: CommandTable = {
  async protocol(session, args) {
    const wide = !args.has('a', 3);
    const buffer = junk(ENOUGH);
    const result = await session.call(wide ? 'WSAEnumProtocolsW' : 'WSAEnumProtocolsA', null, buffer, ref(ENOUGH));
    if (result < 0) return `-1 ${session.error}`;
    const [family, type, protocol] = [args.number(0), args.number(1), args.number(2)];
    const found = entries(buffer, result, wide).find(
      (entry) => entry.iAddressFamily === family && entry.iSocketType === type && entry.iProtocol === protocol,
    );
    return found === undefined ? 'none' : entryText(found);
  },

  enumprotocols: (session, args) => enumerate(session, args, 'WSAEnumProtocolsW'),
  enumprotocolsa: (session, args) => enumerate(session, args, 'WSAEnumProtocolsA'),
  wscenumprotocols: (session, args) => enumerate(session, args, 'WSCEnumProtocols'),

  async enumnamespaces(session, args) {
    const length = ref(args.namedNumber('len', ENOUGH));
    // A structure with a pointer in it: the array is filled with objects.
    const found: WSANAMESPACE_INFOW[] = [];
    const result = await session.call('WSAEnumNameSpaceProvidersW', length, args.isNull('buf') ? null : found);
    if (result < 0) return `-1 ${session.error}`;
    const dns = found.slice(0, result).some((entry) => entry.dwNameSpace === NS_DNS);
    return `ok dns=${dns ? 'yes' : 'no'}`;
  },
};
