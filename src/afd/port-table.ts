// Which local addresses the sockets of one process hold, and who may share one: Microsoft's matrix of SO_REUSEADDR and
// SO_EXCLUSIVEADDRUSE. The operating system below has other rules (libuv sets SO_REUSEADDR on Unix), so this table
// refuses first. Conflicts with other processes are the driver's to report.
import { WSAEACCES, WSAEADDRINUSE } from '../abi/index.js';
import type { NetAddress } from '../drivers/contract.js';
import { isAny } from './address.js';

/** How a socket is willing to share its address. */
export type Sharing = 'default' | 'reuse' | 'exclusive';

/** A local address held by a socket. */
export interface Holding {
  readonly protocol: 'stream' | 'datagram';
  readonly address: NetAddress;
  readonly sharing: Sharing;
  /** An IPv6 socket that also takes IPv4 traffic. */
  readonly dualStack: boolean;
}

const OK = 0;
const USE = WSAEADDRINUSE;
const ACC = WSAEACCES;

/** What the second bind gives, by the first's sharing and kind and the second's: [wildcard, specific] each. */
const MATRIX: Readonly<Record<Sharing, readonly [Row, Row]>> = {
  default: [
    { default: [USE, OK], reuse: [ACC, OK], exclusive: [USE, OK] },
    { default: [OK, USE], reuse: [OK, ACC], exclusive: [USE, USE] },
  ],
  reuse: [
    { default: [USE, OK], reuse: [OK, OK], exclusive: [USE, OK] },
    { default: [OK, USE], reuse: [OK, OK], exclusive: [USE, USE] },
  ],
  exclusive: [
    { default: [USE, ACC], reuse: [ACC, ACC], exclusive: [USE, ACC] },
    { default: [OK, USE], reuse: [OK, ACC], exclusive: [USE, USE] },
  ],
};

type Row = Readonly<Record<Sharing, readonly [number, number]>>;

/** The local addresses in use. */
export class PortTable {
  /** By port; most ports have one holder, so that arrays weigh least. */
  readonly #byPort = new Map<number, Holding[]>();

  /** What binding `wanted` gives: 0, WSAEADDRINUSE or WSAEACCES. Port 0 never conflicts. */
  check(wanted: Holding): number {
    for (const held of this.#byPort.get(wanted.address.port) ?? []) {
      const verdict = verdictFor(held, wanted);
      if (verdict !== OK) return verdict;
    }
    return OK;
  }

  /** Notes that `holding` is in use. */
  take(holding: Holding): void {
    const port = holding.address.port;
    const holders = this.#byPort.get(port);
    if (holders === undefined) this.#byPort.set(port, [holding]);
    else holders.push(holding);
  }

  /** Notes that it no longer is. */
  release(holding: Holding): void {
    const holders = this.#byPort.get(holding.address.port);
    const index = holders?.indexOf(holding) ?? -1;
    if (holders === undefined || index < 0) return;
    if (holders.length === 1) this.#byPort.delete(holding.address.port);
    else holders.splice(index, 1);
  }

  /** Everything held, for tools. */
  *holdings(): IterableIterator<Holding> {
    for (const holders of this.#byPort.values()) yield* holders;
  }
}

function verdictFor(held: Holding, wanted: Holding): number {
  if (held.protocol !== wanted.protocol || !familiesMeet(held, wanted)) return OK;
  const heldAny = isAny(held.address);
  const wantedAny = isAny(wanted.address);
  // Two different specific addresses never meet.
  if (!heldAny && !wantedAny && held.address.address !== wanted.address.address) return OK;
  return MATRIX[held.sharing][heldAny ? 0 : 1][wanted.sharing][wantedAny ? 0 : 1];
}

function familiesMeet(a: Holding, b: Holding): boolean {
  return a.address.family === b.address.family || (a.dualStack && isAny(a.address)) || (b.dualStack && isAny(b.address));
}
