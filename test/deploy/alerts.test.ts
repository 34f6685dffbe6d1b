import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { promtool, runPromtool, runPromtoolOn, unlessAbsent } from './promtool.js';
import { unknownSeries } from './queries.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Record<string, string>;
}

const folder = new URL('../../deploy/prometheus/', import.meta.url);
const text = readFileSync(new URL('alerts.yml', folder), 'utf8');
const rules = (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

/** As Markdown viewers make them from headings. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('an alert rule', () => {
  it.each(rules.map(({ alert, expr }) => [alert, expr]))('%s asks only for metrics that are exported', (_, expr) => {
    expect(unknownSeries(expr)).toEqual([]);
  });

  it.each(rules)('$alert says what happened, what to do, and where to read on', ({ annotations, labels }) => {
    expect(Object.keys(annotations)).toEqual(['summary', 'action', 'runbook']);
    expect(['info', 'warning', 'critical']).toContain(labels.severity);
    const [page = '', anchor = ''] = annotations.runbook?.split('#') ?? [];
    expect(anchorsOf(page)).toContain(anchor);
  });

  it('is named once', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it('that asks for a metric of nobody is noticed', () => {
    expect(unknownSeries('rate(drawbridge_requests_total[5m]) > 0')).toEqual(['drawbridge_requests_total']);
    expect(unknownSeries('vector(1)')).toEqual(['no metric in vector(1)']);
  });
});

describe.skipIf(promtool === undefined)(`promtool${unlessAbsent}`, () => {
  it('accepts the rules', () => {
    expect(runPromtoolOn(text, 'check', 'rules')).toMatchObject({ code: 0 });
  });

  it('finds that each rule fires when it should, with these words, and stays quiet when it should not', () => {
    const tests = new URL('alerts.test.yml', folder);
    const { output, code } = runPromtool(['test', 'rules', tests.pathname]);
    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
    const tested = (parse(readFileSync(tests, 'utf8')) as { tests: { name: string }[] }).tests.map(({ name }) => name);
    expect(tested.sort()).toEqual(rules.flatMap(({ alert }) => [`${alert} fires`, `${alert} stays quiet`]).sort());
  });
});
