// The part of a diagnosis that looks at the catalog's file, its folders and its lock. What is in the file is
// diagnose-content.ts.
import { dirname } from 'node:path';
import type { Finding } from '../finding.js';
import { Claims, nameOf } from './claim.js';
import { attempt, realFiles as files, systemCode } from './files.js';
import { foreignWriterHere } from './ownership.js';
import { MAX_BYTES } from './read.js';

const RESET = 'reset the catalog, which keeps the old one beside it';

/** What is wrong with the file and the folders that it is in; nothing when there is no file yet. */
export function fileFindings(file: string, platform: string): readonly Finding[] {
  const findings: Finding[] = [];
  const look = (path: string, body: () => void): void => {
    try {
      body();
    } catch (error) {
      const reason = `cannot be looked at (${systemCode(error)})`;
      findings.push(failure('unreadable-file', path, reason, 'see that it is there, and that this user may read it and its folder'));
    }
  };
  let target = file;
  look(file, () => {
    if (files.entry(file) === null) return;
    target = files.realPath(file);
    findings.push(...ofFile(target, platform));
  });
  for (const folder of new Set([dirname(target), dirname(file)])) {
    look(folder, () => {
      // A folder that is not there yet will be made for this user only.
      if (files.entry(folder) === null) return;
      const foreign = foreignWriterHere(files.stat(folder), 'folder', platform);
      if (foreign !== null) findings.push(failure('writable-folder', folder, foreign, mode('go-w', folder)));
    });
  }
  return findings;
}

function ofFile(file: string, platform: string): readonly Finding[] {
  const stat = files.stat(file);
  if (!stat.isFile()) return [failure('not-a-file', file, 'is not a regular file', RESET)];
  const findings: Finding[] = [];
  const foreign = foreignWriterHere(stat, 'file', platform);
  if (foreign !== null) {
    const remedy = `look at what it names, as others may have written it; then ${mode('go-w', file)}, or ${RESET}`;
    findings.push(failure('writable-file', file, foreign, remedy));
  }
  if (stat.size > MAX_BYTES) findings.push(failure('too-large', file, `is larger than ${MAX_BYTES} bytes`, RESET));
  return findings;
}

/** Who holds the lock, and what the dead have left there. */
export function lockFindings(file: string): readonly Finding[] {
  let target = file;
  attempt(() => { target = files.realPath(file); });
  try {
    if (files.entry(dirname(target)) === null) return [];
    return new Claims(files).all(target).map((claim) => {
      const { path } = claim;
      if (claim.dead) return leftover(path, `was left by ${nameOf(claim)}, which is dead`);
      const reason = `is the lock, held by ${nameOf(claim)} for ${ageOf(path)}`;
      const remedy = 'wait for it; where there is no such process, the next save takes the lock after two seconds';
      return { name: 'lock-held', severity: 'warning', file: path, path: '', reason, remedy };
    });
  } catch (error) {
    const reason = `cannot be searched for locks (${systemCode(error)})`;
    return [failure('unreadable-file', dirname(target), reason, 'see that this user may read it')];
  }
}

function leftover(file: string, reason: string): Finding {
  return { name: 'leftover', severity: 'note', file, path: '', reason, remedy: 'nothing: the next save sweeps it' };
}

function ageOf(path: string): string {
  const made = files.entry(path)?.birthtimeMs;
  return made === undefined ? 'a moment' : `${Math.max(0, Math.round((Date.now() - made) / 1000))} s`;
}

function mode(change: string, path: string): string {
  return `chmod ${change} '${path}'`;
}

function failure(name: Finding['name'], file: string, reason: string, remedy: string): Finding {
  return { name, severity: 'error', file, path: '', reason, remedy };
}
