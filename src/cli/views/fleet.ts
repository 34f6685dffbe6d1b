import wrapAnsi from 'wrap-ansi';
import type { StandingWithHealth } from '../../domain/standing.js';
import type { TargetHealth } from '../../domain/target-health.js';
import type { Fleet } from '../../operator/fleet.js';
import { below, whyBelow } from './below.js';
import { sayFor } from './span.js';
import { tableOf } from './table.js';

const heads = ['INSTANCE', 'PHASE', 'FOR', 'LEFT', 'TARGET', 'TUNNEL'];

/** Every instance in a row of 80 columns, with what is worth knowing under it. */
export function fleetView({ cluster, instances, strangers, hidden, notes }: Fleet, now: number): string {
  const rows = instances.map((each) => row(each, now));
  const unknown = strangers.map(({ id, health }) => [id, 'no life', '-', '-', stateCell(health), '-']);
  const count = instances.length === 1 ? '1 instance' : `${instances.length} instances`;
  const [head = '', ...lines] = tableOf(heads, [...rows, ...unknown], 1).split('\n');
  const said = [...instances.map(remarks), ...strangers.map(({ health }) => healthBelow(health))];
  const body = lines.flatMap((line, index) => [line, ...(said[index] ?? [])]);
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
    phase === 'confirming draining' ? 'confirming' : phase,
    sayFor((now - Date.parse(since)) / 1_000),
    left,
    target === null ? 'not known' : stateCell(target),
    tunnelDevice ?? '-',
  ];
}

/** AWS's longest state leaves no room for a tunnel within 80 columns: its second half is in the row, the whole of it below. */
const stateCell = ({ state }: TargetHealth): string => (state === 'unhealthy.draining' ? 'draining' : state);

const healthBelow = (health: TargetHealth): string[] => [
  ...(stateCell(health) === health.state ? [] : below(health.state)),
  ...whyBelow(health),
];

const remarks = ({ target, lastFailure }: StandingWithHealth): string[] => [
  ...(target === null ? [] : healthBelow(target)),
  ...(lastFailure === null ? [] : below(`last failure: ${lastFailure}`)),
];
