// The options that the commands for names share.
import { nameSpaceWords } from '../candidates.js';
import type { OptionDefinition } from '../definition.js';

export const NAMESPACE_OPTION: OptionDefinition = {
  flags: '--namespace <name>', about: 'only this name space, as NS_DNS or by its number', fallback: 'NS_ALL', complete: nameSpaceWords,
};

export const TIMEOUT_OPTION: OptionDefinition = {
  flags: '--timeout <seconds>', about: 'how long to wait for everybody', fallback: '10',
};
