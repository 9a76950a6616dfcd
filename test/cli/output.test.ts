// What people see while a command works: a line on the terminal that is taken away again, and nothing elsewhere.
import { expect, it } from 'vitest';
import { Output } from '../../src/cli/output.js';
import { fakeShell } from './shell.js';

function output(isTTY: boolean): { readonly out: Output; readonly written: string[] } {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY, columns: 20 };
  return { out: new Output(fakeShell(undefined, { stdout: stream, stderr: stream, env: { NO_COLOR: '1' } }), { color: true, json: false }), written };
}

it('progress is one line, no longer than the terminal, and gone before anything else is written', () => {
  const { out, written } = output(true);
  out.progress('testing MSAFD Tcpip [TCP/IP]');
  out.progress('testing two');
  out.line('done');
  out.line('really');
  expect(written).toEqual(['testing MSAFD Tcpip', '\r\u001b[K', 'testing two', '\r\u001b[K', 'done\n', 'really\n']);
});

it('progress is not shown where nobody looks', () => {
  const { out, written } = output(false);
  out.progress('testing');
  out.line('done');
  expect(written).toEqual(['done\n']);
});
