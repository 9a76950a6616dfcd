// The protocols that have a name on Windows, as its protocol file lists them.

/** A protocol of the table. */
export interface ProtocolName {
  readonly name: string;
  readonly number: number;
  readonly aliases: readonly string[];
}

const protocol = (number: number, alias: string): ProtocolName => ({ name: alias.toLowerCase(), number, aliases: [alias] });

/** All of them, by number. */
export const PROTOCOLS: readonly ProtocolName[] = /* @__PURE__ */ (() => [
  protocol(0, 'IP'),
  protocol(1, 'ICMP'),
  protocol(3, 'GGP'),
  protocol(6, 'TCP'),
  protocol(8, 'EGP'),
  protocol(12, 'PUP'),
  protocol(17, 'UDP'),
  protocol(20, 'HMP'),
  protocol(22, 'XNS-IDP'),
  protocol(27, 'RDP'),
  protocol(41, 'IPv6'),
  protocol(43, 'IPv6-Route'),
  protocol(44, 'IPv6-Frag'),
  protocol(50, 'ESP'),
  protocol(51, 'AH'),
  protocol(58, 'IPv6-ICMP'),
  protocol(59, 'IPv6-NoNxt'),
  protocol(60, 'IPv6-Opts'),
  protocol(66, 'RVD'),
])();
