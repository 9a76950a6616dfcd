// winsock netstat
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandDefinition } from '../definition.js';
import { OK } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { netstatText } from '../format/netstat.js';
import { socketOwners, systemSockets } from '../proc/read.js';

const PROTOCOLS = ['tcp', 'udp', 'unix'];

export const netstat: CommandDefinition = {
  name: 'netstat',
  summary: "This machine's sockets",
  details:
    "Those of every program, in netstat's form: Linux does not tell which ones were made by winsock2. It reads /proc, so there " +
    'is nothing to read on other systems. A simulated network tells its own: `host.netstat()` of winsock2/testing.',
  options: [
    { flags: '-p, --protocol <protocol>', about: 'only these', choices: PROTOCOLS },
    { flags: '-o, --owners', about: "with the process ids, as far as this user may see them" },
    { flags: '--pid <pid>', about: 'only sockets of this process' },
  ],
  examples: [
    ['winsock netstat -p tcp', 'TCP sockets'],
    ['winsock netstat --pid 4711 --json', "one process's sockets, for programs"],
  ],
  run(run, command) {
    const { platform, procFolder } = run.shell;
    if (platform !== 'linux' || !existsSync(join(procFolder, 'net'))) {
      const what = `the sockets of a machine can be read on Linux only (this is ${platform}): other systems tell them to native code`;
      return new Failure('WSAEOPNOTSUPP', what, "use the system's own netstat");
    }
    const { protocol, owners: wantsOwners, pid } = command.opts<{ protocol?: string; owners?: boolean; pid?: string }>();
    if (pid !== undefined && !/^\d+$/.test(pid)) return Failure.usage(`'${pid}' is no process id`);

    const owners = wantsOwners === true || pid !== undefined || run.out.json ? socketOwners(procFolder) : null;
    const sockets = systemSockets(procFolder).filter(
      (socket) =>
        (protocol === undefined || socket.protocol.toLowerCase() === protocol) &&
        (pid === undefined || owners?.get(socket.inode) === Number(pid)),
    );
    if (run.out.json) run.out.value(sockets.map((socket) => ({ ...socket, pid: owners?.get(socket.inode) ?? null })));
    else run.out.line(netstatText(sockets, owners));
    return OK;
  },
};
