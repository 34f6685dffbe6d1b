import type { MetricMeter } from '@temporalio/common';
import { metricTable } from './metrics.js';
import type { LabelsOf, MetricName, NameOf } from './metrics.js';

/** How many durations are kept for a meter that has not come yet: several lives. */
const keptDurations = 1_000;

/**
 * Takes values of the table's metrics, whether or not anybody collects them yet: a meter that comes later hears the latest value
 * of each gauge, all counts so far, and the durations that no meter has heard. Nothing here fails or waits.
 */
export class Recorder {
  #meter: MetricMeter | undefined;
  readonly #gauges = new Map<string, (meter: MetricMeter) => void>();
  readonly #counts = new Map<string, { count: number; tell: (meter: MetricMeter, count: number) => void }>();
  readonly #durations: ((meter: MetricMeter) => void)[] = [];
  readonly #instruments = new Map<MetricName, unknown>();

  /** This meter takes the values from now on. */
  collectInto(meter: MetricMeter): void {
    this.#instruments.clear();
    this.#meter = meter;
    for (const tell of this.#gauges.values()) this.#told(tell);
    for (const { count, tell } of this.#counts.values()) this.#told((to) => tell(to, count));
    for (const tell of this.#durations.splice(0)) this.#told(tell);
  }

  /** The SDK's meter ends with its runtime, which ends with the last worker: an agent goes on and still has to leave. */
  #told(tell: (meter: MetricMeter) => void): boolean {
    if (this.#meter === undefined) return false;
    try {
      tell(this.#meter);
      return true;
    } catch {
      this.#meter = undefined;
      return false;
    }
  }

  set<Name extends NameOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    const tell = (meter: MetricMeter) =>
      this.#once(name, () => meter.createGauge(name, 'float', '', metricTable[name].help)).set(value, { ...labels });
    this.#gauges.set(seriesOf(name, labels), tell);
    this.#told(tell);
  }

  /** Adding 0 makes the series visible before anything is counted: an alert on its increase would miss the first one. */
  add<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>, more = 1): void {
    const series = seriesOf(name, labels);
    // The exporter appends the suffix itself.
    const base = name.replace(/_total$/, '');
    const tell = (meter: MetricMeter, count: number) =>
      this.#once(name, () => meter.createCounter(base, '', metricTable[name].help)).add(count, { ...labels });
    this.#counts.set(series, { count: (this.#counts.get(series)?.count ?? 0) + more, tell });
    this.#told((meter) => tell(meter, more));
  }

  observe<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
    const tell = (meter: MetricMeter) =>
      this.#once(name, () => meter.createHistogram(name, 'float', '', metricTable[name].help)).record(seconds, {
        ...labels,
      });
    if (!this.#told(tell) && this.#durations.length < keptDurations) this.#durations.push(tell);
  }

  #once<Instrument>(name: MetricName, create: () => Instrument): Instrument {
    const known = this.#instruments.get(name) as Instrument | undefined;
    if (known !== undefined) return known;
    const instrument = create();
    this.#instruments.set(name, instrument);
    return instrument;
  }
}

const seriesOf = (name: MetricName, labels: object): string => `${name}${JSON.stringify(labels)}`;
