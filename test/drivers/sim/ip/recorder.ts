// A protocol for tests: keeps what arrives and what is reported, and sends packets of its own.
import type { DriverError } from '../../../../src/drivers/contract.js';
import type {
  Arrival,
  HeaderChoice,
  IcmpReport,
  IpProtocol,
  IpService,
} from '../../../../src/drivers/sim/ip/service.js';
import type { SimHost } from '../../../../src/drivers/sim/network/host.js';
import type { SimNetwork } from '../../../../src/drivers/sim/network/network.js';

/** A number that no protocol of the stack has. */
export const TEST_PROTOCOL = 253;

export interface Kept {
  readonly us: number;
  readonly from: string;
  readonly to: string;
  readonly hopLimit: number;
  readonly toMany: boolean;
  readonly data: number[];
}

export class Recorder implements IpProtocol {
  readonly arrivals: Kept[] = [];
  readonly reports: IcmpReport[] = [];
  readonly protocol: number;
  readonly #ip: IpService;
  readonly #wanted: boolean;

  constructor(ip: IpService, protocol = TEST_PROTOCOL, wanted = true) {
    this.#ip = ip;
    this.protocol = protocol;
    this.#wanted = wanted;
    ip.register(protocol, this);
  }

  get data(): number[][] {
    return this.arrivals.map((arrival) => arrival.data);
  }

  arrived(arrival: Arrival): boolean {
    this.arrivals.push({
      us: this.#ip.clock.us,
      from: arrival.source.text,
      to: arrival.destination.text,
      hopLimit: arrival.hopLimit,
      toMany: arrival.toMany,
      data: [...arrival.packet.subarray(arrival.start)],
    });
    return this.#wanted;
  }

  reported(report: IcmpReport): void {
    this.reports.push({ ...report, quoted: report.quoted.slice() });
  }

  send(to: string, data: ArrayLike<number>, choice: Partial<HeaderChoice> = {}): DriverError | null {
    const destination = this.#ip.book.parse(to);
    const route = this.#ip.route(destination, { source: choice.source ?? null });
    if (typeof route === 'string') return route;
    const packet = this.#ip.packet(destination.family, data.length);
    packet.bytes.set(data, packet.start);
    const header: HeaderChoice = {
      source: route.source,
      destination,
      protocol: this.protocol,
      hopLimit: 128,
      trafficClass: 0,
      dontFragment: false,
      checksumAt: null,
      ...choice,
    };
    return this.#ip.transmit(packet, header, route);
  }
}

export function recorderOn(host: SimHost, protocol = TEST_PROTOCOL, wanted = true): Recorder {
  return new Recorder(host.stack.ip, protocol, wanted);
}

/** Lets virtual time go on until nothing is to come any more, or for so long. */
export async function settle(network: SimNetwork, forMs?: number): Promise<void> {
  await new Promise<void>((resolve) => {
    if (forMs !== undefined) {
      network.clock.setTimer(forMs, resolve);
      return;
    }
    const end = network.clock.onIdle(() => {
      end();
      resolve();
    });
  });
}
