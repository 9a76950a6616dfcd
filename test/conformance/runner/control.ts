// Control messages as they come out of WSARecvMsg, shown in order. Read by hand, so that the implementation's own
// macros are not what checks it.
import { bytesOf, IP_HOPLIMIT, IP_PKTINFO, IPPROTO_IP, IPPROTO_IPV6, IPV6_HOPLIMIT, IPV6_PKTINFO, type WSABUF } from '../../../src/abi/index.js';
import { ipv4Text, ipv6Text } from './format.js';

const HEADER = 16;
const ALIGNMENT = 8;

function messageText(level: number, type: number, data: Uint8Array): string {
  const value = (): string => String(new DataView(data.buffer, data.byteOffset, data.length).getInt32(0, true));
  if (level === IPPROTO_IP && type === IP_PKTINFO && data.length >= 4) return `IP_PKTINFO ${ipv4Text(data)}`;
  if (level === IPPROTO_IP && type === IP_HOPLIMIT && data.length >= 4) return `IP_HOPLIMIT ${value()}`;
  if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO && data.length >= 16) return `IPV6_PKTINFO ${ipv6Text(data)}`;
  if (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT && data.length >= 4) return `IPV6_HOPLIMIT ${value()}`;
  return `${String(level)}/${String(type)}`;
}

/** The control messages of a received message, separated by spaces. */
export function controlText(control: WSABUF): string {
  if (control.buf === null) return '';
  const bytes = bytesOf(control.buf).subarray(0, control.len);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shown: string[] = [];
  let at = 0;
  while (at + HEADER <= bytes.length) {
    const length = Number(view.getBigUint64(at, true));
    if (length < HEADER || at + length > bytes.length) break;
    const data = bytes.subarray(at + HEADER, at + length);
    shown.push(messageText(view.getInt32(at + 8, true), view.getInt32(at + 12, true), data));
    at += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
  return shown.join(' ');
}
