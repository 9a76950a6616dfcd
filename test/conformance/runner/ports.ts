// Owns the named sockets and what their ports are called: the names that system-chosen ports are shown under.
import { ref } from '../../../src/abi/index.js';
import type { Face } from './face.js';
import { ScriptError } from './script-error.js';
import { junk } from './words.js';

interface NamedSocket {
  handle: number;
  open: boolean;
  /** 0 until known. */
  port: number;
}

/** From here on a port without an owner was chosen by the system. */
const FIRST_SYSTEM_PORT = 32768;

/** The sockets of a scenario by name, and their ports. */
export class Ports {
  readonly #face: Face;
  /** In the order in which the names first appeared, which a Map keeps when a name is set again. */
  readonly #sockets = new Map<string, NamedSocket>();
  readonly #owners = new Map<number, string>();

  constructor(face: Face) {
    this.#face = face;
  }

  /** Makes a name stand for a new socket; -1 if its creation failed. */
  name(name: string, handle: number): void {
    this.#sockets.set(name, { handle, open: handle !== -1, port: 0 });
  }

  /** The handle a name stands for, open or not. */
  handle(name: string): number | undefined {
    return this.#sockets.get(name)?.handle;
  }

  /** The name whose socket has this handle; the newest open one if several had it. */
  nameOf(handle: number): string | undefined {
    let found: string | undefined;
    for (const [name, socket] of this.#sockets) if (socket.handle === handle && (socket.open || found === undefined)) found = name;
    return found;
  }

  /** A handle was closed: its port stays known. */
  closed(handle: number): void {
    for (const socket of this.#sockets.values()) if (socket.handle === handle) socket.open = false;
  }

  /** The port remembered for a name. */
  of(name: string): number {
    this.discover();
    const port = this.#sockets.get(name)?.port ?? 0;
    if (port === 0) throw new ScriptError(`the port of ${name} is not known`);
    return port;
  }

  /** What a port number is called. */
  text(port: number): string {
    this.discover();
    const owner = this.#owners.get(port);
    if (owner !== undefined) return `<${owner}>`;
    return port >= FIRST_SYSTEM_PORT ? '?' : String(port);
  }

  /** Asks every open socket whose port is not known yet. The caller's last error is kept by Session.call. */
  discover(): void {
    for (const [name, socket] of this.#sockets) {
      if (!socket.open || socket.port !== 0) continue;
      const port = this.#ask(socket.handle);
      if (port === 0) continue;
      socket.port = port;
      if (!this.#owners.has(port)) this.#owners.set(port, name);
    }
  }

  #ask(handle: number): number {
    const buffer = junk(128);
    if (this.#face.getsockname(handle, buffer, ref(buffer.length)) !== 0) return 0;
    return ((buffer[2] ?? 0) << 8) | (buffer[3] ?? 0);
  }
}
