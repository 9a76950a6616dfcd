// The recipe: its code is what the example runs, and the settings that it installs are those that the example runs with.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { find, register } from '../../examples/share-a-name-space.js';
import { NS_DNS } from '../../src/abi/index.js';
import { NSPStartup } from '../../src/providers/namespaces/dns/index.js';
import { noNamed, startNamed } from '../name-spaces/named.js';
import { moduleOf, spaces } from '../name-spaces/world.js';

const recipe = readFileSync('docs/recipes/share-a-name-space.md', 'utf8');

it('the code of the recipe is that of the example', () => {
  const [, shown = ''] = /\/\/ recipe\n([\s\S]*?)\/\/ end of recipe/.exec(readFileSync('examples/share-a-name-space.ts', 'utf8')) ?? [];
  expect(shown).toContain('WSASetServiceW');
  expect(recipe).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

it.skipIf(noNamed !== null)(`one machine registers, another finds${noNamed === null ? '' : ` (skipped: ${noNamed})`}`, async () => {
  const named = await startNamed();
  const server = `${named.address}:${named.port}`;
  const [, template = ''] = /'winsock2\/namespaces\/dns(\?[^']*)'/.exec(recipe) ?? [];
  const settings = template.replace('192.0.2.53', server).replace('fleet.test', named.zone);
  const withKey = settings.replace('/etc/winsock/fleet.key', named.keyFile);
  const machine = (query: string) => spaces([{ module: { NSPStartup }, entry: { dwNameSpace: NS_DNS, module: `${moduleOf(0)}${query}` } }]);
  // The second has no key file where the settings say: it may look all the same.
  const [one, other] = [await machine(withKey), await machine(settings)];
  expect(await register(one.ws, 'files', [192, 0, 2, 1], 21)).toBe(0);
  expect(await find(other.ws)).toEqual(['files']);
  expect(await register(other.ws, 'files', [192, 0, 2, 2], 21)).toBe(-1);
  await Promise.all([one.host.dispose(), other.host.dispose()]);
  await named.stop();
});
