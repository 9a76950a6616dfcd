// Writes the generated part of src/api: the export list as data and the functions that are refused so far. Run it after a
// change to the tables in scripts/exports: npx tsx scripts/generate-exports.ts
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { generate, type Reference } from './exports/generate.js';

const root = new URL('../', import.meta.url);
const reference = JSON.parse(readFileSync(new URL('test/reference/functions.json', root), 'utf8')) as { items: Reference[] };

// A group with nothing left to refuse must not leave its old file behind.
rmSync(new URL('src/api/not-yet/', root), { recursive: true, force: true });
mkdirSync(new URL('src/api/not-yet/', root), { recursive: true });
for (const [path, text] of generate(reference.items)) writeFileSync(new URL(`src/api/${path}`, root), text);
