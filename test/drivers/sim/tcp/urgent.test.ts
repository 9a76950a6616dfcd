// Urgent data: the pointer as BSD and Windows have it, and the byte's place in the stream.
import { describe, expect, it } from 'vitest';
import { pattern, Script } from './script.js';

describe('sending an urgent byte', () => {
  it('points behind it, whatever Nagle says', () => {
    const s = new Script().established();
    s.write(10);
    expect(s.stream.writeUrgent(0x21)).toBeNull();
    s.expect('P. 1:11(10) ack 1', 'PU. 11:12(1) ack 1 urg 1');
  });

  it('points from what is before it', async () => {
    const s = new Script().established();
    s.write(10);
    s.stream.writeUrgent(0x21);
    s.write(3);
    s.take();
    await s.net.after(301);
    s.expect('PU. 1:15(14) ack 1 urg 11');
    s.inject('. 1 ack 15');
    s.write(4);
    s.expect('P. 15:19(4) ack 1');
  });

  it('tells of it through a closed window', () => {
    const s = new Script({ synWindow: 0 }).established();
    s.stream.writeUrgent(7);
    s.expect('U. 1:1(0) ack 1 urg 1');
  });

  it('needs a connection that takes data', () => {
    const s = new Script();
    expect(s.stream.writeUrgent(1)).toBe('ENOTCONN');
    const t = new Script().established();
    t.stream.shutdownWrite();
    expect(t.stream.writeUrgent(1)).toBe('EPIPE');
  });
});

describe('receiving an urgent byte', () => {
  it('takes it out of the stream at its place', () => {
    const s = new Script().established();
    s.inject('U. 1:6(5) ack 1 urg 3');
    expect(s.sink.take()).toEqual(['received 2', 'urgent 3', 'received 2']);
    expect([...s.sink.data]).toEqual([1, 2, 4, 5]);
  });

  it('waits for what comes before it', () => {
    const s = new Script().established();
    s.inject('U. 1 ack 1 urg 12');
    s.inject('. 1:11(10) ack 1');
    expect(s.sink.take()).toEqual(['received 10']);
    s.inject('. 11:15(4) ack 1');
    expect(s.sink.take()).toEqual(['received 1', 'urgent 12', 'received 2']);
  });

  it('keeps its place among what is out of order', () => {
    const s = new Script().established();
    s.inject('U. 11:12(1) ack 1 urg 1');
    s.inject('. 12:14(2) ack 1');
    s.inject('. 1:11(10) ack 1');
    expect(s.sink.take()).toEqual(['received 10', 'urgent 11', 'received 2']);
  });

  it('keeps its place while the owner does not read', async () => {
    const s = new Script().established();
    s.stream.pause();
    s.inject('U. 1:6(5) ack 1 urg 3');
    s.inject('. 6:8(2) ack 1');
    expect(s.sink.take()).toEqual([]);
    s.stream.resume();
    await s.net.after(1);
    expect(s.sink.take()).toEqual(['received 2', 'urgent 3', 'received 4']);
  });

  it('is told once, though the segment comes again', () => {
    const s = new Script().established();
    s.inject('U. 1:6(5) ack 1 urg 3');
    s.inject('U. 1:6(5) ack 1 urg 3');
    expect(s.sink.take().filter((event) => event.startsWith('urgent'))).toHaveLength(1);
  });

  it('takes no notice of a pointer to nowhere', () => {
    const s = new Script().established();
    s.inject('U. 1:6(5) ack 1 urg 0', pattern(1, 5));
    expect(s.sink.take()).toEqual(['received 5']);
  });
});
