// winsock doctor
import { diagnoseCatalog } from '../../index.js';
import type { CommandDefinition } from '../definition.js';
import { FINDINGS, OK } from '../exit-codes.js';
import { findingsText } from '../format/findings.js';

export const doctor: CommandDefinition = {
  name: 'doctor',
  summary: 'Find what is wrong with the catalog, and say what to do',
  details:
    'It looks at the file, who else can write to it, its lock, what stands in it, and the modules that it names. Nothing is ' +
    'changed and no module is loaded; whether providers work is told by `winsock selftest`. The exit status is 3 if there are ' +
    'errors or warnings; notes are only good to know.',
  examples: [
    ['winsock doctor', 'why does Winsock not start?'],
    ['winsock doctor --json --catalog ./trial.json', 'for programs'],
  ],
  run({ store, out }) {
    const findings = diagnoseCatalog(store);
    const ill = findings.some(({ severity }) => severity !== 'note');
    if (out.json) out.value(findings);
    else if (findings.length === 0) out.line(`All is well with ${store.describe()}.`);
    else out.line(findingsText(findings, { error: out.colors.red, warning: out.colors.yellow, note: out.colors.dim }));
    return ill ? FINDINGS : OK;
  },
};
