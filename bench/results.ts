// Recorded results: JSON files under results/, one per day and Node version, and RESULTS.md made from all of them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Summary } from './stats.js';

/** One row's outcome. */
export interface Result {
  readonly row: string;
  readonly title: string;
  readonly unit: string;
  readonly pinned: boolean;
  readonly pairs: number;
  readonly raw: Summary | null;
  readonly ours: Summary;
  /** Throughput, ours / raw: of the medians, and the span over the pairs. */
  readonly ratio: Summary | null;
  /** Resident set, ours / raw, where the row compares it. */
  readonly memoryRatio: Summary | null;
  /** Processor time of the server in microseconds per message, for rows that compare servers. */
  readonly serverCpu?: { readonly raw: Summary; readonly ours: Summary } | null;
}

interface Run {
  readonly date: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly results: readonly Result[];
}

const folder = 'bench/results';

/** Appends a run to its day's file and makes RESULTS.md anew. */
export function record(date: string, results: readonly Result[]): void {
  const processors = cpus();
  const run: Run = {
    date,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpu: `${processors.length} × ${processors[0]?.model ?? 'unknown'}`,
    results,
  };
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${date}-node${run.node}.json`;
  const earlier = existsSync(file) ? readRuns(file) : [];
  writeFileSync(file, `${JSON.stringify([...earlier, run], null, 2)}\n`);
  writeFileSync('bench/RESULTS.md', markdown(allRuns()));
}

function readRuns(file: string): Run[] {
  return JSON.parse(readFileSync(file, 'utf8')) as Run[];
}

function allRuns(): Run[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => readRuns(`${folder}/${name}`));
}

/** The newest result of each row, per Node version. */
function markdown(runs: readonly Run[]): string {
  const versions = [...new Set(runs.map((run) => run.node))];
  const sections = versions.map((node) => {
    const ofVersion = runs.filter((run) => run.node === node);
    const newest = new Map(ofVersion.flatMap((run) => run.results.map((result) => [result.row, { run, result }] as const)));
    const lines = [...newest.values()].map(({ run, result }) => `| ${[...cells(result), run.date].join(' | ')} |`);
    const head = '| row | raw | winsock2 | ratio | memory | server CPU | pairs | date |\n| --- | --- | --- | --- | --- | --- | --- | --- |';
    const machines = [...new Set([...newest.values()].map(({ run }) => `${run.platform}, ${run.cpu}`))].join('; ');
    return `## Node ${node}\n\n${machines}\n\n${head}\n${lines.join('\n')}\n`;
  });
  return `# Benchmark results\n\nMade by \`npm run bench -- --date YYYY-MM-DD\`; not to be edited by hand.
Medians, with the lowest and highest run in parentheses. Ratio: throughput, winsock2 / raw Node, so more is better;
memory: resident set, winsock2 / raw Node, so less is better; server CPU: processor time of the server in microseconds per
message, raw Node and winsock2, for rows that compare servers under the same client. Each side runs in its own process, in turns.
Rows marked † are kept on one CPU.\n\n${sections.join('\n')}`;
}

/** A result as text: row, raw, ours, ratio, memory ratio, server CPU, pairs. */
export function cells(result: Result): string[] {
  return [
    `${result.title}${result.pinned ? ' †' : ''} (\`${result.row}\`, ${result.unit})`,
    result.raw === null ? '–' : spread(result.raw, whole),
    spread(result.ours, whole),
    result.ratio === null ? '–' : spread(result.ratio, hundredths),
    result.memoryRatio === null ? '–' : spread(result.memoryRatio, hundredths),
    serverCpuText(result),
    String(result.pairs),
  ];
}

function spread({ median, min, max }: Summary, text: (value: number) => string): string {
  return `${text(median)} (${text(min)}–${text(max)})`;
}

function serverCpuText({ serverCpu }: Result): string {
  if (serverCpu === null || serverCpu === undefined) return '–';
  const [raw, ours] = [serverCpu.raw.median, serverCpu.ours.median];
  return `${raw.toFixed(1)} : ${ours.toFixed(1)}, ${hundredths(ours / raw)}`;
}

function whole(value: number): string {
  return value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString('en-US');
}

function hundredths(value: number): string {
  return value.toFixed(2);
}
