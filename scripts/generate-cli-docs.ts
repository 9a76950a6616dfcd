// Writes docs/cli.md from the commands' own help, so that the page says what the program says. Run it after a change to
// src/cli: npm run docs
// By hand are the introduction and the tables that compare the tool with Windows' ones.
import { realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MemoryStore } from '../src/index.js';
import { commandLine } from '../src/cli/command-line.js';
import { commands } from '../src/cli/commands/index.js';
import { isGroup } from '../src/cli/definition.js';
import { EXIT_CODES } from '../src/cli/exit-codes.js';
import type { Shell } from '../src/cli/shell.js';

/** Where the page is kept. */
export const CLI_PAGE = new URL('../docs/cli.md', import.meta.url);

const INTRODUCTION = `# The command line

\`winsock\` looks at the Winsock catalog and changes it, in the manner of \`netsh winsock\` and \`sporder\`, and runs programs
with their calls traced. It comes with the package: \`npx winsock\`. This page is made of the program's own help
(\`npm run docs\`).

**Which catalog.** The file after \`--catalog\`; else the one in the environment variable WINSOCK2_CATALOG; else this user's
\`winsock2/catalog.json\` in the configuration folder. As long as there is no file, the built-in catalog is shown. A trial
that disturbs nobody: \`winsock install … --catalog ./trial.json\`, then \`winsock trace --catalog ./trial.json -- node app.js\`.

**Programs that run already** keep the catalog that they found at their WSAStartup; WSAProviderConfigChange tells them of
changes.

**Ids** are catalog ids (1001) or GUIDs, in any case, with braces or without. Completion knows them:
\`source <(winsock completion bash)\`.

**Output.** \`--json\` where there is a listing or a change. Colours only on a terminal, and as NO_COLOR and FORCE_COLOR say.
Errors are one line on stderr: the Winsock error, what happened, what to do.

**Ctrl-C** leaves a command at any moment. A catalog is saved whole or not at all.
`;

const INSTLSP = `
## The LSP sample's \`instlsp\`, and what stands in its place

| \`instlsp\` | here |
| --- | --- |
| \`-p\` print the catalog | \`winsock show providers\`; every field (\`-p -v\`): \`winsock show catalog\` |
| \`-l\` print layers only | \`winsock show map\`, its first part |
| \`-m\` map of the layers | \`winsock show map\` |
| \`-i -a -d module -n name\` install over all | \`winsock install module --all --name name\`: over every base protocol; over chains with \`--over\` |
| \`-i -o id -o id -d module\` install over some | \`winsock install module --over id,id\` |
| \`-h\` the layer passes real handles on | as it is; without: \`--own-handles\` |
| \`-r id\` remove | \`winsock remove provider id\`; a chain's id means its layer, too |
| \`-f\` remove all layers | \`winsock reset\`, which takes base protocols and name spaces of others along and keeps a backup |
| \`-c\`, \`-d32\` which of two catalogs, and its module | there is one catalog |

## \`netsh winsock\` and \`sporder\`

| there | here |
| --- | --- |
| \`netsh winsock show catalog\` | \`winsock show catalog\`, in the same form |
| \`netsh winsock remove provider id\` | \`winsock remove provider id\` |
| \`netsh winsock reset\` | \`winsock reset\`; name spaces are reset too, and a backup is kept |
| \`netsh winsock audit trail\` | \`winsock audit trail\`: what this tool did. Programs that call the installer functions write no trail |
| \`netsh winsock dump\` | the catalog is one file: copy it |
| \`netsh winsock set autotuning\` | nothing: Node's sockets have no such setting |
| \`sporder\` | \`winsock order\` |
`;

/** The page as it has to be. */
export async function cliPage(): Promise<string> {
  const parts = [INTRODUCTION, exitCodes(), '\n## Commands\n', fenced(await help([]))];
  for (const definition of commands) {
    if (isGroup(definition)) {
      for (const child of definition.commands) parts.push(await section([definition.name, child.name]));
    } else if (definition.hidden !== true) parts.push(await section([definition.name]));
  }
  return [...parts, INSTLSP].join('');
}

function exitCodes(): string {
  const rows = EXIT_CODES.map(([code, text]) => `| ${code} | ${text} |`);
  return `
| exit status | |
| --- | --- |
${rows.join('\n')}

\`winsock trace\` ends as the program does that it ran.
`;
}

async function section(words: readonly string[]): Promise<string> {
  return `\n### winsock ${words.join(' ')}\n${fenced(await help(words))}`;
}

function fenced(text: string): string {
  return `\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}

async function help(words: readonly string[]): Promise<string> {
  let text = '';
  const stream = { write: (part: string) => void (text += part) };
  const shell: Shell = {
    stdout: stream, stderr: stream, env: {}, platform: 'linux', procFolder: '', interrupted: new AbortController().signal,
    version: '', now: () => new Date(0), confirm: null, openStore: () => new MemoryStore(), tracingModule: null, runProgram: () => Promise.resolve(0),
  };
  await commandLine([...words, '--help'], shell);
  return text.split('\n').map((line) => line.trimEnd()).join('\n');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(CLI_PAGE, await cliPage());
}
