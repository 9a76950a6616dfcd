// The front door of the C face. Re-exports only.
export * from './abi/index.js';
export * from './api/index.js';
export { explainSocket, inspectSocket } from './api/inspect-socket.js';
export {
  Catalog,
  MemoryStore,
  applyChange as applyCatalogChange,
  catalogError,
  decodeCatalog,
  defaultCatalog,
  encodeCatalog,
  isCatalogError,
} from './catalog/index.js';
export type {
  Application,
  ApplicationCategory,
  CatalogChange,
  CatalogContent,
  CatalogError,
  CatalogResult,
  CatalogStore,
  CatalogTrouble,
  Finding,
  NamespaceEntry,
  ProtocolDraft,
  ProtocolEntry,
  ProviderCategory,
  ServiceClass,
  ServiceClassValue,
} from './catalog/index.js';
export {
  CallFrame,
  EVENT_PROVIDERS,
  TRACE_LEVEL_INFORMATION,
  MemoryFiles,
  TRACE_CHANNEL,
  TRACE_LEVEL_VERBOSE,
  argumentText,
  constantTexts,
  errorOfStatus,
  eventChannel,
  listenToEvents,
  listenToTrace,
  systemClock,
  valueText,
  winsockEvents,
} from './win32/index.js';
export { JsonStore, defaultCatalogFile, type JsonStoreOptions } from './catalog/json-store.js';
export type { ResetResult } from './catalog/json-store/index.js';
export type { Clock, FileSystem, OpenFile, OpenHow, Opened, Process, Timer } from './win32/index.js';
export type { EventKind, EventLevel, EventName, EventProvider, EventSelection, EventValue, WinsockEvent } from './win32/index.js';
export type { TraceListener, TraceReport, TraceSource } from './win32/index.js';
export type {
  EventInspection,
  NotificationInspection,
  RegisteredIoInspection,
  RegisteredIoSide,
  RequestInspection,
  SocketInspection,
} from './win32/index.js';
export { ReportingStore } from './ws2_32/catalog-events.js';
export * from './win32/functions/index.js';
// Before or without WSAStartup they need the catalog of the default process, which the composition root knows of.
export {
  WSCDeinstallProvider,
  WSCDeinstallProvider32,
  WSCEnableNSProvider,
  WSCEnableNSProvider32,
  WSCEnumNameSpaceProviders32,
  WSCEnumNameSpaceProvidersEx32,
  WSCEnumProtocols,
  WSCEnumProtocols32,
  WSCGetApplicationCategory,
  WSCGetProviderInfo,
  WSCGetProviderInfo32,
  WSCGetProviderPath,
  WSCGetProviderPath32,
  WSCInstallNameSpace,
  WSCInstallNameSpace32,
  WSCInstallNameSpaceEx,
  WSCInstallNameSpaceEx32,
  WSCInstallProvider,
  WSCInstallProvider64_32,
  WSCInstallProviderAndChains,
  WSCInstallProviderAndChains64_32,
  WSCSetApplicationCategory,
  WSCSetProviderInfo,
  WSCSetProviderInfo32,
  WSCUnInstallNameSpace,
  WSCUnInstallNameSpace32,
  WSCUpdateProvider,
  WSCUpdateProvider32,
  WSCWriteNameSpaceOrder,
  WSCWriteNameSpaceOrder32,
  WSCWriteProviderOrder,
  WSCWriteProviderOrder32,
} from './spi/install/index.js';
export { WSAStartup, WinsockHost, createProcess, diagnoseCatalog, resetCatalog, runIn } from './winsock.js';
export type { CreateProcessOptions, Winsock } from './winsock.js';
