// The settings of one socket that sends messages (UDP, raw) and what they make of a packet's header.
import type { DriverError, SendControl, Setting } from '../../contract.js';
import type { Route } from '../ip/service.js';

/** What Windows sends with, and how far multicast goes unless told otherwise. */
const HOP_LIMIT = 128;
const MULTICAST_HOP_LIMIT = 1;

/** IP_MTU_DISCOVER's values. */
const MTU_DISCOVERY = { do: 1, dont: 2, probe: 3 } as const;

const INITIAL = {
  ttl: HOP_LIMIT,
  multicastTtl: MULTICAST_HOP_LIMIT,
  multicastLoop: 1,
  broadcast: 0,
  // What waits to be received or sent is kept above; there is no second buffer here.
  receiveBuffer: 0,
  sendBuffer: 0,
  dontFragment: 0,
  typeOfService: 0,
  unicastInterface: 0,
  userMtu: 0,
  mtuDiscover: 0,
  noChecksum: 0,
  receiveBroadcast: 1,
  reportHopLimit: 0,
} satisfies Partial<Record<Setting, number>>;

type MessageSetting = keyof typeof INITIAL;

export class MessageSettings {
  readonly values: Record<MessageSetting, number> = { ...INITIAL };
  /** The interface that multicast leaves by, 0 for the default one. */
  multicastInterface = 0;

  /** ENOPROTOOPT: no socket for messages has it. */
  set(setting: Setting, value: number): DriverError | null {
    if (!Object.hasOwn(INITIAL, setting)) return 'ENOPROTOOPT';
    this.values[setting as MessageSetting] = value;
    return null;
  }

  hopLimit(multicast: boolean, control: SendControl | null): number {
    return control?.hopLimit ?? (multicast ? this.values.multicastTtl : this.values.ttl);
  }

  trafficClass(control: SendControl | null): number {
    return control?.typeOfService ?? this.values.typeOfService;
  }

  get dontFragment(): boolean {
    const { mtuDiscover, dontFragment } = this.values;
    if (mtuDiscover === MTU_DISCOVERY.dont) return false;
    return dontFragment !== 0 || mtuDiscover === MTU_DISCOVERY.do || mtuDiscover === MTU_DISCOVERY.probe;
  }

  /** The way as this socket takes it: probing looks past what was learned of the path, IP_USER_MTU stays below it. */
  way(route: Route): Route {
    const { mtuDiscover, userMtu } = this.values;
    if (userMtu === 0 && mtuDiscover !== MTU_DISCOVERY.probe) return route;
    const known = mtuDiscover === MTU_DISCOVERY.probe ? route.iface.mtu : route.mtu;
    const mtu = userMtu === 0 ? known : Math.min(known, userMtu);
    return { iface: route.iface, nextHop: route.nextHop, source: route.source, mtu };
  }
}
