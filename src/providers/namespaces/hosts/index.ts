// The name space of the machine's hosts, services, protocol and networks files. Its settings name other files than the system's:
// `winsock2/namespaces/hosts?hosts=/srv/hosts`. Built in as `winsock2/namespaces/hosts`.
import { WSASERVICE_NOT_FOUND } from '../../../abi/index.js';
import { nameFilesOf, type NameFileEntries, type NameFilePaths } from '../../../win32/index.js';
import { nameSpaceProvider, type NameSpace, type NameSpaceStart } from '../kit/index.js';
import { fileAnswers } from './answers.js';

export { NETWORK_CLASS, PROTOCOL_CLASS, fileAnswers, type FileQuestion } from './answers.js';

const KINDS: readonly (keyof NameFileEntries)[] = ['hosts', 'services', 'protocols', 'networks'];

function pathsIn(settings: URLSearchParams): NameFilePaths {
  return Object.fromEntries(KINDS.flatMap((kind) => (settings.has(kind) ? [[kind, settings.get(kind)]] : [])));
}

function open({ process, settings }: NameSpaceStart): NameSpace {
  const usual = nameFilesOf(process);
  const files = usual.at({ ...usual.system, ...pathsIn(settings) });
  const { watch } = files;
  return {
    query: (question) => {
      const found = fileAnswers(files, question) ?? [];
      if (typeof found === 'number') return found;
      return found.length === 0 && !question.again ? WSASERVICE_NOT_FOUND : found;
    },
    ...(watch === null ? {} : { watch: (_question, changed) => watch(changed) }),
  };
}

export const { NSPStartup } = nameSpaceProvider(open);
