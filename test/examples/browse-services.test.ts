// The example on the simulated network: it prints what is there, what comes, what changes and what goes.
import { expect, it } from 'vitest';
import { MAKEWORD, RNRSERVICE_DEREGISTER, WSADATA, type Winsock } from 'winsock2';
import { Network } from 'winsock2/testing';
import { announce, browse, install } from '../../examples/browse-services.js';
import { collector } from './network.js';
import { set } from '../name-spaces/mdns/world.js';

const TYPE = '_ipp._tcp';

it('services are printed as they come and go', async () => {
  using net = new Network();
  await net.run(async () => {
    const [one, two] = [net.host('one'), net.host('two')];
    for (const { winsock } of [one, two]) {
      const ws: Winsock = winsock;
      expect(await install(ws)).toBe(0);
      expect(await ws.WSAStartup(MAKEWORD(2, 2), new WSADATA())).toBe(0);
    }
    const { lines, print } = collector();
    const at = (port: number): unknown => expect.stringContaining(`at ${one.address()}:${String(port)}`);
    expect(await announce(one.winsock, 'laser', TYPE, 631, 'third floor')).toBe(0);
    const stop = two.winsock.WSACreateEvent();
    const browsed = browse(two.winsock, TYPE, stop, print);
    await net.sleep(4000);
    expect(lines).toEqual([at(631)]);
    expect(lines[0]).toMatch(/^\+ laser at .* \(third floor\)$/);
    expect(await announce(one.winsock, 'inkjet', TYPE, 632)).toBe(0);
    await net.sleep(4000);
    expect(await announce(one.winsock, 'inkjet', TYPE, 632, 'moved')).toBe(0);
    await net.sleep(4000);
    const gone = await set(one, 'laser', [631], { lpszContext: TYPE }, RNRSERVICE_DEREGISTER);
    expect(gone).toBe(0);
    await net.sleep(4000);
    two.winsock.WSASetEvent(stop);
    expect(await browsed).toBe(0);
    expect(lines.slice(1).map((line) => line.replace(/ at [^(]*/, ' '))).toEqual(['+ inkjet ', '* inkjet (moved)', '- laser']);
  });
});
