// Constants of Windows itself that Winsock programs and calls use: truth values, waits, errors, status codes, messages.
// Owns only what the Winsock headers take from elsewhere.

export const FALSE = 0;
export const TRUE = 1;
export const MAX_PATH = 260;

// Waiting.
export const INFINITE = 0xffffffff;
export const MAXIMUM_WAIT_OBJECTS = 64;
export const WAIT_OBJECT_0 = 0;
export const WAIT_ABANDONED_0 = 0x80;
export const WAIT_IO_COMPLETION = 0xc0;
export const WAIT_TIMEOUT = 258;
export const WAIT_FAILED = 0xffffffff;

// SetFileCompletionNotificationModes.
export const FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 0x1;
export const FILE_SKIP_SET_EVENT_ON_HANDLE = 0x2;

// SetHandleInformation.
export const HANDLE_FLAG_INHERIT = 0x1;
export const HANDLE_FLAG_PROTECT_FROM_CLOSE = 0x2;

// CreateFile and SetFilePointer.
export const GENERIC_READ = 0x80000000;
export const GENERIC_WRITE = 0x40000000;
export const FILE_SHARE_READ = 0x1;
export const FILE_SHARE_WRITE = 0x2;
export const FILE_SHARE_DELETE = 0x4;
export const CREATE_NEW = 1;
export const CREATE_ALWAYS = 2;
export const OPEN_EXISTING = 3;
export const OPEN_ALWAYS = 4;
export const TRUNCATE_EXISTING = 5;
export const FILE_ATTRIBUTE_NORMAL = 0x80;
export const FILE_FLAG_SEQUENTIAL_SCAN = 0x08000000;
export const FILE_BEGIN = 0;
export const FILE_CURRENT = 1;
export const FILE_END = 2;
export const INVALID_SET_FILE_POINTER = 0xffffffff;

// Messages.
export const WM_NULL = 0;
export const WM_QUIT = 0x0012;
export const WM_USER = 0x0400;
export const WM_APP = 0x8000;

// Error codes that Winsock calls give besides their own.
export const ERROR_SUCCESS = 0;
export const NO_ERROR = 0;
export const ERROR_INVALID_FUNCTION = 1;
export const ERROR_FILE_NOT_FOUND = 2;
export const ERROR_PATH_NOT_FOUND = 3;
export const ERROR_TOO_MANY_OPEN_FILES = 4;
export const ERROR_ACCESS_DENIED = 5;
export const ERROR_INVALID_HANDLE = 6;
export const ERROR_NOT_ENOUGH_MEMORY = 8;
export const ERROR_OUTOFMEMORY = 14;
export const ERROR_HANDLE_EOF = 38;
export const ERROR_NOT_SUPPORTED = 50;
export const ERROR_NETNAME_DELETED = 64;
export const ERROR_FILE_EXISTS = 80;
export const ERROR_INVALID_PARAMETER = 87;
export const ERROR_DISK_FULL = 112;
export const ERROR_SEM_TIMEOUT = 121;
export const ERROR_INSUFFICIENT_BUFFER = 122;
export const ERROR_INVALID_NAME = 123;
export const ERROR_MOD_NOT_FOUND = 126;
export const ERROR_PROC_NOT_FOUND = 127;
export const ERROR_NEGATIVE_SEEK = 131;
export const ERROR_ALREADY_EXISTS = 183;
export const ERROR_MORE_DATA = 234;
export const ERROR_NO_MORE_ITEMS = 259;
export const ERROR_INVALID_ADDRESS = 487;
export const ERROR_ABANDONED_WAIT_0 = 735;
export const ERROR_OPERATION_ABORTED = 995;
export const ERROR_IO_INCOMPLETE = 996;
export const ERROR_IO_PENDING = 997;
export const ERROR_NOACCESS = 998;
export const ERROR_IO_DEVICE = 1117;
export const ERROR_NOT_FOUND = 1168;
export const ERROR_CONNECTION_REFUSED = 1225;
export const ERROR_GRACEFUL_DISCONNECT = 1226;
export const ERROR_ADDRESS_ALREADY_ASSOCIATED = 1227;
export const ERROR_ADDRESS_NOT_ASSOCIATED = 1228;
export const ERROR_CONNECTION_INVALID = 1229;
export const ERROR_CONNECTION_ACTIVE = 1230;
export const ERROR_NETWORK_UNREACHABLE = 1231;
export const ERROR_HOST_UNREACHABLE = 1232;
export const ERROR_PROTOCOL_UNREACHABLE = 1233;
export const ERROR_PORT_UNREACHABLE = 1234;
export const ERROR_REQUEST_ABORTED = 1235;
export const ERROR_CONNECTION_ABORTED = 1236;
export const ERROR_TIMEOUT = 1460;
export const ERROR_INVALID_WINDOW_HANDLE = 1400;

// Status codes, as OVERLAPPED.Internal holds them.
export const STATUS_SUCCESS = 0;
export const STATUS_TIMEOUT = 0x00000102;
export const STATUS_PENDING = 0x00000103;
export const STATUS_BUFFER_OVERFLOW = 0x80000005;
export const STATUS_UNSUCCESSFUL = 0xc0000001;
export const STATUS_INVALID_HANDLE = 0xc0000008;
export const STATUS_INVALID_PARAMETER = 0xc000000d;
export const STATUS_INVALID_DEVICE_REQUEST = 0xc0000010;
export const STATUS_NO_MEMORY = 0xc0000017;
export const STATUS_ACCESS_DENIED = 0xc0000022;
export const STATUS_BUFFER_TOO_SMALL = 0xc0000023;
export const STATUS_INSUFFICIENT_RESOURCES = 0xc000009a;
export const STATUS_DEVICE_NOT_READY = 0xc00000a3;
export const STATUS_IO_TIMEOUT = 0xc00000b5;
export const STATUS_NOT_SUPPORTED = 0xc00000bb;
export const STATUS_CANCELLED = 0xc0000120;
export const STATUS_LOCAL_DISCONNECT = 0xc000013b;
export const STATUS_REMOTE_DISCONNECT = 0xc000013c;
export const STATUS_ADDRESS_ALREADY_EXISTS = 0xc000020a;
export const STATUS_CONNECTION_DISCONNECTED = 0xc000020c;
export const STATUS_CONNECTION_RESET = 0xc000020d;
export const STATUS_CONNECTION_REFUSED = 0xc0000236;
export const STATUS_GRACEFUL_DISCONNECT = 0xc0000237;
export const STATUS_CONNECTION_INVALID = 0xc000023a;
export const STATUS_CONNECTION_ACTIVE = 0xc000023b;
export const STATUS_NETWORK_UNREACHABLE = 0xc000023c;
export const STATUS_HOST_UNREACHABLE = 0xc000023d;
export const STATUS_PROTOCOL_UNREACHABLE = 0xc000023e;
export const STATUS_PORT_UNREACHABLE = 0xc000023f;
export const STATUS_REQUEST_ABORTED = 0xc0000240;
export const STATUS_CONNECTION_ABORTED = 0xc0000241;

// Kinds of address that Ipv4AddressType and Ipv6AddressType tell apart (NL_ADDRESS_TYPE).
export const NlatUnspecified = 0;
export const NlatUnicast = 1;
export const NlatAnycast = 2;
export const NlatMulticast = 3;
export const NlatBroadcast = 4;
export const NlatInvalid = 5;
