// Who takes which protocol: hands arrivals and reports to handlers. Number 0 stands for every protocol.
import type { Arrived } from './arrived.js';
import type { IcmpReport, IpProtocol } from './service.js';

/** What became of an arrival. */
export type Reception = 'taken' | 'nobody there' | 'unknown protocol';

export class Protocols {
  readonly #handlers: IpProtocol[][] = Array.from({ length: 256 }, () => []);
  readonly #all: IpProtocol[] = [];

  register(protocol: number, handler: IpProtocol): void {
    if (protocol === 0) this.#all.push(handler);
    else this.#handlers[protocol]?.push(handler);
  }

  arrived(arrival: Arrived): Reception {
    let taken = false;
    for (const handler of this.#all) if (handler.arrived(arrival)) taken = true;
    const handlers = this.#handlers[arrival.protocol] ?? [];
    for (const handler of handlers) if (handler.arrived(arrival)) taken = true;
    if (taken) return 'taken';
    return handlers.length > 0 ? 'nobody there' : 'unknown protocol';
  }

  reported(report: IcmpReport): void {
    for (const handler of this.#all) handler.reported(report);
    for (const handler of this.#handlers[report.protocol] ?? []) handler.reported(report);
  }

  addressesChanged(): void {
    const told = new Set([...this.#all, ...this.#handlers.flat()]);
    for (const handler of told) handler.addressesChanged?.();
  }
}
