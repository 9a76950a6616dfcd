// The service classes that nobody has to install: those that svcguid.h has identifiers for. Their names are those of the
// identifiers, as in the services database; their schema is the port, or nothing for classes of other kinds.
import {
  GUID,
  IS_SVCID_TCP,
  IS_SVCID_UDP,
  NS_ALL,
  PORT_FROM_SVCID_TCP,
  SERVICE_TYPE_VALUE_CONNW,
  SERVICE_TYPE_VALUE_TCPPORTW,
  SERVICE_TYPE_VALUE_UDPPORTW,
  WSANSCLASSINFOW,
  WSASERVICECLASSINFOW,
} from '../../abi/index.js';
import * as identifiers from '../../abi/constants/guid.js';

const PREFIX = 'SVCID_';
/** REG_DWORD, the type of every value here. */
const DWORD_VALUE = 4;

/** FTP_DATA_TCP is ftp-data: the last word only says which of the two transports it is. */
function nameOf(identifier: string): string {
  return identifier.slice(PREFIX.length).replace(/_(TCP|UDP|NETWARE)$/, '').replaceAll('_', '-').toLowerCase();
}

function dword(lpszName: string, value: number): WSANSCLASSINFOW {
  const lpValue = new Uint8Array(4);
  new DataView(lpValue.buffer).setUint32(0, value, true);
  return new WSANSCLASSINFOW({ lpszName, dwNameSpace: NS_ALL, dwValueType: DWORD_VALUE, dwValueSize: 4, lpValue });
}

function valuesOf(id: GUID): WSANSCLASSINFOW[] {
  const port = PORT_FROM_SVCID_TCP(id);
  if (IS_SVCID_TCP(id)) return [dword(SERVICE_TYPE_VALUE_TCPPORTW, port), dword(SERVICE_TYPE_VALUE_CONNW, 1)];
  if (IS_SVCID_UDP(id)) return [dword(SERVICE_TYPE_VALUE_UDPPORTW, port), dword(SERVICE_TYPE_VALUE_CONNW, 0)];
  return [];
}

/** The id of the well-known class of this name, in any case, or null; a TCP service goes before the UDP one of its name. */
export function wellKnownClassId(name: string): GUID | null {
  const wanted = name.toLowerCase();
  const found = Object.entries(identifiers).find(
    ([identifier, value]) => identifier.startsWith(PREFIX) && value instanceof GUID && nameOf(identifier) === wanted,
  );
  return found?.[1] instanceof GUID ? new GUID(found[1].bytes.slice()) : null;
}

/** The well-known class of this id, or null. Where two identifiers are one number, the first name counts. */
export function wellKnownClass(id: GUID): WSASERVICECLASSINFOW | null {
  const text = id.toString();
  const found = Object.entries(identifiers).find(
    ([name, value]) => name.startsWith(PREFIX) && value instanceof GUID && value.toString() === text,
  );
  if (found === undefined) return null;
  const lpClassInfos = valuesOf(id);
  return new WSASERVICECLASSINFOW({
    lpServiceClassId: new GUID(id.bytes.slice()),
    lpszServiceClassName: nameOf(found[0]),
    dwCount: lpClassInfos.length,
    lpClassInfos,
  });
}
