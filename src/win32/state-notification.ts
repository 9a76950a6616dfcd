// Socket state notifications as the completion port's side sees them: what can be registered with an object that shows
// its readiness at a port. Which state makes which event is that object's business.
import type { CompletionPort } from './completion-port.js';
import type { KernelObject } from './handle-table.js';

/** One SOCK_NOTIFY_REGISTRATION, for the port it was passed with. */
export interface StateRegistration {
  readonly port: CompletionPort;
  readonly key: number;
  /** SOCK_NOTIFY_REGISTER_EVENT_*. */
  readonly filter: number;
  /** SOCK_NOTIFY_OP_*. */
  readonly operation: number;
  /** SOCK_NOTIFY_TRIGGER_*. */
  readonly triggers: number;
}

/** An object whose state can be told to a port. */
export interface StateNotifying extends KernelObject {
  /** Carries out a registration; 0 or the error for its registrationResult. */
  registerState(registration: StateRegistration): number;
}

/** Whether an object's state can be told to a port. */
export function isStateNotifying(object: KernelObject): object is StateNotifying {
  return 'registerState' in object;
}
