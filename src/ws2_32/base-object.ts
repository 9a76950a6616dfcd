// From a socket handle to the object that the base provider made for it, through whatever layers lie between: each answers
// SIO_BASE_HANDLE or passes it on, as on Windows. A way for looking only.
import { SIO_BASE_HANDLE, ref, type SOCKET } from '../abi/index.js';
import type { KernelObject, Process } from '../win32/index.js';
import { ask } from './contract.js';
import { WinsockProcess } from './process.js';

const HANDLE_SIZE = 8;

/** The object behind `s`, or null for what is no socket or whose provider tells no base handle. */
export function baseObject(process: Process, s: SOCKET): KernelObject | null {
  const record = WinsockProcess.of(process).sockets.get(s);
  if (record === undefined) return null;
  const output = new Uint8Array(HANDLE_SIZE);
  const lpErrno = ref(0);
  const error = ask(WinsockProcess.of(process), record.provider, lpErrno, ({ lpWSPIoctl }) =>
    lpWSPIoctl(s, SIO_BASE_HANDLE, null, 0, output, HANDLE_SIZE, ref(0), null, null, null, lpErrno),
  );
  if (error !== 0) return null;
  return process.handles.get(Number(new DataView(output.buffer).getBigUint64(0, true)));
}
