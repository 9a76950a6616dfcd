// A layered provider of one's own: each socket may send so many bytes, and earns as many more as it receives. The recipe
// docs/recipes/write-a-layered-provider.md shows the part between the marks.
// recipe
import { SOCKET_ERROR, WSAEDQUOT, ref, through, type MaybePending, type SOCKET, type WSABUF } from 'winsock2/spi';
import { layer } from 'winsock2/layered';

const DEFAULT_LIMIT = 1_000_000;

function sizeOf(buffers: readonly WSABUF[] | null, count: number): number {
  return (buffers ?? []).slice(0, count).reduce((size, { len }) => size + len, 0);
}

export const WSPStartup = layer({
  description: 'gives each socket a quota of bytes to send',

  // Called once for each process, so everything that is remembered belongs in here.
  change({ below, settings }) {
    const limit = Number(settings.get('limit') ?? DEFAULT_LIMIT);
    if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`limit=${settings.get('limit') ?? ''} is no number of bytes`);
    const left = new Map<SOCKET, number>();
    const leftOf = (s: SOCKET): number => left.get(s) ?? limit;

    return {
      lpWSPSend(s, lpBuffers, dwBufferCount, lpSent, dwFlags, lpOverlapped, routine, thread, lpErrno) {
        const size = sizeOf(lpBuffers, dwBufferCount);
        // A layer reports errors as the base provider does: by lpErrno and the return value, never by an exception.
        if (size > leftOf(s)) {
          lpErrno.value = WSAEDQUOT;
          return SOCKET_ERROR;
        }
        left.set(s, leftOf(s) - size);
        return below.lpWSPSend(s, lpBuffers, dwBufferCount, lpSent, dwFlags, lpOverlapped, routine, thread, lpErrno);
      },

      lpWSPRecv(s, lpBuffers, dwBufferCount, lpReceived, lpFlags, lpOverlapped, routine, thread, lpErrno) {
        // The caller may not have asked for the count; the layer has to know it.
        const bytes = lpReceived ?? ref(0);
        const earn = (status: number): number => {
          if (status === 0) left.set(s, leftOf(s) + bytes.value);
          return status;
        };
        const status = below.lpWSPRecv(s, lpBuffers, dwBufferCount, bytes, lpFlags, lpOverlapped, routine, thread, lpErrno);
        return afterwards(status, earn);
      },

      lpWSPCloseSocket(s, lpErrno) {
        return afterwards(below.lpWSPCloseSocket(s, lpErrno), (status) => {
          // Handles are used again; a quota is not.
          if (status === 0) left.delete(s);
          return status;
        });
      },
    };
  },
});

/** Does something with a result, now or when it is there. `through` adds it to the promise that there is. */
function afterwards(result: MaybePending<number>, next: (status: number) => number): MaybePending<number> {
  if (!(result instanceof Promise)) return next(result);
  return through(result, {
    arrive: next,
    failed: (error) => {
      throw error;
    },
  });
}
// end of recipe
