// Installing the ready-made layers from a program: what `winsock install` does. The lessons in docs/layers show these
// functions; test/layers/lessons.test.ts runs them.
import { WSCInstallProviderAndChains, XP1_IFS_HANDLES, parseGuid, ref } from 'winsock2';

// trace
/** Prints every call of programs started from now on; returns 0 or the error. */
export async function installTrace(): Promise<number> {
  const id = parseGuid('{6D1C2B0E-51E4-4B0C-8A0F-6C1F5B1D7A01}');
  const [module, lpErrno] = ['winsock2/layers/trace?data=32', ref(0)];
  const status = await WSCInstallProviderAndChains(id, module, 'Trace', XP1_IFS_HANDLES, null, 0, ref(0), lpErrno);
  return status === 0 ? 0 : lpErrno.value;
}
// end

// capture
/** Captures every program started from now on into a file of its own; returns 0 or the error. */
export async function installCapture(file: string): Promise<number> {
  const id = parseGuid('{6D1C2B0E-51E4-4B0C-8A0F-6C1F5B1D7A02}');
  const [module, lpErrno] = [`winsock2/layers/capture?file=${encodeURIComponent(file)}`, ref(0)];
  const status = await WSCInstallProviderAndChains(id, module, 'Capture', XP1_IFS_HANDLES, null, 0, ref(0), lpErrno);
  return status === 0 ? 0 : lpErrno.value;
}
// end

// fault
/** Refuses the first connection of each program started from now on, and delays what it sends; returns 0 or the error. */
export async function installFault(): Promise<number> {
  const id = parseGuid('{6D1C2B0E-51E4-4B0C-8A0F-6C1F5B1D7A04}');
  const [module, lpErrno] = ['winsock2/layers/fault?rule=connect:nth=1:fail=WSAECONNREFUSED&rule=send:delay=50', ref(0)];
  // No XP1_IFS_HANDLES: its handles are its own.
  const status = await WSCInstallProviderAndChains(id, module, 'Fault', 0, null, 0, ref(0), lpErrno);
  return status === 0 ? 0 : lpErrno.value;
}
// end

// firewall
/** Keeps programs started from now on to this machine; returns 0 or the error. */
export async function installFirewall(): Promise<number> {
  const id = parseGuid('{6D1C2B0E-51E4-4B0C-8A0F-6C1F5B1D7A03}');
  const [module, lpErrno] = ['winsock2/layers/firewall?allow=127.0.0.0/8&allow=::1', ref(0)];
  // No XP1_IFS_HANDLES: its handles are its own.
  const status = await WSCInstallProviderAndChains(id, module, 'Firewall', 0, null, 0, ref(0), lpErrno);
  return status === 0 ? 0 : lpErrno.value;
}
// end
