// Puts what was collected of a socket into words. It asks nobody anything: the same data give the same text.
import { errorName } from '../abi/index.js';
import type { EventInspection, RegisteredIoSide, RequestInspection, SocketInspection } from '../win32/index.js';

const FAMILIES: Readonly<Record<SocketInspection['family'], string>> = { ipv4: 'IPv4', ipv6: 'IPv6', unix: 'AF_UNIX' };
const REPORTS: Readonly<Record<RequestInspection['reportsTo'], string>> = {
  caller: 'whose caller waits',
  event: 'that reports to the event of its OVERLAPPED',
  routine: 'that reports to a completion routine',
  port: 'that reports to the completion port',
  queue: 'that reports to a completion queue',
  nobody: 'that reports to nobody',
};

/** A list as one says it: `recv, recvfrom or WSARecv`. */
function anyOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

/** The whole text. */
export function explain(s: number, facts: SocketInspection): string {
  return [...described(s, facts), ...table(facts), 'why:', ...diagnose(facts).map((line) => `  ${line}`)].join('\n');
}

function described(s: number, facts: SocketInspection): readonly string[] {
  const { queues, completionPort: port, registeredIo, requests } = facts;
  const mode = facts.nonBlocking ? 'non-blocking' : 'blocking';
  const lines = [
    `socket ${s}: ${facts.type} over ${FAMILIES[facts.family]}, ${facts.state}, ${mode}`,
    `  local ${facts.local ?? 'none'}, remote ${facts.remote ?? 'none'}`,
  ];
  const ended = [
    facts.peerEnded ? 'the peer has ended its stream' : '',
    facts.sendShutdown ? 'sending is shut down' : '',
    facts.receiveShutdown ? 'receiving is shut down' : '',
    facts.connectionError === 0 ? '' : `the connection was cut: ${errorName(facts.connectionError)}`,
  ].filter((text) => text !== '');
  if (ended.length > 0) lines.push(`  ${ended.join(', ')}`);
  lines.push(`  events go to ${targetText(facts)}`);
  lines.push(`  ${count(queues.unread, 'byte')} to read, ${queues.unsent} of ${count(queues.sendBuffer, 'byte')} unsent`);
  if (facts.state === 'listening') {
    lines.push(`  ${queues.backlog} of ${count(queues.backlogLimit, 'connection')} to accept`);
  }
  for (const request of requests) lines.push(`  under way: ${requestText(request)}`);
  if (registeredIo !== null) {
    lines.push(`  registered receives: ${sideText(registeredIo.receives)}`, `  registered sends: ${sideText(registeredIo.sends)}`);
  }
  if (port !== null) lines.push(`  completion port ${port.handle ?? 'whose handle is closed'}, key ${port.key}`);
  return lines;
}

function targetText({ notification }: SocketInspection): string {
  if (notification === null) return 'nobody';
  if (notification.kind === 'messages') return `window ${notification.window} as message ${notification.message}`;
  return `event ${notification.handle}, which is ${notification.isSet ? 'set' : 'not set'}`;
}

function sideText({ outstanding, most, results, resultRoom }: RegisteredIoSide): string {
  return `${outstanding} of ${most} outstanding, ${results} of ${count(resultRoom, 'result')} to take`;
}

function requestText({ kind, bytes, overlapped, reportsTo }: RequestInspection): string {
  const size = bytes === 0 ? '' : ` of ${count(bytes, 'byte')}`;
  return `${overlapped ? 'overlapped ' : ''}${kind}${size} ${REPORTS[reportsTo]}`;
}

function table({ events }: SocketInspection): readonly string[] {
  return events
    .filter(({ wanted }) => wanted)
    .map(({ name, recorded, reported, holds, reenabledBy }) => {
      const told = [recorded ? 'recorded' : '', reported ? 'reported' : '', holds ? 'holds' : ''];
      const state = told.filter((text) => text !== '');
      const again = reenabledBy.length === 0 ? 'nothing' : anyOf(reenabledBy);
      return `  ${name}: ${['wanted', ...state].join(', ')}; re-enabled by ${again}`;
    });
}

