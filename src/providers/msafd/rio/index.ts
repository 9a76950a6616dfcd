// Registered I/O: the table of functions that SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER gives out. Requests are afd's,
// in the queues of the socket's endpoint; here is what reports them in another way.
import type { RioFunctions } from '../../../spi/index.js';
import type { Msafd } from '../provider.js';
import { queueFunctions } from './queue-functions.js';
import { RegisteredIo } from './registered-io.js';
import { transferFunctions } from './transfer-functions.js';

/** The functions of registered I/O for a provider. */
export function rioFunctions(provider: Msafd): RioFunctions {
  const rio = RegisteredIo.of(provider.process);
  return { ...queueFunctions(provider, rio), ...transferFunctions(rio) };
}

/** Ends registered I/O in the provider's process. */
export function endRegisteredIo(provider: Msafd): void {
  RegisteredIo.of(provider.process).clear();
}
