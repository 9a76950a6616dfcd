// The name files of a process, put together: the machine's, or for a host without a machine those in its file system.
import { FILE_SYSTEM_DEVICE, NAME_FILES_DEVICE, type FileSystem, type Process } from '../../../win32/index.js';
import { HostsFiles } from './hosts-files.js';
import { nodeTexts } from './node-texts.js';
import { systemPaths, usualPaths } from './system-paths.js';
import { FileSystemTexts } from './text-source.js';

/** A host that is no machine has its files where Windows has them, in the file system that is mounted. */
const NO_MACHINE = { platform: 'win32', env: {} };

/**
 * Mounts the name files of a process.
 *
 * @param on - whether it runs on the machine itself
 * @param hostName - this machine's name
 */
export function mountNameFiles(process: Process, on: 'machine' | 'no machine', hostName: () => string): void {
  const onMachine = on === 'machine';
  const around = onMachine ? globalThis.process : NO_MACHINE;
  const source = onMachine ? nodeTexts : new FileSystemTexts(process.openDevice(FILE_SYSTEM_DEVICE) as FileSystem);
  const [paths, system] = [usualPaths(around), systemPaths(around)];
  process.mountDevice(NAME_FILES_DEVICE, new HostsFiles({ source, paths, system, process, hostName }));
}
