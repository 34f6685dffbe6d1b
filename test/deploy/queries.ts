import { metricTable } from '../../src/telemetry/metrics.js';

/** What a series of the table's metrics is called where Prometheus stores it. */
const series = new Set(
  Object.entries(metricTable).flatMap(([name, { kind }]) =>
    kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);

/** The series that a query names and nobody exports. `up` is Prometheus's own. */
export function unknownSeries(expr: string): string[] {
  const withoutTexts = expr.replaceAll(/"[^"]*"/g, '""');
  const names = [...withoutTexts.matchAll(/\b(?:drawbridge|process|temporal|nodejs)_\w+/g)].map(([name]) => name);
  const used = names.length > 0 || /\bup\b/.test(withoutTexts);
  return used ? names.filter((name) => !series.has(name)) : [`no metric in ${expr}`];
}
