// The part of the `dns` name space that keeps registrations: services and host names in a zone of a server, when the settings
// name one. The settings are registry-settings.ts's.
// Does not own: resolving names of hosts.
import { SVCID_HOSTNAME, SVCID_INET_HOSTADDRBYNAME, WSAEACCES, WSAEINVAL, type GUID } from '../../../abi/index.js';
import type { Answer, NameSpace, NameSpaceStart, Question, Registration } from '../kit/index.js';
import { HostRegistry } from './host-registry.js';
import { RegistryServer } from './registry-server.js';
import { registrySettings } from './registry-settings.js';
import { Registry } from './registry.js';
import { readKeyFile } from './tsig-key.js';

/** Milliseconds for one answer of the server, of which a change takes some. */
const TIMEOUT = 5000;

const HOSTS = [SVCID_HOSTNAME, SVCID_INET_HOSTADDRBYNAME].map(String);

/** Whether a class stands for hosts and not for services. */
export const isHostClass = (id: GUID): boolean => HOSTS.includes(id.toString());

/** What the name space does with a registry: the three operations, and finding services. */
export interface Registrations extends Required<Pick<NameSpace, 'register' | 'deregister' | 'remove'>> {
  /** The services that a question is for, whose class is no host's. */
  find(question: Question): AsyncIterable<Answer | number>;
}

/** Opens the registry of the settings: null without one, WSAEINVAL when they cannot be understood. */
export function openRegistrations({ settings, process }: NameSpaceStart): Registrations | null | number {
  const registry = registrySettings(settings);
  if (registry === 'invalid') return WSAEINVAL;
  if (registry === null) return null;
  const { clock, trace } = process;
  const note = (reason: string, detail: string): void => {
    if (trace.on) trace.note('dns', reason, [registry.zone, detail], clock.now());
  };
  const key = async () => {
    if (registry.keyFile === null) return null;
    const read = await readKeyFile(registry.keyFile);
    if ('key' in read) return read.key;
    note('the key cannot be used', read.why);
    return WSAEACCES;
  };
  const server = new RegistryServer({ server: registry.server, clock, timeout: TIMEOUT, note });
  const parts = { server, key, zone: registry.zone, ttl: registry.ttl };
  const services = new Registry(parts);
  const hosts = new HostRegistry(parts);
  const isHost = ({ serviceClassId }: Registration): boolean => isHostClass(serviceClassId);
  return {
    register: (registration) => (isHost(registration) ? hosts : services).register(registration),
    deregister: (registration) => (isHost(registration) ? hosts.remove(registration) : services.deregister(registration)),
    remove: (registration) => (isHost(registration) ? hosts : services).remove(registration),
    find: (question) => services.find(question),
  };
}
