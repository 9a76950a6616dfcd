// Owns: that the simulated TCP does what a kernel's TCP does in the same scripts, aspect by aspect (aspects.ts).
import { beforeAll, describe, expect, it } from 'vitest';
import { type AspectName, ASPECTS } from './aspects.js';
import { ALTERNATIVES, type Conduct, EXCUSED, type Recording, recordings, VARIANTS } from './facts.js';
import { conductOf } from './sim-stage.js';

const all = recordings();
const names = Object.keys(ASPECTS) as readonly AspectName[];

/** The recordings that a conduct of this script may be like. */
function models({ scenario }: Recording): readonly Recording[] {
  const allowed = ALTERNATIVES[scenario] ?? [scenario];
  return all.filter((each) => allowed.includes(each.scenario));
}

/** The lines of a conduct, with those that may stand for the kernel's put in the kernel's words. */
function linesOf(name: AspectName, model: Recording, conduct: Conduct): readonly string[] {
  const variants = Object.entries(VARIANTS[model.scenario]?.lines ?? {});
  return ASPECTS[name](model, conduct).map((line) => variants.find(([, instead]) => instead === line)?.[0] ?? line);
}

function differences(model: Recording, conduct: Conduct): readonly AspectName[] {
  return names.filter((name) => JSON.stringify(linesOf(name, model, conduct)) !== JSON.stringify(ASPECTS[name](model, model)));
}

describe.each(all.map((recording) => [recording.scenario, recording] as const))('%s, as a kernel does it', (scenario, recording) => {
  let conduct: Conduct;
  let model: Recording;

  beforeAll(async () => {
    conduct = await conductOf(recording);
    const [first, ...rest] = models(recording);
    model = rest.find((each) => differences(each, conduct).length === 0) ?? first!;
  });

  const excused = (name: AspectName): boolean => EXCUSED[scenario]?.aspects.includes(name) === true;
  const compare = (name: AspectName): void => {
    expect(linesOf(name, model, conduct)).toEqual(ASPECTS[name](model, model));
  };
  it.each(names.filter((name) => !excused(name)))('%s', compare);
  // An excuse that is no longer needed fails, so that it is taken off the list.
  it.fails.each(names.filter(excused))(`%s (excused: ${EXCUSED[scenario]?.reason ?? ''})`, compare);
});

it('the same script twice gives the same segments at the same times', async () => {
  const recording = all.find((each) => each.scenario === 'bulk-two-lost')!;
  expect(await conductOf(recording)).toEqual(await conductOf(recording));
});
