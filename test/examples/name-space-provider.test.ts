// The recipe: its code is what the example runs, and that keeps the contract.
import { readFileSync } from 'node:fs';
import * as vitest from 'vitest';
import { expect, it } from 'vitest';
import { NS_LOCALNAME, RNRSERVICE_REGISTER, guid } from 'winsock2';
import { describeNameSpaceProvider } from 'winsock2/testing';
import { NSPStartup } from '../../examples/name-space-provider.js';

const CLASS = guid('{5AFEC1A5-0000-4000-8000-000000000003}');

it('the code of the recipe is that of the example', () => {
  const [, shown = ''] = /\/\/ recipe\n([\s\S]*?)\/\/ end of recipe/.exec(readFileSync('examples/name-space-provider.ts', 'utf8')) ?? [];
  expect(shown).toContain('nameSpaceProvider(');
  expect(readFileSync('docs/recipes/write-a-name-space-provider.md', 'utf8')).toContain(`\`\`\`ts\n${shown}\`\`\``);
});

describeNameSpaceProvider(vitest, 'of the recipe', {
  NSPStartup,
  nameSpace: NS_LOCALNAME,
  known: { lpServiceClassId: CLASS },
  service: { lpServiceClassId: CLASS, lpszServiceInstanceName: 'room 7' },
  prepare: async (space) => {
    for (const lpszServiceInstanceName of ['hall', 'cellar']) {
      expect(await space.set(RNRSERVICE_REGISTER, 0, { lpszServiceInstanceName })).toBe(0);
    }
  },
  lacks: { containers: 'rooms are in one list', classes: 'WS2_32 keeps them' },
});
