// docs/cli.md is what the program says of itself.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CLI_PAGE, cliPage } from '../../scripts/generate-cli-docs.js';

it('docs/cli.md is what the help of every command says; npm run docs makes it so', async () => {
  expect(readFileSync(CLI_PAGE, 'utf8')).toBe(await cliPage());
});
