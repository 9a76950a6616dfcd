// winsock register
import {
  AF_INET, AF_INET6, CSADDR_INFO, IPPROTO_TCP, IPPROTO_UDP, RNRSERVICE_DELETE, RNRSERVICE_REGISTER, SOCKADDR_STORAGE, SOCKET_ADDRESS,
  SOCKET_ERROR, SOCK_DGRAM, SOCK_STREAM, WSAQUERYSETW, ref, type Winsock,
} from '../../index.js';
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { NAMESPACE_OPTION, TIMEOUT_OPTION } from '../names/options.js';
import { classOf, nameOptions, startNames, waitFailure, withinLimit, type RawNameOptions } from '../names/session.js';

interface Options extends RawNameOptions {
  readonly class: string;
  readonly comment?: string;
  readonly udp?: boolean;
  readonly remove?: boolean;
  readonly stay?: boolean;
}

/** An address with its port as both ends of a pair. */
function pairOf(ws: Winsock, text: string, udp: boolean): CSADDR_INFO | Failure {
  const memory = new SOCKADDR_STORAGE();
  for (const family of [AF_INET, AF_INET6]) {
    const length = ref(SOCKADDR_STORAGE.size);
    if (ws.WSAStringToAddressW(text, family, null, memory, length) === SOCKET_ERROR) continue;
    const end = (): SOCKET_ADDRESS =>
      new SOCKET_ADDRESS({ lpSockaddr: memory.bytes.slice(0, length.value), iSockaddrLength: length.value });
    const transport = udp ? { iSocketType: SOCK_DGRAM, iProtocol: IPPROTO_UDP } : { iSocketType: SOCK_STREAM, iProtocol: IPPROTO_TCP };
    return new CSADDR_INFO({ LocalAddr: end(), RemoteAddr: end(), ...transport });
  }
  return Failure.usage(`'${text}' is no address`, 'write one as 192.0.2.1:80 or [2001:db8::1]:80');
}

export const register: CommandDefinition = {
  name: 'register',
  summary: 'Register a service in the name spaces, or remove it',
  details:
    'Every provider that takes registrations does so. How long one lasts is the name space\'s: with --stay it is removed at ' +
    'Ctrl-C, and one that lives as long as its program lives until then.',
  operands: [
    { usage: '<name>', about: "the service's name" },
    { usage: '[addresses...]', about: 'where it listens: 192.0.2.1:80, [2001:db8::1]:80' },
  ],
  options: [
    { flags: '--class <class>', about: 'the service class: a name, as ftp, or a GUID', fallback: 'ftp' },
    { flags: '--comment <text>', about: 'what to tell people about it' },
    { flags: '--udp', about: 'the addresses are for UDP' },
    { flags: '--remove', about: 'remove it', conflicts: ['stay'] },
    { flags: '--stay', about: 'keep it until Ctrl-C' },
    NAMESPACE_OPTION,
    TIMEOUT_OPTION,
  ],
  examples: [
    ['winsock register build-7 192.0.2.7:21 --class ftp', 'a service at an address'],
    ['winsock register build-7 192.0.2.7:21 --stay', 'only until Ctrl-C'],
    ['winsock register build-7 --remove', 'take it back'],
  ],
  endsItself: true,
  async run(run, command) {
    const [name, addresses] = command.processedArgs as [string, readonly string[]];
    const raw = command.opts<Options>();
    const options = nameOptions(raw);
    if (options instanceof Failure) return options;
    await using host = run.process();
    const failure = await startNames(run, host);
    if (failure !== null) return failure;
    const ws = host.bind();
    const lpServiceClassId = classOf(ws, raw.class);
    if (lpServiceClassId instanceof Failure) return lpServiceClassId;
    const pairs = addresses.map((text) => pairOf(ws, text, raw.udp === true));
    const wrong = pairs.find((pair) => pair instanceof Failure);
    if (wrong !== undefined) return wrong;

    const lpcsaBuffer = pairs.filter((pair) => pair instanceof CSADDR_INFO);
    const set = new WSAQUERYSETW({
      dwSize: WSAQUERYSETW.size, dwNameSpace: options.nameSpace, lpServiceClassId, lpszServiceInstanceName: name,
      lpszComment: raw.comment ?? null, dwNumberOfCsAddrs: lpcsaBuffer.length, lpcsaBuffer,
    });
    const carryOut = (operation: number): Promise<number> =>
      ws.WSASetServiceW(set, operation, 0).then((status) => (status === 0 ? 0 : ws.WSAGetLastError()));
    const { interrupted } = run.shell;
    const operation = raw.remove === true ? RNRSERVICE_DELETE : RNRSERVICE_REGISTER;
    const waited = await withinLimit(carryOut(operation), options.limit, interrupted);
    if (waited.ended !== 'done') return waitFailure(waited, options.limit) ?? OK;
    const verb = raw.remove === true ? 'removed' : 'registered';
    if (waited.value !== 0) return Failure.of(waited.value, `'${name}' was not ${verb}`, 'see `winsock show namespaces`');
    if (run.out.json) run.out.value({ name, done: verb });
    else run.out.line(`${verb} ${name}`);
    if (raw.stay !== true) return OK;

    await untilInterrupted(interrupted);
    const gone = await withinLimit(carryOut(RNRSERVICE_DELETE), options.limit, new AbortController().signal);
    if (gone.ended === 'done' && gone.value !== 0) return Failure.of(gone.value, `'${name}' was not removed`);
    return waitFailure(gone, options.limit) ?? OK;
  },
};

/** Waits for Ctrl-C; a timer keeps the program there meanwhile. */
function untilInterrupted(interrupted: AbortSignal): Promise<void> {
  if (interrupted.aborted) return Promise.resolve();
  const HOUR = 3_600_000;
  const alive = setInterval(() => undefined, HOUR);
  return new Promise((resolve) => {
    interrupted.addEventListener(
      'abort',
      () => {
        clearInterval(alive);
        resolve();
      },
      { once: true },
    );
  });
}
