// Where a system keeps its name files.
import type { NameFileEntries, NameFilePaths } from '../../../win32/index.js';

/** What the places depend on. */
export interface PathSurroundings {
  /** As process.platform. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The system's files. Windows keeps them under its own folder and calls one of them `protocol`; everybody else has them in /etc. */
export function systemPaths({ platform, env }: PathSurroundings): Record<keyof NameFileEntries, string> {
  const isWindows = platform === 'win32';
  const folder = isWindows ? `${env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\` : '/etc/';
  return {
    hosts: `${folder}hosts`,
    services: `${folder}services`,
    protocols: `${folder}${isWindows ? 'protocol' : 'protocols'}`,
    networks: `${folder}networks`,
  };
}

/**
 * Those that are read unless others are named. Which protocols have a name is part of what a program for Windows knows, and
 * other systems list many more; so their list is not read, and the one that is built in serves.
 */
export function usualPaths(around: PathSurroundings): NameFilePaths {
  const { hosts, services, protocols, networks } = systemPaths(around);
  return { hosts, services, networks, ...(around.platform === 'win32' ? { protocols } : {}) };
}
