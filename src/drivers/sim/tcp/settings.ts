// The settings of one TCP socket. Owns their defaults and what the numbers mean.
// Does not own: what they lead to; whoever uses one reads it when needed.
import type { Setting } from '../../contract.js';
import * as constants from './constants.js';

/** IP_MTU_DISCOVER's value that forbids path MTU discovery. */
const PMTUDISC_DONT = 2;

export class TcpSettings {
  noDelay = false;
  keepAlive = false;
  keepAliveIdleMs: number = constants.KEEP_ALIVE_IDLE_MS;
  keepAliveIntervalMs: number = constants.KEEP_ALIVE_INTERVAL_MS;
  keepAliveCount: number = constants.KEEP_ALIVE_COUNT;
  hopLimit: number = constants.HOP_LIMIT;
  /** 0: not set. */
  receiveBuffer = 0;
  sendBuffer: number = constants.SEND_BUFFER;
  dontFragment = true;
  typeOfService = 0;
  backlog = 1;
  holdConnections = false;
  /** 0: a number of retries; -1: for ever. */
  retransmitMs = 0;
  initialTimeoutMs = constants.INITIAL_TIMEOUT / 1000;
  noSynRetries = false;
  failOnIcmp = false;
  timestamps = false;
  initialWindow: number = constants.INITIAL_WINDOW;
  ackFrequency: number = constants.ACK_FREQUENCY;
  unicastInterface = 0;
  userMtu = 0;

  /** A copy: what a listener's connections begin with. */
  copy(): TcpSettings {
    return Object.assign(new TcpSettings(), this);
  }

  /** Takes a value. Settings that mean nothing to a stream are taken too. */
  set(setting: Setting, value: number): void {
    switch (setting) {
      case 'noDelay':
      case 'keepAlive':
      case 'holdConnections':
      case 'noSynRetries':
      case 'failOnIcmp':
      case 'timestamps':
        this[setting] = value !== 0;
        return;
      case 'keepAliveIdleMs':
      case 'keepAliveIntervalMs':
      case 'keepAliveCount':
      case 'backlog':
      case 'initialTimeoutMs':
      case 'initialWindow':
      case 'ackFrequency':
        this[setting] = Math.max(1, value);
        return;
      case 'receiveBuffer':
      case 'sendBuffer':
      case 'typeOfService':
      case 'retransmitMs':
      case 'unicastInterface':
      case 'userMtu':
        this[setting] = value;
        return;
      case 'ttl':
        this.hopLimit = value;
        return;
      case 'dontFragment':
        this.dontFragment = value !== 0;
        return;
      case 'mtuDiscover':
        this.dontFragment = value !== PMTUDISC_DONT;
        return;
      default:
    }
  }
}
