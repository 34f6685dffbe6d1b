import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bucketsByName, metricTable } from '../../src/telemetry/metrics.js';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

const rows = Object.entries(metricTable);

describe('docs/metrics.md', () => {
  it('has each metric with its kind, labels and meaning, and no other', () => {
    const documented = [
      ...page.matchAll(/^\| `((?:drawbridge|process)_\w+)` +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm),
    ].map(([, name, kind, labels, help]) => [name, kind, labels, help]);
    expect(documented).toEqual(
      rows.map(([name, { kind, labels, help }]) => [
        name,
        kind,
        labels.map((label) => `\`${label}\``).join(', ') || 'none',
        help,
      ]),
    );
  });
});

describe('the metrics', () => {
  it.each(rows.map(([name, { kind }]) => [name, kind]))('%s, a %s, is named as Prometheus has it', (name, kind) => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    if (kind === 'histogram') expect(name).toMatch(/_seconds$/);
  });

  it('carry no label that grows with the fleet', () => {
    const labels = new Set(rows.flatMap(([, row]): readonly string[] => row.labels));
    expect([...labels].sort()).toEqual([
      'code',
      'kind',
      'node_version',
      'outcome',
      'phase',
      'role',
      'state',
      'step',
      'type',
      'version',
      'workflow',
    ]);
  });

  it('measure up to 900 s, in buckets that grow', () => {
    const buckets = bucketsByName();
    expect(Object.keys(buckets)).toEqual(rows.flatMap(([name, { kind }]) => (kind === 'histogram' ? [name] : [])));
    for (const bounds of Object.values(buckets)) {
      expect(bounds.at(-1)).toBe(900);
      expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
    }
  });
});
