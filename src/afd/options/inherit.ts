// Settings on their way to the driver. They are written down, so that a transport that comes later can be told again.
import type { Setting } from '../../drivers/contract.js';
import type { Endpoint } from '../endpoint.js';

/** Tells the driver of a setting, if it has it; returns 0 or the error. */
export function tellDriver(endpoint: Endpoint, setting: Setting, value: number): number {
  const error = endpoint.applySetting(setting, value);
  if (error === 0) endpoint.options.driverSettings.set(setting, value);
  return error;
}

/**
 * Tells the transport of `endpoint` everything that its options have ever told a driver: for a socket whose options were
 * copied from another's, and for one whose transport was replaced.
 */
export function applyInherited(endpoint: Endpoint): void {
  for (const [setting, value] of endpoint.options.driverSettings) endpoint.applySetting(setting, value);
}
