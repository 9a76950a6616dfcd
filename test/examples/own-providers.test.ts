// The two recipes about providers: their code is that of the modules, and what the example shows is what the recipes say.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { base, layered } from '../../examples/own-providers.js';
import { collector } from './network.js';

describe.each([
  ['write-a-layered-provider', 'quota-layer'],
  ['write-a-base-provider', 'echo-provider'],
])('%s', (recipe, module) => {
  it(`shows the code of ${module}`, () => {
    const [, shown = ''] = /\/\/ recipe\n([\s\S]*?)\/\/ end of recipe/.exec(readFileSync(`examples/providers/${module}.ts`, 'utf8')) ?? [];
    expect(shown).toContain('WSPStartup');
    expect(readFileSync(`docs/recipes/${recipe}.md`, 'utf8')).toContain(`\`\`\`ts\n${shown}\`\`\``);
  });
});

it('the layer gives a quota, and more for what is received', async () => {
  const { lines, print } = collector();
  expect(await layered(print)).toBe(0);
  expect(lines).toEqual([
    '"hello": 5 bytes sent',
    '"world": WSAEDQUOT',
    '"twelve bytes": WSAEDQUOT',
    '"hi": 2 bytes sent',
    '2 bytes received',
    '"world": 5 bytes sent',
  ]);
});

it('the base provider gives back what it got, and refuses what it has not', async () => {
  const { lines, print } = collector();
  expect(await base(print)).toBe(0);
  expect(lines).toEqual(['came back: anybody there?', 'after the end: 0', 'bind: -1, WSAEOPNOTSUPP']);
});
