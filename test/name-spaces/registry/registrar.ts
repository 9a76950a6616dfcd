// Run as a process of its own: registers services through the C face in the registry beside the catalog file named first,
// printing a line after each. Second argument: how many, or a step of a save, at which the process kills itself; third: its name.
import { JsonStore } from '../../../src/catalog/json-store.js';
import { startRegistry } from './world.js';

async function main(file = '', limit = '', name = ''): Promise<void> {
  const onStep = (step: string): void => {
    if (step === limit) process.kill(process.pid, 'SIGKILL');
  };
  const world = await startRegistry(new JsonStore({ file, onStep, lockRetries: 10_000 }));
  const services = /^\d+$/.test(limit) ? Number(limit) : Number.POSITIVE_INFINITY;
  for (let done = 0; done < services; done++) {
    const error = await world.register(`${name}-${String(done)}`);
    if (error !== 0) throw new Error(`WSASetService: ${String(error)}`);
    process.stdout.write(`${String(done + 1)}\n`);
  }
  await world.host.dispose();
}

void main(...process.argv.slice(2));
