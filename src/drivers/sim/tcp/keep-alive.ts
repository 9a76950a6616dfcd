// Keep-alive (RFC 9293 section 3.8.4) with Windows' defaults and failure.
import type { TcpConnection } from './connection.js';
import { isSynchronized, STATE } from './states.js';
import { emitKeepAlive } from './transmission.js';

/** It was switched on or off, or its times were changed. */
export function startKeepAlive(connection: TcpConnection): void {
  const { settings, state, timers } = connection;
  timers.keepAlive = 0;
  if (!settings.keepAlive || !isSynchronized(state) || state === STATE.timeWait) return;
  connection.keepAliveProbes = 0;
  timers.keepAlive = timers.in(settings.keepAliveIdleMs * 1000);
}

export function keepAliveDue(connection: TcpConnection): void {
  const { clock, heardAt, sender, settings, timers } = connection;
  const quiet = clock.us - heardAt;
  const idle = settings.keepAliveIdleMs * 1000;
  if (connection.keepAliveProbes === 0 && quiet < idle) {
    timers.keepAlive = timers.in(idle - quiet);
    return;
  }
  // Retransmissions are probes already.
  if (sender.outstanding || sender.persisting) {
    timers.keepAlive = timers.in(idle);
    return;
  }
  if (connection.keepAliveProbes >= settings.keepAliveCount) {
    connection.ending.fail('ENETRESET');
    return;
  }
  connection.keepAliveProbes += 1;
  emitKeepAlive(connection);
  timers.keepAlive = timers.in(settings.keepAliveIntervalMs * 1000);
}
