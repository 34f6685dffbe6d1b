/**
 * Every metric of ours: name, kind, labels, meaning. docs/metrics.md, the dashboard and the alert rules are checked against it.
 *
 * Names follow Prometheus: base units, `_total` on counters. A label's values are a closed set, never an instance.
 */

interface Row {
  readonly kind: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** In seconds; histograms only. */
  readonly buckets?: readonly number[];
}

/** One attempt of a step, up to the longest window of a look. */
const attemptBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];

/** What lasts as long as flows and health checks do. A deregistration delay may be an hour; its default is 300 s. */
const lifeBuckets = [1, 2.5, 5, 10, 20, 30, 45, 60, 75, 90, 120, 180, 300, 450, 600, 900];

export const metricTable = {
  drawbridge_build_info: {
    kind: 'gauge',
    labels: ['version', 'node_version', 'role'],
    help: '1, for the program that runs: its version, that of Node.js, and whether it is an agent or a worker.',
  },
  drawbridge_registered: {
    kind: 'gauge',
    labels: [],
    help: 'Whether this host is a registered target, as this agent did or last saw it.',
  },
  drawbridge_in_service: {
    kind: 'gauge',
    labels: [],
    help: 'Whether this host was brought into service, and nobody takes it out.',
  },
  drawbridge_target_health: {
    kind: 'gauge',
    labels: ['state'],
    help: 'Target health of this host when a step last looked: 1 for the state seen, 0 for all others.',
  },
  drawbridge_target_health_seen_timestamp_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'When a step last looked at the target health of this host, in seconds since the epoch.',
  },
  drawbridge_health_requests_total: {
    kind: 'counter',
    labels: ['code'],
    help: 'Answers of the health endpoint to /health, by HTTP status.',
  },
  drawbridge_drains_in_progress: {
    kind: 'gauge',
    labels: [],
    help: 'Drain periods under way in the workflows and in the way out of this process.',
  },
  drawbridge_drain_remaining_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'Seconds until the last of them is over; 0 without one.',
  },
  drawbridge_startup_duration_seconds: {
    kind: 'histogram',
    labels: ['outcome'],
    buckets: lifeBuckets,
    help: 'Startup workflows that ended, from their start; outcome is in_service or failed.',
  },
  drawbridge_shutdown_duration_seconds: {
    kind: 'histogram',
    labels: ['outcome'],
    buckets: lifeBuckets,
    help: 'Shutdowns that ended, from their start; outcome is that of the drain receipt.',
  },
  drawbridge_drain_duration_seconds: {
    kind: 'histogram',
    labels: ['outcome'],
    buckets: lifeBuckets,
    help: 'Drain periods that ended, from confirmed draining; outcome is that of the drain receipt.',
  },
  drawbridge_phase_duration_seconds: {
    kind: 'histogram',
    labels: ['workflow', 'phase'],
    buckets: lifeBuckets,
    help: 'Phases of the workflows that ended, every retry included.',
  },
  drawbridge_step_duration_seconds: {
    kind: 'histogram',
    labels: ['step', 'outcome'],
    buckets: attemptBuckets,
    help: 'Attempts of steps that ended here; outcome is done, retried, failed or cancelled.',
  },
  drawbridge_step_retries_total: {
    kind: 'counter',
    labels: ['step', 'type'],
    help: 'Attempts of steps, and looks within one, that failed and are tried again, by failure type.',
  },
  drawbridge_step_failures_total: {
    kind: 'counter',
    labels: ['step', 'type'],
    help: 'Attempts of steps that failed for good, by failure type.',
  },
  drawbridge_life_failures_total: {
    kind: 'counter',
    labels: ['workflow', 'type'],
    help: 'Workflows that failed, by failure type.',
  },
  drawbridge_fallbacks_total: {
    kind: 'counter',
    labels: ['kind'],
    help: 'Times that somebody else had to do it: fleet took a step over from a host; in_process is a way out without Temporal.',
  },
  drawbridge_forced_total: {
    kind: 'counter',
    labels: [],
    help: 'Shutdowns that were forced or cancelled.',
  },
  drawbridge_temporal_connected: {
    kind: 'gauge',
    labels: [],
    help: 'Whether Temporal answered when last asked.',
  },
  process_start_time_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'Start of the process, in seconds since the epoch.',
  },
  process_resident_memory_bytes: { kind: 'gauge', labels: [], help: 'Resident memory of the process.' },
  process_cpu_seconds_total: {
    kind: 'counter',
    labels: [],
    help: 'User and system CPU time of the process, in whole seconds.',
  },
  process_open_fds: { kind: 'gauge', labels: [], help: 'Open file descriptors of the process; Linux only.' },
} as const satisfies Record<`${'drawbridge' | 'process'}_${string}`, Row>;

type Table = typeof metricTable;
export type MetricName = keyof Table;
export type NameOf<Kind extends Row['kind']> = {
  [Name in MetricName]: Table[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

/** A value for each label of the metric, none besides. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<Table[Name]['labels'][number], string>>;

/** The buckets by name, for whoever serves the histograms. */
export const bucketsByName = (): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries<Row>(metricTable).flatMap(([name, { buckets }]) =>
      buckets === undefined ? [] : [[name, [...buckets]]],
    ),
  );
