import { drainSeconds } from '../domain/drain.js';
import type { DrainPolicy } from '../domain/drain.js';
import { deregistrationDelayMaximumSeconds } from '../domain/timings.js';
import { stopBudgetSeconds } from '../workers/stop-budget.js';
import { stopMs } from '../workers/waits.js';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { command, inUnit } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';

/** The properties that are asked for, as `systemctl show` names them. */
export const unitProperties = [
  'LoadState',
  'TimeoutStopUSec',
  'KillMode',
  'KillSignal',
  'Restart',
  'EnvironmentFiles',
] as const;

export interface SystemdFacts {
  readonly unit: string;
  readonly drain: DrainPolicy | undefined;
  /** The group's own delay, where it is known. */
  readonly delaySeconds: number | undefined;
  /** By name; undefined where there is no systemctl. */
  readonly properties: Probed<Readonly<Record<string, string>> | undefined>;
}

/** As `systemctl show` prints the last of them: `/etc/drawbridge/agent.env (ignore_errors=yes)`. */
export const environmentFileIn = (properties: Readonly<Record<string, string>> = {}): string | undefined =>
  /^(\/.+) \(ignore_errors=\w+\)$/.exec(properties.EnvironmentFiles ?? '')?.[1];

export function checkSystemd(facts: SystemdFacts): Line[] {
  const { unit, drain, properties } = facts;
  const budget = stopBudgetSeconds(drain);
  if ('error' in properties) return [notChecked('unit', reasonOf(properties.error))];
  if (properties.value === undefined) {
    const why = `there is no systemctl here: whatever stops the agent has to give it ${budget} s`;
    return [warn('unit', why)];
  }
  const { LoadState = '' } = properties.value;
  if (LoadState !== 'loaded') {
    const why = `${unit} is ${LoadState === '' ? 'unknown' : LoadState}: name the agent's unit`;
    return [warn('unit', why, command('drawbridge', 'doctor', '--unit', '<unit>.service'))];
  }
  return [checkStopTimeout(facts, budget, properties.value), ...checkSettings(unit, properties.value)];
}

function checkStopTimeout(
  { unit, drain, delaySeconds }: SystemdFacts,
  budget: number,
  { TimeoutStopUSec = '' }: Readonly<Record<string, string>>,
): Line {
  const check = 'stop timeout';
  const timeout = secondsIn(TimeoutStopUSec);
  if (timeout === undefined) return notChecked(check, `${unit} says TimeoutStopUSec=${TimeoutStopUSec}`);
  const mend = inUnit(unit, `TimeoutStopSec=${budget}`);
  // A bound that nobody can know of: then the longest that the group may be set to.
  const period = drainSeconds(drain, delaySeconds ?? deregistrationDelayMaximumSeconds);
  const ordinary = period + stopMs / 1_000;
  const says = timeout === Infinity ? 'none' : `${timeout} s`;
  if (timeout < ordinary) {
    return fail(check, `${says}, less than the drain period of ${period} s and the stop: systemd cuts the drain`, mend);
  }
  if (timeout < budget) {
    const why = `${says}: enough for the drain period of ${period} s, not for one with every retry used up, ${budget} s`;
    return warn(check, why, mend);
  }
  return ok(check, `${says}, the budget is ${budget} s`);
}

function checkSettings(unit: string, { KillMode = '', KillSignal = '', Restart = '' }: Record<string, string>): Line[] {
  return [
    KillMode === 'none'
      ? fail('kill mode', 'none: systemd does not tell the agent to go', inUnit(unit, 'KillMode=mixed'))
      : ok('kill mode', KillMode),
    leavingSignals.includes(KillSignal)
      ? ok('kill signal', KillSignal === '2' ? 'SIGINT' : 'SIGTERM')
      : fail(
          'kill signal',
          `signal ${KillSignal}: the agent leaves on SIGTERM or SIGINT alone`,
          inUnit(unit, 'KillSignal=SIGTERM'),
        ),
    Restart === 'no'
      ? warn('restart', 'no: nobody answers the health check after a crash', inUnit(unit, 'Restart=on-failure'))
      : ok('restart', Restart),
  ];
}

/** SIGTERM and SIGINT, as systemctl prints them. */
const leavingSignals = ['15', '2'];

/** Seconds by systemd's names for units of time. Source: systemd.time(7). */
const units: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  month: 2_629_800,
  y: 31_557_600,
};

/** A time span as `systemctl show` prints it, such as `1min 30s`; Infinity for `infinity`, undefined for anything else. */
export function secondsIn(span: string): number | undefined {
  if (span === 'infinity') return Infinity;
  const parts = span
    .trim()
    .split(/\s+/)
    .map((part) => /^([\d.]+)([a-z]+)$/.exec(part));
  let seconds = 0;
  for (const part of parts) {
    const unit = units[part?.[2] ?? ''];
    if (part === null || unit === undefined) return undefined;
    seconds += Number(part[1]) * unit;
  }
  return seconds;
}
