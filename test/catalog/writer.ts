// Run as a process of its own: changes the catalog file named first, printing a line after each saved change.
// Second argument: how many changes, or a step of a save, at which the process kills itself.

import { JsonStore } from '../../src/catalog/json-store.js';
import { layer } from '../../src/testing/compliance/store/samples.js';

async function main(file = '', limit = ''): Promise<void> {
  const store = new JsonStore({
    file,
    onStep: (step) => {
      if (step === limit) process.kill(process.pid, 'SIGKILL');
    },
  });
  const changes = /^\d+$/.test(limit) ? Number(limit) : Number.POSITIVE_INFINITY;
  for (let done = 0; done < changes; done++) {
    const result = await store.update((current) => current.withProtocols([layer]));
    if (!result.ok) throw new Error(result.error.message);
    process.stdout.write(`${result.catalog.serial}\n`);
  }
}

void main(...process.argv.slice(2));
