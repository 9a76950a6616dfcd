// One request to one DNS server and its answer, over UDP or TCP. An answer counts only if it comes from where the request
// went, to the port that it left from, under its id and with its question; anything else is as if it had not come. Ids and
// UDP ports are drawn from the cryptographic generator.
// Over Node's sockets and not the process's own: a name space may not lean on the sockets of those who ask it. Where a process
// is on a simulated network the provider does not get here.
// Does not own: which server is asked when, and what an answer means.
import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { connect, type AddressInfo } from 'node:net';
import type { Clock } from '../../../win32/index.js';
import { canonicalName } from './domain-name.js';
import { FLAG, MAX_MESSAGE, OPCODE, RCODE, decodeCutMessage, decodeMessage, type DecodedMessage, type DnsMessage } from './message.js';

/** Where a server listens. */
export interface DnsServer {
  /** An IPv4 or IPv6 address. */
  readonly address: string;
  readonly port: number;
}

/** An answer, as read and as it came; or what went wrong: `ETIMEOUT`, `ECANCELLED`, `EBADMSG` (no request) or the system's name. */
export type Exchanged =
  | { readonly ok: true; readonly message: DecodedMessage; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: string };

export interface ExchangeOptions {
  readonly clock: Clock;
  /** Milliseconds for each transport. */
  readonly timeout: number;
  /** By UDP, and by TCP if the answer was cut off, unless told otherwise. */
  readonly transport?: 'udp' | 'tcp';
  readonly signal?: AbortSignal | undefined;
}

/** Where UDP requests leave from: beyond the ports of services. */
const FIRST_PORT = 0x8000;
const LAST_PORT = 0xffff;
/** After as many ports that are taken, the system chooses. */
const PORT_TRIES = 8;
const FRAME = 2;

/** The id of a request that nobody can foresee. */
export const newRequestId = (): number => randomInt(0x10000);

/** Sends an encoded request and gives the answer. Never rejects. */
export async function exchange(server: DnsServer, request: Uint8Array, options: ExchangeOptions): Promise<Exchanged> {
  const asked = decodeMessage(request);
  if (asked === null) return failed('EBADMSG');
  const transfer: Transfer = { server, request, isAnswer: (message) => answers(message, asked) };
  if (options.transport === 'tcp') return attempt(options, overTcp(transfer));
  const answer = await attempt(options, overUdp(transfer));
  const isCut = answer.ok && (answer.message.flags & FLAG.TC) !== 0;
  return isCut ? attempt(options, overTcp(transfer)) : answer;
}

interface Transfer {
  readonly server: DnsServer;
  readonly request: Uint8Array;
  readonly isAnswer: (message: DecodedMessage) => boolean;
}

type Settle = (result: Exchanged) => void;
/** Begins, and gives what ends it whatever has become of it. */
type Start = (settle: Settle) => () => void;

const failed = (error: string): Exchanged => ({ ok: false, error });

function answers(message: DnsMessage, { id, opcode, questions }: DnsMessage): boolean {
  if (message.id !== id || message.opcode !== opcode || (message.flags & FLAG.QR) === 0) return false;
  // Who could not read the request or does not know such ones cannot repeat it; who updates need not.
  const mayBeSilent = opcode === OPCODE.UPDATE || message.rcode === RCODE.FORMERR || message.rcode === RCODE.NOTIMP;
  if (message.questions.length === 0 && mayBeSilent) return true;
  return message.questions.length === questions.length && message.questions.every((each, index) => isSame(each, questions[index]));
}

function isSame(a: DnsMessage['questions'][number], b: DnsMessage['questions'][number] | undefined): boolean {
  return a.type === b?.type && a.class === b.class && canonicalName(a.name) === canonicalName(b.name);
}

/** Runs one transport until it settles, time is up or nobody waits any more. */
function attempt({ clock, timeout, signal }: ExchangeOptions, start: Start): Promise<Exchanged> {
  if (signal?.aborted === true) return Promise.resolve(failed('ECANCELLED'));
  return new Promise((resolve) => {
    const cancel = (): void => settle(failed('ECANCELLED'));
    const timer = clock.setTimer(timeout, () => settle(failed('ETIMEOUT')));
    signal?.addEventListener('abort', cancel);
    const close = start((result) => settle(result));
    const settle: Settle = (result) => {
      timer.cancel();
      signal?.removeEventListener('abort', cancel);
      close();
      resolve(result);
    };
  });
}

function overUdp({ server, request, isAnswer }: Transfer): Start {
  return (settle) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    const close = (): void => {
      // What comes after the end has no reader.
      socket.removeAllListeners().on('error', () => undefined).close();
    };
    const fail = (error: NodeJS.ErrnoException): void => settle(failed(error.code ?? 'EIO'));
    let peer: AddressInfo | null = null;
    socket.on('message', (bytes, from) => {
      // One may have come before the socket was connected, from anywhere.
      if (peer === null || from.port !== peer.port || from.address !== peer.address) return;
      const message = decodeMessage(bytes) ?? decodeCutMessage(bytes);
      if (message !== null && isAnswer(message)) settle({ ok: true, message, bytes });
    });
    bindAnywhere(socket, fail, () => {
      // Connected, so that the system drops what others send and tells of a port where nobody listens.
      socket.connect(server.port, server.address, () => {
        peer = socket.remoteAddress();
        socket.send(request);
      });
    });
    return close;
  };
}

/** Binds to a port that nobody can foresee. */
function bindAnywhere(socket: Socket, fail: (error: NodeJS.ErrnoException) => void, bound: () => void): void {
  let tries = 0;
  const bind = (): void => {
    tries++;
    socket.bind({ port: tries > PORT_TRIES ? 0 : randomInt(FIRST_PORT, LAST_PORT + 1), exclusive: true });
  };
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.syscall === 'bind' && tries <= PORT_TRIES) bind();
    else fail(error);
  });
  socket.on('listening', bound);
  bind();
}

function overTcp({ server, request, isAnswer }: Transfer): Start {
  return (settle) => {
    const frames = new Frames();
    const socket = connect({ host: server.address, port: server.port });
    socket.on('error', (error: NodeJS.ErrnoException) => settle(failed(error.code ?? 'EIO')));
    socket.on('close', () => settle(failed('ECONNRESET')));
    socket.on('data', (bytes) => {
      for (const frame of frames.add(bytes)) {
        const message = decodeMessage(frame);
        if (message !== null && isAnswer(message)) settle({ ok: true, message, bytes: frame });
      }
    });
    socket.write(Uint8Array.of(request.length >>> 8, request.length & 0xff, ...request));
    return () => socket.removeAllListeners().on('error', () => undefined).destroy();
  };
}

/** Cuts a stream into messages, each behind its length. It holds less than one, and what came last. */
class Frames {
  #parts: Uint8Array[] = [];
  #length = 0;

  *add(bytes: Uint8Array): Generator<Uint8Array> {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    while (this.#length >= FRAME) {
      const end = FRAME + this.#announced();
      if (this.#length < end) return;
      const all = this.#joined();
      this.#parts = [all.subarray(end)];
      this.#length -= end;
      yield all.subarray(FRAME, end);
    }
  }

  #announced(): number {
    if ((this.#parts[0]?.length ?? 0) < FRAME) this.#parts = [this.#joined()];
    const [head] = this.#parts;
    return (((head?.[0] ?? 0) << 8) | (head?.[1] ?? 0)) & MAX_MESSAGE;
  }

  #joined(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
