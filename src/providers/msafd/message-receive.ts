// The request behind WSARecvMsg: a receive that also fills in the WSAMSG, with its control buffer and flags.
import {
  MSG_BCAST,
  MSG_CTRUNC,
  MSG_MCAST,
  MSG_TRUNC,
  WSAEMSGSIZE,
  ref,
  type Ref,
  type WSAMSG,
} from '../../abi/index.js';
import { isBroadcast } from '../../afd/ioctls/interfaces.js';
import type { DatagramEndpoint, NetAddress, PacketInfo, TransferForm } from '../../afd/index.js';
import { isGroup } from '../../afd/options/multicast.js';
import { writeControl } from './receive-control.js';
import { Receive } from './transfers.js';

/** A receive into a WSAMSG. */
export class MessageReceive extends Receive {
  readonly #endpoint: DatagramEndpoint;
  readonly #message: WSAMSG;

  constructor(
    endpoint: DatagramEndpoint,
    buffers: readonly Uint8Array[],
    message: WSAMSG,
    lpdwNumberOfBytesRecvd: Ref | null,
    lpErrno: Ref | null,
  ) {
    super();
    this.prepare(buffers, null, lpdwNumberOfBytesRecvd, ref(message.dwFlags), message.name, ref(message.namelen), lpErrno);
    this.#endpoint = endpoint;
    this.#message = message;
  }

  override get form(): TransferForm {
    return 'message';
  }

  /** All of a WSAMSG is filled in when the message comes; what came with it says whether it came whole. */
  override deliver(late: boolean): void {
    if (late) this.#fill();
    else this.outcome();
  }

  override outcome(): number {
    this.#fill();
    return super.outcome();
  }

  #fill(): void {
    const message = this.#message;
    if (this.error === 0 || this.error === WSAEMSGSIZE) {
      if (this.error !== 0) this.resultFlags |= MSG_TRUNC;
      this.resultFlags |= castFlag(this.#endpoint, this.info);
      if (!writeControl(this.#endpoint, this.info, message.Control)) {
        this.resultFlags |= MSG_CTRUNC;
        this.error = WSAEMSGSIZE;
      }
    }
    if (this.from === null) return;
    this.tellSender();
    if (message.name !== null) message.namelen = this.lpFromlen?.value ?? message.namelen;
    message.dwFlags = this.resultFlags;
  }
}

/** Whether a datagram was for one, for a group or for all. */
export function castFlag(endpoint: DatagramEndpoint, info: PacketInfo | null): number {
  const destination: NetAddress | null = info?.destination ?? null;
  if (destination === null || destination.address === endpoint.local?.address) return 0;
  if (isGroup(destination.family, destination.address)) return MSG_MCAST;
  return isBroadcast(endpoint, destination) ? MSG_BCAST : 0;
}
