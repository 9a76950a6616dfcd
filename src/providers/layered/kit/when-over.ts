// Hearing of the end of overlapped operations that a layer has handed down as they came. On Windows a layer with the base
// provider's handles has no way to; here the operation that stands behind an OVERLAPPED can be asked.
import type { OVERLAPPED } from '../../../abi/index.js';
import { PendingOperation, currentThread, type Waiter } from '../../../win32/index.js';

/**
 * Has `told` called when the operation that was just started with an OVERLAPPED is over. Its OVERLAPPED is filled in by then,
 * and no code of the application has run since.
 *
 * @param overlapped - the OVERLAPPED of an entry that gave WSA_IO_PENDING
 * @param told - called once; at once if it is over already, never for an operation that nobody keeps a record of
 */
export function whenOver(overlapped: OVERLAPPED, told: () => void): void {
  const operation = PendingOperation.of(overlapped);
  if (operation === null) return;
  if (operation.done) {
    told();
    return;
  }
  const { end } = operation;
  const waiter: Waiter = {
    thread: currentThread(),
    retry() {
      end.removeWaiter(waiter);
      told();
    },
  };
  end.addWaiter(waiter);
}
