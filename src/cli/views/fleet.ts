import wrapAnsi from 'wrap-ansi';
import type { StandingWithHealth } from '../../domain/standing.js';
import type { Fleet } from '../../operator/fleet.js';
import { sayFor } from './span.js';
import { tableOf } from './table.js';

const heads = ['INSTANCE', 'PHASE', 'FOR', 'LEFT', 'TARGET', 'TUNNEL'];

/** Every instance in a row of 80 columns, with what is worth knowing under it. */
export function fleetView({ cluster, instances, strangers, hidden, notes }: Fleet, now: number): string {
  const rows = instances.map((each) => row(each, now));
  const unknown = strangers.map(({ id, health }) => [id, 'no life', '-', '-', health.state, '-']);
  const count = instances.length === 1 ? '1 instance' : `${instances.length} instances`;
  const [head = '', ...lines] = tableOf(heads, [...rows, ...unknown], 1).split('\n');
  const body = lines.flatMap((line, index) => [line, ...remarks(instances[index])]);
  return [
    `cluster ${cluster}, ${count}`,
    ...(rows.length + unknown.length === 0 ? [] : [head, ...body]),
    ...(unknown.length === 0
      ? []
      : [
          'no life: Temporal knows no startup of this target: another brought it in, or the',
          '  startup is longer ago than the namespace keeps',
        ]),
    ...(hidden === 0 ? [] : [`${hidden} that left more than a day ago are not shown; --all shows them`]),
    ...notes.map((note) => wrapAnsi(`note: ${note}`, 80)),
  ].join('\n');
}

/** The same for programs, with what is left of each drain period: null where none runs. */
export function fleetJson(fleet: Fleet, now: number, indent?: number): string {
  const instances = fleet.instances.map((each) => ({
    ...each,
    drainSecondsLeft: each.drainUntil === null ? null : Math.max(0, Math.round(secondsTo(each.drainUntil, now))),
  }));
  return JSON.stringify({ ...fleet, instances }, null, indent);
}

const secondsTo = (iso: string, now: number): number => (Date.parse(iso) - now) / 1_000;

function row(
  { instanceId, phase, since, drainUntil, target, tunnelDevice }: StandingWithHealth,
  now: number,
): string[] {
  const left = drainUntil === null ? '-' : sayFor(secondsTo(drainUntil, now));
  return [
    instanceId,
    phase,
    sayFor((now - Date.parse(since)) / 1_000),
    left,
    target?.state ?? 'not known',
    tunnelDevice ?? '-',
  ];
}

function remarks(standing: StandingWithHealth | undefined): string[] {
  if (standing === undefined) return [];
  const { target, lastFailure } = standing;
  const reason =
    target?.reason === undefined
      ? []
      : [`${target.reason}${target.description === undefined ? '' : `: ${target.description}`}`];
  return [...reason, ...(lastFailure === null ? [] : [`last failure: ${lastFailure}`])].map((text) => `  ${text}`);
}