/** Events that a program may have forgotten to ask for; the others hold most of the time. */
const AWAITED: ReadonlySet<string> = new Set(['FD_READ', 'FD_OOB', 'FD_ACCEPT', 'FD_CLOSE']);

/** Why each wanted event is or is not signalled, and what holds without being wanted. */
export function diagnose(facts: SocketInspection): readonly string[] {
  const { notification, events } = facts;
  if (notification === null) return ['no network events are selected: call WSAEventSelect or WSAAsyncSelect'];
  const lines = events.filter(({ wanted }) => wanted).map((event) => `${event.name} ${reason(event, facts)}`);
  const missed = events.filter(({ name, wanted, holds }) => holds && !wanted && AWAITED.has(name));
  if (missed.length > 0) lines.push(`${anyOf(missed.map(({ name }) => name))} would be told, and is not among the events selected`);
  if (!notification.isOpen) {
    lines.push(
      notification.kind === 'event'
        ? 'the handle of the event has been closed: nobody can wait for it'
        : 'the window is gone: nobody hears of anything',
    );
  }
  return lines;
}

function reason(event: EventInspection, facts: SocketInspection): string {
  const { notification } = facts;
  if (event.trigger === 'never') return 'never happens here';
  if (event.recorded) {
    const isSet = notification?.kind === 'event' && notification.isSet;
    if (isSet) return 'is recorded and the event is set: WSAEnumNetworkEvents fetches it';
    return 'is recorded, and the event was reset by something else than WSAEnumNetworkEvents on this socket: call that';
  }
  if (event.reported) return reportedReason(event);
  return quietReason(event.name, event.armed, facts);
}

function reportedReason({ name, trigger, reenabledBy }: EventInspection): string {
  if (name === 'FD_WRITE') {
    return 'was reported and no send has given WSAEWOULDBLOCK since: sends are still possible, so call send';
  }
  if (reenabledBy.length === 0) return 'was reported, and comes once for a connection';
  const call = `call ${anyOf(reenabledBy)}`;
  if (trigger === 'edge') return `was reported: ${call} to be told of the next`;
  return `was reported and none of its functions has been called since: ${call}`;
}

/** Why an event that is wanted and enabled has not happened. */
function quietReason(name: string, armed: boolean, facts: SocketInspection): string {
  const { queues, state, type, peerEnded, connectionError } = facts;
  const connected = state === 'connected';
  switch (name) {
    case 'FD_READ':
      if (facts.receiveShutdown) return 'does not come: receiving is shut down';
      if (type === 'stream' && !connected) return 'does not come: there is no connection';
      if (connectionError !== 0 || peerEnded) return 'does not come: nothing more will be received';
      return `waits for data${takers(facts, 'receive')}`;
    case 'FD_WRITE':
      if (facts.sendShutdown) return 'does not come: sending is shut down';
      if (connectionError !== 0) return 'does not come: the connection was cut';
      if (type === 'stream' && !connected) return 'waits for a connection';
      return `waits for room: ${queues.unsent} of ${count(queues.sendBuffer, 'byte')} are unsent`;
    case 'FD_OOB':
      if (facts.urgentInline) return 'does not come: SO_OOBINLINE is on, and urgent data is FD_READ';
      return 'waits for urgent data';
    case 'FD_ACCEPT':
      if (state !== 'listening') return 'does not come: the socket is not listening';
      return `waits for a connection${takers(facts, 'accept')}`;
    case 'FD_CONNECT':
      if (state === 'connecting') return 'waits for the connect that is under way';
      if (connected) return 'does not come: the connection was accepted, not made by connect';
      return 'does not come: connect has not been called';
    case 'FD_CLOSE':
      if (peerEnded) return `comes when what has been received is read: ${count(queues.unread, 'byte')}`;
      return connected ? 'waits for the end of the connection' : 'does not come: there is no connection';
    default:
      if (armed) return 'waits for the change that was asked for';
      return 'does not come: no change has been asked for with WSAIoctl';
  }
}

/** Who takes what comes before an event can tell of it. */
function takers({ requests }: SocketInspection, kind: string): string {
  const waiting = requests.filter((request) => request.kind === kind).length;
  return waiting === 0 ? '' : `; ${count(waiting, kind)} under way will have what comes first`;
}
