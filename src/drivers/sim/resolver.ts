// Names on the simulated network: each host is known by its name, with and without a domain that somebody gave it, and
// `localhost` is every host itself. No packet is sent for a question.
import type { DriverError, Family, NetAddress, Resolution, Resolver } from '../contract.js';
import type { IpAddress } from './ip/address.js';
import type { SimHost } from './network/index.js';

const LOCALHOST = 'localhost';

function netAddress(address: IpAddress): NetAddress {
  return { family: address.family, address: address.text, port: 0, scopeId: 0 };
}

function found<T>(values: readonly T[], error: DriverError): Promise<Resolution<readonly T[]>> {
  return Promise.resolve(values.length > 0 ? { ok: true, value: values } : { ok: false, error });
}

/** What others can reach a host by: neither loopback nor what is good on one link only. */
function publicAddresses(host: SimHost): readonly IpAddress[] {
  return host.stack.ip.interfaces
    .filter((face) => !face.loopback)
    .flatMap((face) => face.addresses.map(({ address }) => address))
    .filter((address) => !address.isLinkLocal);
}

/** The resolver of a process on `host`. */
export function simResolver(host: SimHost): Resolver {
  const { network } = host;
  const { book } = network;
  const addressesOf = (name: string): readonly IpAddress[] => {
    if (name === LOCALHOST) return [book.loopbackIpv6, book.loopbackIpv4];
    for (const other of network.hosts.values()) if (other.name.toLowerCase() === name) return publicAddresses(other);
    return [];
  };
  return {
    hostName: () => host.name,
    lookup(name: string, family: Family | null) {
      const wanted = addressesOf(name.toLowerCase().replace(/\.$/, ''));
      return found(wanted.filter((address) => family === null || address.family === family).map(netAddress), 'ENOTFOUND');
    },
    reverse({ address: text }: NetAddress) {
      const address = book.find(text);
      if (address?.isLoopback === true) return found([host.name], 'ENOTFOUND');
      const owners = [...network.hosts.values()].filter((other) => address !== null && publicAddresses(other).includes(address));
      return found(owners.map((other) => other.name), 'ENOTFOUND');
    },
  };
}
