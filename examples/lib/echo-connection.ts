// One connection of a server that never waits on a single socket: what it has received goes into a queue and from there
// back, as much as the socket takes at a time.
import { SOCKET_ERROR, WSAEWOULDBLOCK, WSAGetLastError, closesocket, recv, send, type SOCKET } from 'winsock2';
import type { Print } from './program.js';

const BUFFER_LENGTH = 16_384;

/** A non-blocking socket and the bytes that it has yet to take. */
export class EchoConnection {
  readonly socket: SOCKET;
  #unsent = new Uint8Array(0);
  /** The peer has sent its last byte. */
  #ended = false;
  readonly #buffer = new Uint8Array(BUFFER_LENGTH);

  readonly #print: Print;
  #slow = false;

  constructor(socket: SOCKET, print: Print) {
    this.socket = socket;
    this.#print = print;
  }

  /** Whether it is worth asking when the socket can be read: not while the peer does not take what it sent. */
  get wantsToRead(): boolean {
    return !this.#ended && this.#unsent.length === 0;
  }

  get wantsToWrite(): boolean {
    return this.#unsent.length > 0;
  }

  /** To be called when the socket is ready for anything. Returns false when the connection is over and closed. */
  async serve(): Promise<boolean> {
    const alive = (!this.wantsToRead || (await this.#receive())) && (await this.#flush());
    if (alive && !(this.#ended && this.#unsent.length === 0)) return true;
    await closesocket(this.socket);
    return false;
  }

  async #receive(): Promise<boolean> {
    const received = await recv(this.socket, this.#buffer, this.#buffer.length, 0);
    if (received === SOCKET_ERROR) return WSAGetLastError() === WSAEWOULDBLOCK;
    this.#ended = received === 0;
    this.#unsent = this.#buffer.slice(0, received);
    return true;
  }

  async #flush(): Promise<boolean> {
    if (this.#unsent.length === 0) return true;
    const sent = await send(this.socket, this.#unsent, this.#unsent.length, 0);
    if (sent === SOCKET_ERROR) return WSAGetLastError() === WSAEWOULDBLOCK && this.#blocked();
    this.#unsent = this.#unsent.subarray(sent);
    return true;
  }

  #blocked(): true {
    if (!this.#slow) this.#print('A client reads slowly');
    this.#slow = true;
    return true;
  }
}
