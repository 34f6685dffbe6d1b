import type { MetricMeter } from '@temporalio/common';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as library from '../src/index.js';

const page = readFileSync('docs/seed-parity.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (Specified|---|-)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const codeIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

const operations = library.createOperationsActivities({} as library.OperationsDependencies);

describe('docs/seed-parity.md', () => {
  it.each(rows.map(([, specified = '', ours = '', differs = '', proof = '']) => ({ specified, ours, differs, proof })))(
    'names what is there: $specified',
    ({ ours, differs, proof }) => {
      const entry = readFileSync('src/index.ts', 'utf8');
      const isThere = (name: string) =>
        name.startsWith('drawbridge ') ||
        name in library ||
        name in operations ||
        new RegExp(`\\b${name}\\b`).test(entry);
      for (const name of codeIn(ours)) expect(isThere(name), name).toBe(true);
      for (const file of codeIn(proof)) expect(existsSync(file), file).toBe(true);
      const tests = codeIn(proof).map((file) => readFileSync(file, 'utf8'));
      for (const [, title = ''] of proof.matchAll(/"([^"]+)"/g))
        expect(
          tests.some((text) => text.includes(title)),
          title,
        ).toBe(true);
      expect([codeIn(ours).length, codeIn(proof).length, differs].every(Boolean)).toBe(true);
    },
  );
});

describe('the operations as plain functions', () => {
  it('are those that are activities', () => {
    expect(Object.keys(library.createOperations({} as library.OperationsDependencies))).toEqual(
      Object.keys(operations),
    );
  });
});

describe('the constants of the specification', () => {
  it('have its very texts', () => {
    const { autoScalingGroupTag, leaderTag, vipTag, clusterTag, egressTag, genevePort } = library;
    expect([autoScalingGroupTag, leaderTag, vipTag, clusterTag, egressTag, genevePort]).toEqual([
      ...['aws:autoscaling:groupName', 'neuwerk:leader', 'neuwerk:vip', 'neuwerk:cluster', 'neuwerk:egress'],
      6081,
    ]);
    const { managementDescription, ingressDescription, egressDescription } = library;
    expect([managementDescription, ingressDescription, egressDescription]).toEqual(['management', 'ingress', 'egress']);
  });
});

describe('a metrics collector', () => {
  it('takes the registration status before there is a meter, tells it to the one that comes, and to the next', () => {
    const { steps, collectInto } = library.createMetricsCollector(['i-0123456789abcdef0']);
    steps.registered('i-0123456789abcdef0', true);
    steps.registered('i-00000000000000001', false);
    const [first, second] = [aMeter(), aMeter()];
    for (const meter of [first, second]) {
      collectInto(meter);
      expect(meter.values.get('drawbridge_registered')).toBe(1);
    }
    steps.registered('i-0123456789abcdef0', false);
    expect(second.values.get('drawbridge_registered')).toBe(0);
    expect(first.values.get('drawbridge_registered'), 'no longer told').toBe(1);
  });
});

function aMeter(): MetricMeter & { readonly values: ReadonlyMap<string, number> } {
  const values = new Map<string, number>();
  const instrument = (name: string) => {
    const tell = (value: number) => void values.set(name, value);
    return { add: tell, set: tell, record: tell } as never;
  };
  const meter = {
    values,
    createCounter: instrument,
    createGauge: instrument,
    createHistogram: instrument,
    withTags: () => meter,
  };
  return meter;
}
