// How a C parameter becomes a TypeScript type and a kind that is checked at run time. One table; what C spells alike and
// means differently is told apart by the parameter's name.

/** A parameter as functions.json gives it, with the type of the variant at hand. */
export interface CParam {
  readonly name: string;
  readonly type: string;
  readonly dir: string;
  readonly optional: boolean;
}

/** What a parameter is in TypeScript; `imports` are names of abi. */
export interface TsParam {
  readonly kind: string;
  readonly type: string;
  readonly imports: readonly string[];
}

const ints = new Set(
  ('DWORD ULONG int INT LONG long u_int UINT u_long u_short USHORT WORD BOOL BOOLEAN GROUP socklen_t size_t UINT32 double float ' +
    'MULTICAST_MODE_TYPE WSC_PROVIDER_INFO_TYPE WSAESETSERVICEOP').split(' '),
);
const intPointers = new Set(
  ('LPDWORD LPINT DWORD* int* INT* ULONG* PULONG u_long* u_short* PUSHORT size_t* UINT32* BOOLEAN* MULTICAST_MODE_TYPE*').split(' '),
);
const memory = new Set(
  ('sockaddr* SOCKADDR* LPSOCKADDR SOCKADDR_STORAGE* LPVOID PVOID VOID* PBYTE DL_EUI48* SOCKET_SECURITY_QUERY_TEMPLATE* ' +
    'SOCKET_SECURITY_QUERY_INFO* SOCKET_PEER_TARGET_NAME* SOCKET_SECURITY_SETTINGS*').split(' '),
);
const texts = new Set('PCSTR PCWSTR LPCSTR LPCWSTR LPSTR LPWSTR PSTR PWSTR PCHAR PWCHAR char* CHAR* WCHAR*'.split(' '));
const wide = /W(CHAR\*|STR|CHAR)/;
// char pointers that carry bytes, not text.
const byteNames = new Set(['buf', 'optval', 'addr', 'DataBuffer']);
// Context values: handed back as they are.
const contextNames = new Set(['dwCallbackData']);
// Those that come back in a structure's memory, so that only a number can be one.
const wordNames = new Set(['SocketContext', 'RequestContext']);
// Pointers to the first of several, told from pointers to one by name.
const arrayNames = new Set([
  'lpiProtocols', 'lpBuffers', 'lphEvents', 'fdArray', 'pAddresses', 'registrationInfos', 'completionPortEntries', 'pData', 'Array',
  'lpPacketArray', 'lpnspBuffer', 'lpProtocolInfoList', 'lpwdCatalogEntryId',
]);
const handles = new Map([
  ['SOCKET', 'SOCKET'],
  ['HANDLE', 'HANDLE'],
  ['HWND', 'HWND'],
  ['WSAEVENT', 'WSAEVENT'],
  ['RIO_CQ', 'HANDLE'],
  ['RIO_RQ', 'HANDLE'],
  ['RIO_BUFFERID', 'HANDLE'],
]);
const functions = new Map([
  ['LPWSAOVERLAPPED_COMPLETION_ROUTINE', 'LPWSAOVERLAPPED_COMPLETION_ROUTINE'],
  ['LPLOOKUPSERVICE_COMPLETION_ROUTINE', 'LPLOOKUPSERVICE_COMPLETION_ROUTINE'],
  ['LPCONDITIONPROC', 'LPCONDITIONPROC'],
  ['FARPROC', 'FARPROC'],
]);
// Structure pointers whose spelling is not the structure's name with a star or an LP.
const structs = new Map([
  ['LPCNSPV2_ROUTINE', 'NSPV2_ROUTINE'],
  ['LPWSAOVERLAPPED', 'OVERLAPPED'],
  ['LPOVERLAPPED', 'OVERLAPPED'],
  ['PSOCKET_ADDRESS_LIST', 'SOCKET_ADDRESS_LIST'],
  ['PRIO_BUF', 'RIO_BUF'],
  ['PRIORESULT', 'RIORESULT'],
  ['PRIO_NOTIFICATION_COMPLETION', 'RIO_NOTIFICATION_COMPLETION'],
]);

// Untyped buffers for structures that hold pointers, so that they are arrays of objects here; A or W follows.
const structureBuffers = new Map([
  ['EnumProtocols lpProtocolBuffer', 'PROTOCOL_INFO'],
  ['GetAddressByName lpCsaddrBuffer', 'CSADDR_INFO'],
  ['GetService lpBuffer', 'NS_SERVICE_INFO'],
]);

