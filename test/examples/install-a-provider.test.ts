// The recipe: its code is what the example runs, and every function that it names is there.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { session } from '../../examples/install-a-provider.js';
import { exportNamed } from '../../src/api/exports.js';
import { collector } from './network.js';

const recipe = readFileSync('docs/recipes/install-a-provider.md', 'utf8');

it('the code of the recipe is that of the example', () => {
  const [, shown = ''] = /\/\/ recipe\n([\s\S]*?)\/\/ end of recipe/.exec(readFileSync('examples/install-a-provider.ts', 'utf8')) ?? [];
  expect(shown).toContain('WSCInstallProviderAndChains');
  expect(recipe).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

it('adds over what was chosen, maps it and removes it', async () => {
  const { lines, print } = collector();
  expect(await session(print)).toBe(0);
  expect(lines).toEqual([
    'My layer > MSAFD Tcpip [TCP/IP]',
    'My layer > MSAFD Tcpip [UDP/IP]',
    '3 entries more',
    '0 after removal',
  ]);
});

it('names only functions that work', () => {
  const named = [...new Set(recipe.match(/\bW(?:SC|SA)[A-Z][a-z]\w+/g))].filter((name) => exportNamed(name) !== null);
  expect(named).toContain('WSCDeinstallProvider');
  expect(named.filter((name) => exportNamed(name)?.support === 'none')).toEqual([]);
});
