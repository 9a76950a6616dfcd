// winsock browse
import type { CommandDefinition } from '../definition.js';
import { find } from '../names/find.js';
import { NAMESPACE_OPTION, TIMEOUT_OPTION } from '../names/options.js';
import type { RawNameOptions } from '../names/session.js';

export const browse: CommandDefinition = {
  name: 'browse',
  summary: 'List every service of a class',
  operands: [{ usage: '<class>', about: 'the service class: a name, as ftp, or a GUID' }],
  options: [NAMESPACE_OPTION, TIMEOUT_OPTION],
  examples: [
    ['winsock browse {0037E515-B5C9-4A43-BADA-8B48A87AD239} --namespace NS_NLA', 'the networks that this machine is attached to'],
    ['winsock browse ftp --timeout 2 --json', 'who answers within two seconds, for programs'],
  ],
  endsItself: true,
  run(run, command) {
    const [serviceClass] = command.processedArgs as [string];
    return find(run, { name: null, serviceClass }, command.opts<RawNameOptions>());
  },
};
