// Name space numbers and their header names.
import {
  NS_ALL, NS_BTH, NS_DHCP, NS_DNS, NS_EMAIL, NS_LOCALNAME, NS_MS, NS_NBP, NS_NDS, NS_NETBT, NS_NETDES, NS_NIS,
  NS_NISPLUS, NS_NLA, NS_NTDS, NS_PEER_BROWSE, NS_PNRPCLOUD, NS_PNRPNAME, NS_SAP, NS_SLP, NS_STDA, NS_TCPIP_HOSTS,
  NS_TCPIP_LOCAL, NS_WINS, NS_WRQ, NS_X500,
} from '../../index.js';

const NAME_SPACES: Readonly<Record<string, number>> = {
  NS_ALL, NS_BTH, NS_DHCP, NS_DNS, NS_EMAIL, NS_LOCALNAME, NS_MS, NS_NBP, NS_NDS, NS_NETBT, NS_NETDES, NS_NIS,
  NS_NISPLUS, NS_NLA, NS_NTDS, NS_PEER_BROWSE, NS_PNRPCLOUD, NS_PNRPNAME, NS_SAP, NS_SLP, NS_STDA, NS_TCPIP_HOSTS,
  NS_TCPIP_LOCAL, NS_WINS, NS_WRQ, NS_X500,
};

/** `NS_DNS` for 12; the number itself where it has no name. */
export function nameSpaceName(value: number): string {
  return Object.entries(NAME_SPACES).find(([, known]) => known === value)?.[0] ?? String(value);
}

/** 12 for `NS_DNS`, `dns` or `12`; null for what is none of these. */
export function parseNameSpace(text: string): number | null {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const name = text.toUpperCase();
  return NAME_SPACES[name.startsWith('NS_') ? name : `NS_${name}`] ?? null;
}

/** Every name, for completion. */
export function nameSpaceNames(): readonly string[] {
  return Object.keys(NAME_SPACES);
}
