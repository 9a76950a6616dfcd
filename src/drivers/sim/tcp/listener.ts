// A listening socket: whom it lets in (RFC 9293 section 3.10.7.2).
// Does not own: the handshake itself (handshake.ts).
import { FLAG } from '../wire/tcp.js';
import { TcpConnection } from './connection.js';
import type { TcpLayer } from './layer.js';
import { Path } from './path.js';
import type { Binding } from './port-table.js';
import { replyReset } from './reply.js';
import type { Segment } from './segment.js';
import type { TcpSettings } from './settings.js';

/** Whoever listens. */
export interface ListenerOwner {
  accepted(connection: TcpConnection): void;
}

export class TcpListener {
  readonly layer: TcpLayer;
  readonly binding: Binding;
  readonly settings: TcpSettings;
  #owner: ListenerOwner | null;
  /** Connections that nobody has attached or given up: told of, or about to be. */
  readonly #waiting = new Set<TcpConnection>();
  /** Those of them whose handshake is not complete. */
  readonly #opening = new Set<TcpConnection>();

  constructor(layer: TcpLayer, binding: Binding, settings: TcpSettings, owner: ListenerOwner) {
    this.layer = layer;
    this.binding = binding;
    this.settings = settings;
    this.#owner = owner;
  }

  /** As many wait as may: a further SYN is refused by RST, as Windows does. */
  get full(): boolean {
    return this.#waiting.size >= this.settings.backlog;
  }

  arrived(segment: Segment): void {
    if (segment.has(FLAG.rst)) return;
    if (segment.has(FLAG.ack)) {
      replyReset(this.layer.ip, segment);
      return;
    }
    if (!segment.has(FLAG.syn)) return;
    this.call(segment, this.layer.initialSequence.next());
  }

  /** A SYN is answered with this initial sequence number. */
  call(segment: Segment, iss: number): void {
    const { ip } = this.layer;
    if (this.full || this.#owner === null) {
      replyReset(ip, segment);
      return;
    }
    const { destination, destinationPort, source, sourcePort } = segment;
    const settings = this.settings.copy();
    const scope = source.isLinkLocal ? segment.arrival.iface.index : settings.unicastInterface;
    const route = ip.route(source, { source: destination, interfaceIndex: scope });
    if (typeof route === 'string') return;
    const path = new Path(ip, settings, destination, source, route);
    const connection = new TcpConnection(this.layer, destination, destinationPort, source, sourcePort, settings, path, iss);
    this.layer.enter(connection);
    this.#waiting.add(connection);
    const held = settings.holdConnections;
    if (!held) this.#opening.add(connection);
    connection.answer(segment, this, held);
    if (held) this.#tell(connection);
  }

  /** The handshake of a connection is complete. */
  completed(connection: TcpConnection): void {
    if (!this.#opening.delete(connection)) {
      // It was held: its owner has it already. Or it was neglected, and there may be no room for it any more.
      if (this.#waiting.has(connection)) return;
      if (this.full) {
        connection.ending.reset();
        return;
      }
      this.#waiting.add(connection);
    }
    this.#tell(connection);
  }

  #tell(connection: TcpConnection): void {
    if (this.#owner === null) {
      connection.ending.reset();
      return;
    }
    this.layer.ip.clock.tell();
    this.#owner.accepted(connection);
  }

  /** The peer does not answer: it may still do so, but keeps nobody else out meanwhile. */
  neglect(connection: TcpConnection): void {
    if (this.#opening.delete(connection)) this.#waiting.delete(connection);
  }

  /** The owner has taken it or given it up. */
  release(connection: TcpConnection): void {
    this.#waiting.delete(connection);
    this.#opening.delete(connection);
  }

  /** It is no more. One that the owner was told of counts until the owner has dealt with it. */
  lost(connection: TcpConnection): void {
    if (this.#opening.delete(connection)) this.#waiting.delete(connection);
  }

  /** Stops listening: whoever has not got through yet is turned away. */
  close(): void {
    this.#owner = null;
    this.layer.stopListening(this);
    for (const connection of [...this.#opening]) connection.ending.reset();
  }
}
