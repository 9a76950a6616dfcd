// winsock install-namespace
import { randomUUID } from 'node:crypto';
import { NS_DNS, parseGuid } from '../../index.js';
import { nameSpaceWords } from '../candidates.js';
import { DRY_RUN, change, leaving, report } from '../change.js';
import type { CommandDefinition } from '../definition.js';
import { Failure } from '../failure.js';
import { nameSpaceName, parseNameSpace } from '../format/name-space.js';

interface Options {
  readonly name?: string;
  readonly namespace: string;
  readonly id?: string;
  readonly spaceVersion: string;
  readonly dryRun?: boolean;
}

export const installNamespace: CommandDefinition = {
  name: 'install-namespace',
  summary: 'Install a name space provider',
  details: 'It is asked after those that are there, and enabled (WSCInstallNameSpace).',
  operands: [{ usage: '<module>', about: 'package name, absolute path or URL of the module; settings follow a ?' }],
  options: [
    { flags: '--name <name>', about: "its name; the module's if left out" },
    { flags: '--namespace <space>', about: 'the name space that it serves, by name or number', fallback: nameSpaceName(NS_DNS), complete: nameSpaceWords },
    { flags: '--id <guid>', about: 'its provider id; a new one if left out' },
    { flags: '--space-version <number>', about: 'the version it says it is of', fallback: '0' },
    DRY_RUN,
  ],
  examples: [
    ['winsock install-namespace winsock2/namespaces/hosts --name Hosts --namespace NS_TCPIP_HOSTS', 'the hosts file as a name space'],
    ['winsock install-namespace /opt/names/fleet.js --name Fleet --namespace 4711', "a third party's"],
  ],
  async run(run, command) {
    const [module] = command.processedArgs as [string];
    const { name, namespace, id, spaceVersion: version, dryRun = false } = command.opts<Options>();
    const providerId = parseGuid(id ?? randomUUID());
    const space = parseNameSpace(namespace);
    if (providerId === null) return Failure.usage(`'${id ?? ''}' is no GUID`);
    if (space === null) return Failure.usage(`'${namespace}' is no name space`, 'name one as NS_DNS, or by its number');
    if (!/^\d{1,9}$/.test(version)) return Failure.usage(`'${version}' is no version number`);
    const made = await change(run, dryRun, (ws) =>
      leaving(
        ws,
        'WSCInstallNameSpace',
        () => ws.WSCInstallNameSpace(name ?? module, module, space, Number(version), providerId),
        { WSAEINVAL: 'is the module a package name, an absolute path or a URL, and the id new? See `winsock show namespaces`' },
      ),
    );
    return made instanceof Failure ? made : report(run, made, dryRun);
  },
};
