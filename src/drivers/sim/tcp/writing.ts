// Writing to a connection: whether it takes data, and when a write is answered.
// Does not own: the bytes (send-buffer.ts), and when they go out (sender.ts).
import type { DriverError } from '../../contract.js';
import type { TcpConnection } from './connection.js';
import type { Done } from './send-buffer.js';
import { isSynchronized, mayWrite, STATE } from './states.js';
import { emitAcknowledgment } from './transmission.js';

/** Takes bytes; true when they were copied, else `done` follows. Nothing at all is a question whether it takes any. */
export function write(connection: TcpConnection, chunks: readonly Uint8Array[], done: Done): boolean {
  const error = refusal(connection);
  if (error !== null) {
    connection.layer.calls.answer(done, error);
    return false;
  }
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  if (size === 0) return true;
  const { sender, settings } = connection;
  const taken = sender.buffer.write(chunks, size, settings.sendBuffer, done);
  sender.output();
  return taken;
}

/** Takes one byte and points at it (RFC 9293 section 3.8.5); the pointer goes out even if the byte cannot. */
export function writeUrgent(connection: TcpConnection, byte: number): DriverError | null {
  const error = refusal(connection);
  if (error !== null) return error;
  const { sender } = connection;
  sender.buffer.writeByte(byte);
  sender.urgentPending = true;
  sender.urgentEnd = sender.end;
  sender.output();
  if (isSynchronized(connection.state) && sender.nxt !== sender.urgentEnd) emitAcknowledgment(connection);
  return null;
}

/** Why it takes no data, or null. Those for a held connection wait until it is open. */
function refusal(connection: TcpConnection): DriverError | null {
  const { connecting, ending, sender, state } = connection;
  if (mayWrite(state)) return null;
  if (state === STATE.synReceived && !connecting && !sender.finQueued) return null;
  if (ending.error !== null) return ending.error;
  return connection.establishedAt < 0 && !ending.closedByOwner ? 'ENOTCONN' : 'EPIPE';
}

/** Answers the writes of which enough was acknowledged. */
export function answerWrites(connection: TcpConnection): void {
  const { sender, settings } = connection;
  for (let done = sender.buffer.answered(settings.sendBuffer); done !== null; ) {
    connection.clock.tell();
    done(null);
    done = sender.buffer.answered(settings.sendBuffer);
  }
}
