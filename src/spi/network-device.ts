// What a name space provider can learn of the machine that its process runs on: a device of the process, mounted by the
// composition root, so that a simulated host has interfaces of its own. Its names are resolver-device.ts.
import type { Process } from '../win32/index.js';

/** The device that a process's network interfaces are mounted as. */
export const INTERFACES_DEVICE = '\\Device\\Interfaces';

/** One address of one interface. */
export interface NetworkInterfaceAddress {
  readonly name: string;
  readonly index: number;
  readonly family: 'ipv4' | 'ipv6' | 'unix';
  readonly address: string;
  readonly prefixLength: number;
  readonly loopback: boolean;
  readonly up: boolean;
}

/** The interfaces of a machine. */
export interface NetworkInterfaces {
  interfaces(): readonly NetworkInterfaceAddress[];
  /** Tells of changes until the result is called; null where nobody tells, and one has to look again. */
  watch(changed: () => void): (() => void) | null;
}

/** The interfaces that a process sees; null when none are mounted. */
export function interfacesOf(process: Pick<Process, 'openDevice'>): NetworkInterfaces | null {
  return (process.openDevice(INTERFACES_DEVICE) as NetworkInterfaces | undefined) ?? null;
}
