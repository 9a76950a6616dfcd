// A name server that does as it is told: UDP and TCP on one loopback port, a script for each request, and what was asked.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket as Stream } from 'node:net';
import type { DnsServer } from '../../../src/providers/namespaces/dns/exchange.js';
import { CLASS, FLAG, RR, decodeMessage, encodeMessage, type DecodedMessage, type DnsRecord, type MessageInit } from '../../../src/providers/namespaces/dns/message.js';

/** A request that came. */
export interface Asked {
  readonly message: DecodedMessage;
  readonly bytes: Uint8Array;
  readonly transport: 'udp' | 'tcp';
  readonly port: number;
  /** Sends bytes back, from the server's port or, by UDP, another one. */
  readonly send: (bytes: Uint8Array, elsewhere?: boolean) => void;
}

/** What to do with a request; without a result nothing is sent. */
export type Script = (asked: Asked) => Partial<MessageInit> | readonly Partial<MessageInit>[] | undefined;

/** The parts of an answer that repeat the request. */
export function answerTo({ message }: Asked, init: Partial<MessageInit> = {}): Uint8Array {
  const { id, opcode, questions } = message;
  return encodeMessage({ id, opcode, questions, ...init, flags: FLAG.QR | FLAG.RA | (init.flags ?? 0) })!;
}

export class ScriptedServer {
  script: Script;
  readonly asked: Asked[] = [];
  readonly #udp: Socket;
  readonly #other: Socket;
  readonly #tcp: Server;
  readonly #streams = new Set<Stream>();

  private constructor(script: Script, udp: Socket, other: Socket, tcp: Server) {
    this.script = script;
    this.#udp = udp;
    this.#other = other;
    this.#tcp = tcp;
  }

  static async start(script: Script): Promise<ScriptedServer> {
    // UDP takes the port that TCP got; both are free on all but a few tries.
    for (;;) {
      const tcp = createServer();
      await once(tcp.listen(0, '127.0.0.1'), 'listening');
      const udp = createSocket('udp4');
      const other = createSocket('udp4');
      other.bind(0, '127.0.0.1');
      await once(other, 'listening');
      udp.bind((tcp.address() as AddressInfo).port, '127.0.0.1');
      if (await once(udp, 'listening').then(() => true, () => false)) {
        const server = new ScriptedServer(script, udp, other, tcp);
        server.#listen();
        return server;
      }
      tcp.close();
      other.close();
    }
  }

  get at(): DnsServer {
    return { address: '127.0.0.1', port: (this.#tcp.address() as AddressInfo).port };
  }

  /** What was asked for: name and type. */
  get questions(): string[] {
    return this.asked.map(({ message, transport }) => {
      const [question] = message.questions;
      return `${transport} ${question?.name ?? '?'} ${String(question?.type)}`;
    });
  }

  close(): void {
    this.#udp.close();
    this.#other.close();
    this.#tcp.close();
    for (const stream of this.#streams) stream.destroy();
  }

  #listen(): void {
    this.#udp.on('message', (bytes: Uint8Array, from: RemoteInfo) => {
      this.#ask(bytes, 'udp', from.port, (answer, elsewhere = false) => {
        (elsewhere ? this.#other : this.#udp).send(answer, from.port, from.address);
      });
    });
    this.#tcp.on('connection', (stream) => {
      this.#streams.add(stream);
      stream.on('error', () => undefined);
      let held = Buffer.alloc(0);
      stream.on('data', (bytes) => {
        held = Buffer.concat([held, bytes]);
        if (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) return;
        this.#ask(held.subarray(2), 'tcp', stream.remotePort ?? 0, (answer) => {
          stream.write(Uint8Array.of(answer.length >>> 8, answer.length & 0xff));
          stream.write(answer);
        });
      });
    });
  }

  #ask(bytes: Uint8Array, transport: Asked['transport'], port: number, send: Asked['send']): void {
    const asked: Asked = { message: decodeMessage(bytes)!, bytes, transport, port, send };
    this.asked.push(asked);
    const answers = this.script(asked);
    if (answers === undefined) return;
    for (const answer of Array.isArray(answers) ? (answers as readonly Partial<MessageInit>[]) : [answers as Partial<MessageInit>]) {
      send(answerTo(asked, answer));
    }
  }
}

export const a = (name: string, address: string, ttl = 60): DnsRecord =>
  ({ name, type: address.includes(':') ? RR.AAAA : RR.A, class: CLASS.IN, ttl, data: { kind: 'address', address } });

export const pointing = (type: number) => (name: string, target: string, ttl = 60): DnsRecord =>
  ({ name, type, class: CLASS.IN, ttl, data: { kind: 'name', target } });

export const cname = pointing(RR.CNAME);
export const ptr = pointing(RR.PTR);

export const soa = (name: string, minimum: number, ttl = minimum): DnsRecord => ({
  name, type: RR.SOA, class: CLASS.IN, ttl,
  data: { kind: 'soa', primary: name, mailbox: name, serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
});
