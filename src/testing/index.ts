// The entry `winsock2/testing`: a network in a box for tests, and what tests ask of it. Re-exports only.
export type { CallNote } from './calls/call-note.js';
export type { WaitingCall } from './calls/waiting-calls.js';
export { Capture, type CaptureOptions } from './capture/capture.js';
export { pcapng, type CapturedInterface, type CapturedPacket } from '../providers/layered/capture/index.js';
export { watch, Watch, type Problem, type ProblemKind } from './checker/watch.js';
export type { Skip } from './compliance/declare.js';
export type { DriverUnderTest } from './compliance/driver/bench.js';
export type { ComplianceClock } from './compliance/driver/probes.js';
export { describeDriver } from './compliance/driver/suite.js';
export type { Described as NameSpaceUnderTest, NameSpaceFeature, Outcome as EntryOutcome, Space } from './compliance/name-space/space.js';
export { describeNameSpaceProvider, type NameSpaceProviderUnderTest } from './compliance/name-space/suite.js';
export { describeCatalogStore, type StorePlace, type StoreUnderTest } from './compliance/store/suite.js';
export type { Assertions, Expect, TestApi, TestBody, TestFunction } from './compliance/test-api.js';
export type { TransportFeature } from './compliance/transport/features.js';
export { describeTransportProvider, type TransportProviderUnderTest } from './compliance/transport/suite.js';
export {
  boundPort,
  clientAndServer,
  datagramPair,
  loopbackPair,
  socketAddress,
  type HostSocket,
  type Pair,
} from './fixtures.js';
export { winsockMatchers, type ErrorSource, type MatcherResult, type WinsockMatchers } from './matchers.js';
export { Netstat, type NetstatQuery, type NetstatRow } from './netstat.js';
export { Host } from './network/host.js';
export { HostCrashed } from './network/life.js';
export { Network, createNetwork, type NetworkOptions, type RunOptions } from './network/network.js';
export { withSeeds, type SeedOptions } from './network/seeds.js';
export { timerFunctions, type TimerFunctions } from './timers/functions.js';
export { installTimerPromises, installTimers, type InstalledTimers, type TimerTarget } from './timers/install.js';
export { timerPromises, type TimerOptions, type TimerPromises } from './timers/promises.js';
export { Immediate, Timeout } from './timers/timeout.js';

// What a tapped packet says.
export { describePacket, packetFacts } from '../drivers/sim/index.js';

// What the members of a network are made of.
export type {
  HostChoice,
  HostOptions,
  LinkProperties,
  PacketFacts,
  PacketView,
  Partition,
  PlugOptions,
  Rule,
  RuleDescription,
  Segment,
  SegmentOptions,
  SimClock,
  SimHost,
  SimNetwork,
  TapListener,
  TappedPacket,
  TransportFacts,
  Verdict,
} from '../drivers/sim/index.js';

// The driver contract: what the author of a driver writes to, and createProcess takes.
export type {
  BindOptions,
  Capabilities,
  DatagramSink,
  DatagramTransport,
  Driver,
  DriverError,
  Family,
  InterfaceAddress,
  Membership,
  NetAddress,
  PacketInfo,
  Resolution,
  Resolver,
  SendControl,
  Setting,
  SourceFilter,
  StreamFigures,
  StreamSink,
  StreamTransport,
  Transport,
} from '../drivers/sim/index.js';
