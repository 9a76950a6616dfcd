// What IGMP and MLD have in common for those who speak them; how each says it is in igmp-language.ts and mld-language.ts.
import type { IpAddress } from '../ip/address.js';
import type { Arrival, IpInterface } from '../ip/service.js';
import type { GroupRecord } from './changes.js';

/** A question from the network, or what another member answered to one. */
export type Heard =
  | {
      readonly kind: 'query';
      /** 'current' names sources and takes records; 'older' ones know groups only, the 'oldest' not even leaving. */
      readonly version: Version;
      /** Null: about all groups. */
      readonly group: IpAddress | null;
      /** Empty: about every source. */
      readonly sources: readonly IpAddress[];
      /** Virtual microseconds within which answers are to come. */
      readonly within: number;
    }
  | { readonly kind: 'report'; readonly group: IpAddress };

/** IGMPv3 and MLDv2; IGMPv2 and MLDv1; IGMPv1. */
export type Version = 'current' | 'older' | 'oldest';

export interface Language {
  /** How long the first repetition of an older unsolicited report may be put off; virtual microseconds. */
  readonly olderInterval: number;
  /** Sends a report of the current version, in as many packets as it takes. */
  report(iface: IpInterface, records: readonly GroupRecord[]): void;
  reportOlder(iface: IpInterface, group: IpAddress, version: Version): void;
  leaveOlder(iface: IpInterface, group: IpAddress): void;
  /** What a message says to a member; null for what says nothing to it. */
  read(arrival: Arrival): Heard | null;
}
