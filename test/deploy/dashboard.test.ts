import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { metricTable } from '../../src/telemetry/metrics.js';
import { promtool, runPromtoolOn, unlessAbsent } from './promtool.js';
import { unknownSeries } from './queries.js';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const { panels } = JSON.parse(
  readFileSync(new URL('../../deploy/grafana/drawbridge.json', import.meta.url), 'utf8'),
) as { panels: Panel[] };
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

/** Grafana puts a duration there. */
const asPrometheusHasIt = (expr: string): string => expr.replaceAll('$__rate_interval', '5m');

describe('the dashboard', () => {
  it.each(queries)('%s asks only for metrics that are exported: %s', (_, expr) => {
    expect(unknownSeries(expr)).toEqual([]);
  });

  it('shows every metric of the table', () => {
    const all = queries.map(([, expr]) => expr).join('\n');
    expect(Object.keys(metricTable).filter((name) => !all.includes(name))).toEqual([]);
  });

  it('has panels with numbers of their own, none upon another', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.skipIf(promtool === undefined)(`asks in PromQL, says promtool${unlessAbsent}`, () => {
    const rules = queries.map(([, expr], index) => ({ record: `panel:${index}`, expr: asPrometheusHasIt(expr) }));
    const rulesFile = stringify({ groups: [{ name: 'dashboard', rules }] });
    expect(runPromtoolOn(rulesFile, 'check', 'rules')).toMatchObject({ code: 0 });
    expect(runPromtoolOn(rulesFile.replace('sum(', 'sum(('), 'check', 'rules')).toMatchObject({ code: 1 });
  });
});
