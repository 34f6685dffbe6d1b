import type { MetricMeter, MetricTags } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { Recorder } from '../../src/telemetry/recorder.js';

interface FakeMeter extends MetricMeter {
  /** What was told, in order: kind, name, value, labels. */
  readonly told: readonly unknown[][];
  readonly created: readonly string[];
}

function aMeter(): FakeMeter {
  const told: unknown[][] = [];
  const created: string[] = [];
  const instrument = (kind: string, name: string) => {
    created.push(name);
    const tell = (value: number, tags?: MetricTags) => void told.push([kind, name, value, tags]);
    const self = { name, kind, valueType: 'float', add: tell, set: tell, record: tell, withTags: () => self };
    return self as never;
  };
  const meter: FakeMeter = {
    told,
    created,
    createCounter: (name) => instrument('counter', name),
    createGauge: (name) => instrument('gauge', name),
    createHistogram: (name) => instrument('histogram', name),
    withTags: () => meter,
  };
  return meter;
}

function record(recorder: Recorder): void {
  recorder.set('drawbridge_registered', {}, 0);
  recorder.set('drawbridge_registered', {}, 1);
  recorder.set('drawbridge_target_health', { state: 'healthy' }, 1);
  recorder.add('drawbridge_fallbacks_total', { kind: 'fleet' }, 0);
  recorder.add('drawbridge_fallbacks_total', { kind: 'fleet' });
  recorder.add('drawbridge_fallbacks_total', { kind: 'fleet' });
  recorder.observe('drawbridge_drain_duration_seconds', { outcome: 'drained' }, 60.2);
}

describe('a recorder', () => {
  it('tells a meter each value as it comes, and makes each instrument once', () => {
    const meter = aMeter();
    const recorder = new Recorder();
    recorder.collectInto(meter);
    record(recorder);
    expect(meter.told).toEqual([
      ['gauge', 'drawbridge_registered', 0, {}],
      ['gauge', 'drawbridge_registered', 1, {}],
      ['gauge', 'drawbridge_target_health', 1, { state: 'healthy' }],
      ['counter', 'drawbridge_fallbacks', 0, { kind: 'fleet' }],
      ['counter', 'drawbridge_fallbacks', 1, { kind: 'fleet' }],
      ['counter', 'drawbridge_fallbacks', 1, { kind: 'fleet' }],
      ['histogram', 'drawbridge_drain_duration_seconds', 60.2, { outcome: 'drained' }],
    ]);
    expect(new Set(meter.created).size).toBe(meter.created.length);
  });

  it('takes values before anybody collects them, and tells them to the meter that comes', () => {
    const recorder = new Recorder();
    record(recorder);
    const meter = aMeter();
    recorder.collectInto(meter);
    expect(meter.told).toEqual([
      ['gauge', 'drawbridge_registered', 1, {}],
      ['gauge', 'drawbridge_target_health', 1, { state: 'healthy' }],
      ['counter', 'drawbridge_fallbacks', 2, { kind: 'fleet' }],
      ['histogram', 'drawbridge_drain_duration_seconds', 60.2, { outcome: 'drained' }],
    ]);
  });

  it('tells a later meter what holds, and each duration once', () => {
    const recorder = new Recorder();
    recorder.collectInto(aMeter());
    record(recorder);
    const later = aMeter();
    recorder.collectInto(later);
    expect(later.told).toEqual([
      ['gauge', 'drawbridge_registered', 1, {}],
      ['gauge', 'drawbridge_target_health', 1, { state: 'healthy' }],
      ['counter', 'drawbridge_fallbacks', 2, { kind: 'fleet' }],
    ]);
  });

  it('does not grow without end while nobody collects', () => {
    const recorder = new Recorder();
    for (let count = 0; count < 5_000; count++)
      recorder.observe('drawbridge_step_duration_seconds', { step: 'registerTarget', outcome: 'done' }, count);
    const meter = aMeter();
    recorder.collectInto(meter);
    expect(meter.told).toHaveLength(1_000);
  });

  it('lets nothing fail whose meter has ended, and keeps for a next one what that one does not hear', () => {
    const ended = () => {
      throw new Error('Runtime already closed');
    };
    const recorder = new Recorder();
    const closed: MetricMeter = { ...aMeter(), createCounter: ended, createGauge: ended, createHistogram: ended };
    recorder.collectInto(closed);
    record(recorder);
    const next = aMeter();
    recorder.collectInto(next);
    expect(next.told).toEqual(
      expect.arrayContaining([
        ['gauge', 'drawbridge_registered', 1, {}],
        ['counter', 'drawbridge_fallbacks', 2, { kind: 'fleet' }],
        ['histogram', 'drawbridge_drain_duration_seconds', 60.2, { outcome: 'drained' }],
      ]),
    );
  });
});
