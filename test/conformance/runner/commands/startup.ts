// Start-up and errors.
import { MAKEWORD, WSADATA } from '../../../../src/abi/index.js';
import { status, type CommandTable } from '../command.js';
import { errorName } from '../error-names.js';
import { ScriptError } from '../script-error.js';

/** How long `settle` waits for the network to go quiet. */
const SETTLE_MS = 100;
const JUNK_WORD = 0xcccc;

function version(word: number): string {
  return `${String(word & 0xff)}.${String((word >> 8) & 0xff)}`;
}

export const startupCommands: CommandTable = {
  // Only the first command of a file may be this one, and the runner has looked at it already.
  nostartup: () => 'ok',

  async startup(session, args) {
    const wanted = /^(\d+)\.(\d+)$/.exec(args.word(0));
    if (wanted === null) throw new ScriptError(`${args.word(0)} is no version`);
    const data = args.has('NULL', 1) ? null : new WSADATA();
    if (data !== null) {
      data.wVersion = JUNK_WORD;
      data.wHighVersion = JUNK_WORD;
    }
    const result = await session.call('WSAStartup', MAKEWORD(Number(wanted[1]), Number(wanted[2])), data);
    const text = result === 0 ? 'ok' : errorName(result);
    if (data === null || data.wVersion === JUNK_WORD) return text;
    return `${text} version=${version(data.wVersion)} high=${version(data.wHighVersion)}`;
  },

  async cleanup(session) {
    return status(session, await session.call('WSACleanup'));
  },

  async lasterror(session) {
    return errorName(await session.call('WSAGetLastError'));
  },

  async setlasterror(session, args) {
    await session.call('WSASetLastError', args.number(0));
    return 'ok';
  },

  async settle(session) {
    await session.time.sleep(SETTLE_MS);
    return 'ok';
  },
};
