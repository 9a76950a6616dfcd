// Where the next provider's sockets report the end of overlapped operations: in the place of a completion port of the
// layer's own, and of the threads that would wait for it.
import type { CompletionPacket, PacketSink } from '../../../win32/index.js';
import { isAssociable } from '../../../win32/index.js';
import { LowerOverlapped } from './lower-overlapped.js';
import type { OwnSocket } from './socket.js';

/** Takes the packets of the sockets that are tied to it. */
export class CompletionSink implements PacketSink {
  post({ overlapped, error, bytes }: CompletionPacket): void {
    if (overlapped instanceof LowerOverlapped) overlapped.owner.reported(error, bytes);
  }

  /**
   * Has the next provider's socket report here.
   *
   * @returns false when it cannot be: it is no object that reports to ports, or reports to somebody else's already
   */
  tie(socket: OwnSocket): boolean {
    if (socket.isTied) return true;
    const object = socket.layer.process.handles.get(socket.lower);
    if (object === null || !isAssociable(object)) return false;
    // A socket that was duplicated is one object with two handles.
    socket.isTied = object.completion.port === this || object.completion.associate(this, 0);
    return socket.isTied;
  }
}
