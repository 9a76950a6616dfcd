// The demonstration: both echoes come back, and every layer shows in the printed trace.
import { describe, expect, it } from 'vitest';
import { demo } from '../../examples/demo.js';
import { AF_INET6, createProcess, type TraceReport } from 'winsock2';
import { client } from '../../examples/client.js';
import { collector, families, rawEchoServer } from './network.js';

describe.each(families)('the demonstration over $name', ({ family, skip }) => {
  it('shows each layer of each call', async (test) => {
    test.skip(skip !== null, skip ?? '');
    const { lines, print } = collector();
    expect(await demo(family, print)).toBe(0);
    const text = lines.join('\n');
    expect(lines.at(-1)).toBe('--- both echoes came back');
    const start = lines.findIndex((line) => /^client +api +send\(/.test(line));
    const shown = lines.slice(start, start + 6).map((line) => line.replace(/ +/g, ' ').replace(/\d+/g, 'N'));
    expect(shown).toEqual([
      'client api send(N, N bytes, N, N)',
      `client wsN_N -> catalog entry N, "MSAFD Tcpip [TCP/IP${family === AF_INET6 ? 'vN' : ''}]", provider winsockN/msafd`,
      'client msafd WSPSend(N, [N bytes], N, N)',
      expect.stringMatching(/^client afd sendStream\(.*, \[N bytes\]\)$/),
      'client driver stream.write([N bytes]) = true',
      'client api send = N',
    ]);
    // At the client and, through the accepted connection, at the server.
    expect(lines.filter((line) => line.endsWith('^ stream.received(21 bytes)'))).toHaveLength(2);
    expect(text).toMatch(/client {2}driver {10}datagram\.send\(\[12 bytes\]/);
    expect(text).toMatch(/ {8}driver {10}\^ datagram\.received\(12 bytes/);
    expect(text).not.toContain('failed');
  });
});

describe('the trace', () => {
  it('ends what it began, layer by layer, and tells the driver from the rest', async () => {
    const open = new Map<number, TraceReport>();
    const layers = new Set<string>();
    const process = createProcess();
    process.trace.listen((report) => {
      layers.add(report.layer);
      if (report.phase === 'enter') open.set(report.id, report);
      if (report.phase === 'leave') expect(open.delete(report.id)).toBe(true);
    });
    const { server, port } = await rawEchoServer('127.0.0.1');
    const { print } = collector();
    expect(await process.run(() => client({ host: '127.0.0.1', port: String(port), print }))).toBe(0);
    expect([...open.values()].map(({ layer, name }) => `${layer} ${name}`)).toEqual([]);
    expect([...layers].sort()).toEqual(['afd', 'api', 'driver', 'winsock2/msafd', 'winsock2/namespaces/dns', 'ws2_32']);
    server.close();
    await process.dispose();
  });
});
