// Our multicast DNS and Avahi's find each other, on a wire between two network namespaces and over real sockets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESULT_IS_ADDED, RESULT_IS_DELETED } from 'winsock2';
import { Wire, noAvahi } from './avahi.js';

const HTTP = '_http._tcp';
let wire: Wire;

describe.skipIf(noAvahi !== null)(`Avahi${noAvahi === null ? '' : ` (skipped: ${noAvahi})`}`, () => {
  beforeAll(async () => {
    wire = await Wire.start({ avahiHost: 'other', settings: 'host=ours&announce=host&timeout=3000' });
  }, 60_000);
  afterAll(() => wire.stop());

  it('its host is found by name', async () => {
    const { found } = await wire.ask({ call: 'lookup', name: 'other.local' });
    expect(found).toMatchObject([{ name: 'other.local' }]);
    expect(found[0]?.ways).toEqual([wire.avahiAddress, expect.stringMatching(/^fe80::53:1%\d+$/)]);
  });

  it('it finds our host by name and by address', async () => {
    expect(await wire.avahi('avahi-resolve', '-4', '-n', 'ours.local')).toBe(`ours.local\t${wire.ourAddress}\n`);
  });

  it('its service is found, with address, port and comment, and goes', async () => {
    const before = await wire.ask({ call: 'begin', type: HTTP });
    expect(before.found).toEqual([]);
    const unpublish = await wire.publish('-s', 'Dr. Smith\'s käse', HTTP, '8080', 'note=third floor');
    const added = await wire.ask({ call: 'changes' });
    expect(added.found).toMatchObject([{ name: 'Dr. Smith\'s käse', flags: RESULT_IS_ADDED, comment: 'third floor' }]);
    expect(added.found[0]?.ways).toContain(`${wire.avahiAddress}:8080`);
    expect((await wire.ask({ call: 'lookup', type: HTTP })).found).toHaveLength(1);
    expect((await wire.ask({ call: 'types' })).found.map(({ name }) => name)).toEqual([HTTP]);
    await unpublish();
    const gone = await wire.ask({ call: 'changes' });
    expect(gone.found).toMatchObject([{ name: 'Dr. Smith\'s käse', flags: RESULT_IS_DELETED }]);
  });

  it('it finds our service, and no more when it is gone', async () => {
    expect(await wire.ask({ call: 'register', name: 'our pages', type: HTTP, port: 81, comment: 'ground floor' })).toMatchObject({ error: 0 });
    const found = await wire.avahi('avahi-browse', '-rptk', HTTP);
    const resolved = found.split('\n').filter((line) => line.startsWith('=;')).map((line) => line.split(';').slice(2));
    expect(resolved).toContainEqual(['IPv4', 'our\\032pages', HTTP, 'local', 'ours.local', wire.ourAddress, '81', '"note=ground floor"']);
    expect(await wire.ask({ call: 'deregister', name: 'our pages', type: HTTP, port: 81 })).toMatchObject({ error: 0 });
    // A goodbye is good a second later.
    await expect.poll(() => wire.avahi('avahi-browse', '-ptk', HTTP), { timeout: 10_000 }).toBe('');
  });

  it('who comes second gets another name, whoever it is', async () => {
    const unpublish = await wire.publish('-s', 'taken', HTTP, '82');
    expect(await wire.ask({ call: 'register', name: 'taken', type: HTTP, port: 83 })).toMatchObject({ error: 0 });
    expect(await wire.avahi('avahi-browse', '-ptk', HTTP)).toContain('taken\\032\\0402\\041');
    await unpublish();
    expect(await wire.ask({ call: 'register', name: 'ours', type: HTTP, port: 84 })).toMatchObject({ error: 0 });
    const again = await wire.publish('-s', 'ours', HTTP, '85');
    const { found } = await wire.ask({ call: 'lookup', type: HTTP });
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['ours', 'ours #2']));
    await again();
  });
});

describe.skipIf(noAvahi !== null)(`Avahi on the same machine${noAvahi === null ? '' : ` (skipped: ${noAvahi})`}`, () => {
  beforeAll(async () => {
    wire = await Wire.start({ avahiHost: 'both', settings: 'host=both&interface=wire0&timeout=3000', isShared: true });
  }, 60_000);
  afterAll(() => wire.stop());

  it('shares the port and the host\'s name, and each finds what the other announces', async () => {
    const unpublish = await wire.publish('-s', 'its own', HTTP, '80');
    expect(await wire.ask({ call: 'register', name: 'our own', type: HTTP, port: 81 })).toMatchObject({ error: 0 });
    const { found } = await wire.ask({ call: 'lookup', type: HTTP });
    expect(found.map(({ name }) => name).sort()).toEqual(['its own', 'our own']);
    expect(found.every(({ ways }) => ways.some((way) => way.startsWith(`${wire.avahiAddress}:8`)))).toBe(true);
    const browsed = (await wire.avahi('avahi-browse', '-rptk', HTTP)).split('\n');
    for (const [name, port] of [['its\\032own', '80'], ['our\\032own', '81']]) {
      expect(browsed).toContain(`=;wire0;IPv4;${name};${HTTP};local;both.local;${wire.avahiAddress};${port};`);
    }
    await unpublish();
  });
});
