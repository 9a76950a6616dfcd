// What a diagnosis found, for people.
import type { Finding } from '../../index.js';

/** How a severity is painted. */
export type FindingPaint = Readonly<Record<Finding['severity'], (text: string) => string>>;

const PLAIN: FindingPaint = { error: (text) => text, warning: (text) => text, note: (text) => text };
const SEVERITIES = ['error', 'warning', 'note'] as const;

/** Each finding: what and where, why, what to do; the worst first. */
export function findingsText(findings: readonly Finding[], paint: FindingPaint = PLAIN): string {
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return [...sorted.map((finding) => findingText(finding, paint)), countText(findings)].join('\n\n');
}

function findingText({ severity, name, file, path, reason, remedy }: Finding, paint: FindingPaint): string {
  const where = [file ?? '', path].filter((part) => part !== '').join(': ');
  return [
    `${paint[severity](severity)} ${name}${where === '' ? '' : `  ${where}`}`,
    `  why: ${reason}`,
    `  do:  ${remedy}`,
  ].join('\n');
}

function countText(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  return counts.join(', ');
}
