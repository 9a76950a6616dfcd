// winsock trace
import { resolve } from 'node:path';
import type { CommandDefinition } from '../definition.js';
import { Failure } from '../failure.js';

const FORMATS = ['text', 'chrome', 'events'];
const LEVELS = ['information', 'verbose'];

interface Options {
  readonly format: string;
  readonly output?: string;
  readonly level: string;
  readonly layers?: string;
}

export const trace: CommandDefinition = {
  name: 'trace',
  summary: 'Run a program with every layer that its calls cross printed',
  details:
    'Node and every Node program that it starts load winsock2/tracing/register first. The exit status is the program\'s.',
  operands: [{ usage: '<program...>', about: 'the program and its arguments, after --' }],
  options: [
    { flags: '--format <format>', about: 'text: a line for each layer; chrome: a timeline for Perfetto; events: the AFD and catalog events', choices: FORMATS, fallback: 'text' },
    { flags: '-o, --output <file>', about: 'where to; %p is the process id. Standard error if left out, and for chrome winsock2-trace-%p.json' },
    { flags: '--level <level>', about: 'which events', choices: LEVELS, fallback: 'information' },
    { flags: '--layers <layers>', about: 'only these, with commas between: api, ws2_32, afd, driver, or a module' },
  ],
  examples: [
    ['winsock trace -- node app.js', 'every call on standard error'],
    ['winsock trace --format chrome -o trace.json -- npm start', 'a timeline to open in Perfetto'],
    ['winsock trace --layers api,ws2_32 -- node app.js', "calls and the entries chosen for them"],
  ],
  endsItself: true,
  async run(run, command) {
    const [[file = '', ...args]] = command.processedArgs as [readonly string[]];
    const { format, output, level, layers } = command.opts<Options>();
    const { tracingModule, env } = run.shell;
    if (tracingModule === null) return new Failure('', 'winsock2/tracing/register is not there', 'build or install the package');
    const options = [env['NODE_OPTIONS'] ?? '', `--import=${tracingModule}`].filter((part) => part !== '').join(' ');
    const added: Record<string, string> = { NODE_OPTIONS: options, WINSOCK2_TRACE: format, WINSOCK2_TRACE_LEVEL: level };
    if (output !== undefined) added['WINSOCK2_TRACE_FILE'] = resolve(output);
    if (layers !== undefined) added['WINSOCK2_TRACE_LAYERS'] = layers;
    if (run.catalogFile !== null) added['WINSOCK2_CATALOG'] = resolve(run.catalogFile);
    try {
      return await run.shell.runProgram({ file, args, env: added });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      return new Failure('', `the program '${file}' could not be run (${code})`, 'is it on the PATH?');
    }
  },
};
