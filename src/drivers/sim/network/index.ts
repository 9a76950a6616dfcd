// The simulated network: what those outside use of it. Re-exports only.
export { SimNetwork, type NetworkOptions, type SegmentOptions } from './network.js';
export { SimHost, type HostOptions, type NatOptions, type PlugOptions } from './host.js';
export { HostStack } from './host-stack.js';
export { Segment } from './segment.js';
export { type LinkProperties, DEFAULT_LINK } from './link-properties.js';
export type { LinkCounts } from './fabric.js';
export { Rule, type HostChoice, type RuleDescription, type Verdict } from './rule.js';
export { Partition } from './partition.js';
export { PacketView } from './packet-view.js';
export type { TapListener, TappedPacket, TapVerdict } from './taps.js';
export { fixChecksums } from './checksums.js';
export { Nat, type NatFiltering, type PortForward } from './nat/nat.js';
export type { Mapping, NatTimeouts } from './nat/mapping.js';
