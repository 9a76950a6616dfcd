// winsock category: what layers do and what programs permit, in words and as bits.
import { describe, expect, it } from 'vitest';
import { LSP_FIREWALL, LSP_INSPECTOR, LSP_SYSTEM } from 'winsock2';
import { categoryText, parseCategories } from '../../src/cli/format/categories.js';
import { catalogIn, fakeShell } from './shell.js';
import { LAYER_A, oneLayer, storeWith } from './layers.js';

describe('the words', () => {
  it.each([
    [0, 'none'],
    [LSP_SYSTEM, 'system'],
    [(LSP_SYSTEM | LSP_INSPECTOR | LSP_FIREWALL) >>> 0, 'system, inspector, firewall'],
    [0x1008, 'firewall, 0x1000'],
  ])('%i is %s, and back', (bits, text) => {
    expect(categoryText(bits)).toBe(text);
    expect(parseCategories(text.split(', '))).toEqual({ bits });
  });

  it.each([
    [['LSP_INSPECTOR', 'LSP_INBOUND_MODIFY'], { bits: 17 }],
    [['all'], { bits: 0x800000ff }],
    [['firewall', 'wall'], { unknown: 'wall' }],
    [['0x123456789'], { unknown: '0x123456789' }],
  ])('%j', (words, result) => {
    expect(parseCategories(words)).toEqual(result);
  });
});

describe('category set', () => {
  it('says what a layer does, by any of its entries', async () => {
    const store = storeWith(oneLayer());
    expect(await fakeShell(store).run('category set 1009 inspector firewall')).toEqual({ code: 0, out: '1009: inspector, firewall\n', err: '' });
    expect(catalogIn(store).providerCategories).toEqual([{ providerId: LAYER_A, categories: 9 }]);
    expect((await fakeShell(store).run('category show')).out).toContain(`Lower     ${LAYER_A}  inspector, firewall\n`);
  });

  it('says what a program permits', async () => {
    const store = storeWith(oneLayer());
    const { code } = await fakeShell(store).run('category set --application /usr/bin/node system --extra server.js');
    expect(code).toBe(0);
    expect(catalogIn(store).applicationCategories).toMatchObject([{ path: '/usr/bin/node', extra: 'server.js', permittedLspCategories: LSP_SYSTEM }]);
    expect((await fakeShell(store).run('category show')).out).toContain('/usr/bin/node  server.js     system\n');
  });

  it.each([
    ['category set 1008 wall', 2, "winsock: 'wall' is no category; see `winsock category set --help`\n"],
    ['category set 4711 firewall', 1, "winsock: WSAEINVAL: there is no transport provider '4711'; see `winsock show providers`\n"],
  ])('%s is refused', async (line, code, err) => {
    expect(await fakeShell(storeWith(oneLayer())).run(line)).toEqual({ code, out: '', err });
  });
});
