// One socket of a layer with handles of its own: the handle that WS2_32 made for it, whose context this is, and the handle
// of the next provider that it stands for.
import { INVALID_SOCKET, type SOCKET } from '../../../abi/index.js';
import type { WSPPROC_TABLE } from '../../../spi/index.js';
import type { ServedChain } from '../links.js';
import type { OwnHandles } from './layer.js';

/** A socket of such a layer. */
export class OwnSocket {
  readonly layer: OwnHandles;
  /** The next provider's handle. */
  readonly lower: SOCKET;
  readonly chain: ServedChain;
  /** The application's handle. */
  upper: SOCKET = INVALID_SOCKET;
  /** The next provider's handle reports to this layer; see overlapped.ts. */
  isTied = false;

  constructor(layer: OwnHandles, lower: SOCKET, chain: ServedChain) {
    this.layer = layer;
    this.lower = lower;
    this.chain = chain;
  }

  /** The next provider's entries. */
  get procs(): WSPPROC_TABLE {
    return this.chain.link.procs;
  }
}