/** Translates one parameter; throws for a C type that no rule knows, because a guess would end up in the interface. */
export function translate(param: CParam, functionName: string): TsParam {
  const type = param.type.replaceAll(/\b(const|struct)\b/g, '').replaceAll(' ', '');
  if (arrayNames.has(param.name) || (functionName.startsWith('WSCWriteNameSpaceOrder') && type === 'LPGUID')) {
    if (!(param.name === 'lpwdCatalogEntryId' && !functionName.includes('Order'))) return arrayOf(type, param);
  }
  const structures = structureBuffers.get(`${functionName.replace(/[AW]$/, '')} ${param.name}`);
  if (structures !== undefined) {
    const name = structures === 'CSADDR_INFO' ? structures : `${structures}${functionName.slice(-1)}`;
    return made('array', `${name}[] | null`, name);
  }
  if (contextNames.has(param.name)) return made('any', 'unknown');
  if (wordNames.has(param.name)) return made('word', 'number | bigint | null');
  if (type === 'SOCKET') return made('socket', 'SOCKET', 'SOCKET');

  const handle = handles.get(type);
  if (handle !== undefined) return made('handle', handle, handle);
  if (ints.has(type)) return made('int', 'number');
  if (type === 'unsigned__int32') return made('int', 'number');
  if (type === 'unsigned__int64') return made('int64', 'bigint');
  if (type === 'LPHANDLE') return made('ref', 'Ref<HANDLE> | null', 'Ref', 'HANDLE');
  if (intPointers.has(type)) return made('ref', 'Ref | null', 'Ref');
  // A list that the caller sized in bytes, for views over it.
  if (memory.has(type) || param.name === 'lpProtocolBuffer') return made('memory', 'Memory | null', 'Memory');
  if (type === 'LPCWSTR*' || type === 'PCWSTR*' || type === 'PCSTR*') return made('ref', 'Ref<string> | null', 'Ref');
  if (texts.has(type)) return text(type, param);
  if (type === 'fd_set*') return made('fdset', 'fd_set | null', 'fd_set');

  if (type === 'LPWPUPOSTMESSAGE') return made('function', '((hWnd: HWND, Msg: number, wParam: number, lParam: number) => number) | null', 'HWND');

  const callback = functions.get(type);
  if (callback !== undefined) return made('function', `${callback} | null`, callback);
  if (type === 'sockaddr**') return made('ref', 'Ref<Memory | null> | null', 'Ref', 'Memory');
  if (type === 'IN_ADDR*') return param.name === 'SourceList' ? made('memory', 'Memory | null', 'Memory') : made('struct', 'in_addr | null', 'in_addr');
  if (type === 'IN_ADDR' || type === 'in_addr') return made('struct', 'in_addr', 'in_addr');
  if (type.startsWith('PADDRINFO') && type.endsWith('*')) {
    const name = type.slice(1, -1);
    return made('ref', `Ref<${name} | null> | null`, 'Ref', name);
  }
  const name = structName(type);
  return made('struct', `${name} | null`, name);
}

function structName(type: string): string {
  const known = structs.get(type);
  if (known !== undefined) return known;
  if (/^[A-Za-z0-9_]+\*$/.test(type)) return type.slice(0, -1);
  if (type.startsWith('LP')) return type.slice(2);
  if (type.startsWith('PADDRINFO')) return type.slice(1);
  throw new Error(`no rule for the C type ${type}`);
}

function text(type: string, param: CParam): TsParam {
  if (byteNames.has(param.name)) return made('memory', 'Memory | null', 'Memory');
  if (param.dir === 'in') return made('string', 'string | null');
  return wide.test(type) ? made('wchars', 'Uint16Array | null') : made('chars', 'Uint8Array | null');
}

function arrayOf(type: string, param: CParam): TsParam {
  const readonly = param.dir === 'in' ? 'readonly ' : '';
  if (type === 'LPINT' || type === 'LPDWORD') return made('array', 'ArrayLike<number> | null');
  if (type === 'WSAEVENT*') return made('array', 'readonly WSAEVENT[] | null', 'WSAEVENT');
  const name = type === 'LPWSAPOLLFD' ? 'WSAPOLLFD' : structName(type);
  return made('array', `${readonly}${name}[] | null`, name);
}

function made(kind: string, type: string, ...imports: string[]): TsParam {
  return { kind, type, imports };
}
