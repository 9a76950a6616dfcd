// The codes that nobody handles here, or that a layer above afd does.
import * as abi from '../../abi/index.js';
import { above, refused } from './builders.js';
import type { ControlRule } from './rule.js';

/** Function pointers, and the handles and calls that pass through layered providers. */
const ABOVE: readonly number[] = [
  abi.SIO_GET_EXTENSION_FUNCTION_POINTER,
  abi.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
  abi.SIO_BSP_HANDLE,
  abi.SIO_BSP_HANDLE_SELECT,
  abi.SIO_BSP_HANDLE_POLL,
  abi.SIO_BASE_HANDLE,
  abi.SIO_EXT_SELECT,
  abi.SIO_EXT_POLL,
  abi.SIO_EXT_SENDMSG,
  abi.SIO_QUERY_TARGET_PNP_HANDLE,
];

/** For name space lookups, and taken by WSANSPIoctl; its number is also SIO_ADDRESS_LIST_SORT's without the out bit. */
const OF_LOOKUPS: readonly number[] = [abi.SIO_NSP_NOTIFY_CHANGE];

/** Never implemented, also by Windows. */
const NEVER: readonly number[] = [
  abi.FIOASYNC,
  abi.SIOCSHIWAT,
  abi.SIOCGHIWAT,
  abi.SIOCSLOWAT,
  abi.SIOCGLOWAT,
  abi.SIO_ASSOCIATE_HANDLE,
  abi.SIO_FIND_ROUTE,
  abi.SIO_FLUSH,
  abi.SIO_TRANSLATE_HANDLE,
  abi.SIO_GET_INTERFACE_LIST_EX,
  abi.SIO_RESERVED_1,
  abi.SIO_RESERVED_2,
];

/** What the driver below would have to know or do, and cannot. */
const BEYOND_DRIVERS: readonly number[] = [
  abi.SIO_QUERY_RSS_PROCESSOR_INFO,
  abi.SIO_QUERY_RSS_SCALABILITY_INFO,
  // SIO_SOCKET_CLOSE_NOTIFY is the same number.
  abi.SIO_RCVALL_MCAST_IF,
  abi.SIO_RCVALL_IF,
  abi.SIO_ABSORB_RTRALERT,
  abi.SIO_INDEX_BIND,
  abi.SIO_APPLY_TRANSPORT_SETTING,
  abi.SIO_QUERY_TRANSPORT_SETTING,
  abi.SIO_TIMESTAMPING,
  abi.SIO_GET_TX_TIMESTAMP,
  abi.SIO_ACQUIRE_PORT_RESERVATION,
  abi.SIO_RELEASE_PORT_RESERVATION,
  abi.SIO_ASSOCIATE_PORT_RESERVATION,
  abi.SIO_QUERY_WFP_CONNECTION_REDIRECT_RECORDS,
  abi.SIO_QUERY_WFP_CONNECTION_REDIRECT_CONTEXT,
  abi.SIO_SET_WFP_CONNECTION_REDIRECT_RECORDS,
  abi.SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE,
  abi.SIO_AF_UNIX_GETPEERPID,
  abi.SIO_AF_UNIX_SETBINDPARENTPATH,
  abi.SIO_AF_UNIX_SETCONNPARENTPATH,
];

/** Codes of protocols whose sockets cannot be made: Bluetooth and ATM. (SIO_LAZY_DISCOVERY of IrDA is also IPv4's list.) */
const OTHER_PROTOCOLS: readonly number[] = [
  abi.SIO_RFCOMM_SEND_COMMAND,
  abi.SIO_RFCOMM_WAIT_COMMAND,
  abi.SIO_RFCOMM_SESSION_FLOW_OFF,
  abi.SIO_RFCOMM_TEST,
  abi.SIO_RFCOMM_USECFC,
  abi.SIO_BTH_PING,
  abi.SIO_BTH_INFO,
  abi.SIO_GET_NUMBER_OF_ATM_DEVICES,
  abi.SIO_GET_ATM_ADDRESS,
  abi.SIO_ASSOCIATE_PVC,
  abi.SIO_GET_ATM_CONNECTION_ID,
];

/** Their rows. */
export const refusedControls: readonly ControlRule[] = [
  ...ABOVE.map(above),
  ...[...OF_LOOKUPS, ...NEVER, ...BEYOND_DRIVERS, ...OTHER_PROTOCOLS].map((number) => refused(number)),
];
