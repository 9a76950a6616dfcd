// winsock lookup
import type { CommandDefinition } from '../definition.js';
import { find } from '../names/find.js';
import { NAMESPACE_OPTION, TIMEOUT_OPTION } from '../names/options.js';
import type { RawNameOptions } from '../names/session.js';

export const lookup: CommandDefinition = {
  name: 'lookup',
  summary: 'Ask the name spaces for a name',
  details: 'The question is one for the addresses of a host, unless a service class is named.',
  operands: [{ usage: '<name>', about: 'a host, or a service of the class' }],
  options: [
    { flags: '--class <class>', about: 'the service class: a name, as ftp, or a GUID', fallback: 'inet-hostaddrbyname' },
    NAMESPACE_OPTION,
    TIMEOUT_OPTION,
  ],
  examples: [
    ['winsock lookup example.com', "a host's addresses"],
    ['winsock lookup build-7 --class ftp --namespace NS_DNS --json', 'a service on it, in one name space, for programs'],
  ],
  endsItself: true,
  run(run, command) {
    const [name] = command.processedArgs as [string];
    const options = command.opts<RawNameOptions & { class: string }>();
    return find(run, { name, serviceClass: options.class }, options);
  },
};
