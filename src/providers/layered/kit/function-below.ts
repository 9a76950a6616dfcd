// An extension function of the link below a socket, for a layer with handles of its own that calls it with the handles there.
import { SIO_GET_EXTENSION_FUNCTION_POINTER, ref, type GUID } from '../../../abi/index.js';
import { FunctionPointers } from '../../../spi/index.js';
import type { OwnSocket } from '../own-handles/socket.js';

/** The function with this identifier, or null where there is none. */
// The type is the caller's word, as it is in C: the identifier stands for it.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function functionBelow<F>({ layer, lower, procs }: OwnSocket, identifier: GUID): F | null {
  const [input, output] = [identifier.bytes.slice(), new Uint8Array(8)];
  const code = SIO_GET_EXTENSION_FUNCTION_POINTER;
  const result = procs.lpWSPIoctl(lower, code, input, input.length, output, output.length, ref(0), null, null, null, ref(0));
  if (result !== 0) return null;
  const pointer = Number(new DataView(output.buffer).getBigUint64(0, true));
  return FunctionPointers.of(layer.process).at(pointer) as F | null;
}
