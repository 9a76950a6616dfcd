// Run as a child process: imports the files named on its command line and prints, as JSON, what that changed in the
// process. It calls no exit: if an import started something, the process lives on and its parent sees it hang.
import { getEventListeners } from 'node:events';

interface Seen {
  readonly resources: readonly string[];
  readonly globals: readonly string[];
  readonly listeners: readonly string[];
}

function look(): Seen {
  return {
    resources: process.getActiveResourcesInfo().sort(),
    globals: Reflect.ownKeys(globalThis).map(String).sort(),
    listeners: process
      .eventNames()
      .flatMap((name) => getEventListeners(process, name).map(() => String(name)))
      .sort(),
  };
}

/** Lets the loader's own file requests end: some turns of the event loop, fewer if no more than `most` resources are left. */
async function settle(most = 0): Promise<void> {
  for (let turn = 0; turn < 100 && process.getActiveResourcesInfo().length > most; turn += 1) await new Promise(setImmediate);
}

// Had before the first look: Node makes them when first asked (importing node:process asks for all), which would look
// like an import's doing.
const [output] = [process.stdout, process.stderr, process.stdin];
await settle();
const before = look();
for (const file of process.argv.slice(2)) await import(file);
await settle(before.resources.length);
const after = look();
output.write(JSON.stringify({ before, after }));
