import { deregistrationDelayDefaultSeconds, drainPeriodSeconds } from './timings.js';

/** Seconds, or as long as the target group's own deregistration delay. */
export type DrainPolicy = number | 'deregistration-delay';

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3_600 };

/** `120`, `120s`, `2m` or `1h` in seconds. Any other text comes back as it is, for whoever checks it to refuse. */
export function readSeconds(text: string): unknown {
  const [, count, unit = 's'] = /^(-?\d+(?:\.\d+)?)\s*([smh])?$/.exec(text.trim()) ?? [];
  return count === undefined ? text : Number(count) * (unitSeconds[unit] ?? 1);
}

/**
 * How long flows may finish, in seconds. Upholds I4: where the group's delay is asked for but cannot be read, AWS's default
 * is the answer, never something shorter.
 */
export function drainSeconds(policy: DrainPolicy | undefined, delaySeconds: number | undefined): number {
  if (policy === 'deregistration-delay') return delaySeconds ?? deregistrationDelayDefaultSeconds;
  return policy ?? drainPeriodSeconds;
}

/** What a person should know about the period in force, if anything. */
export function drainWarning(policy: DrainPolicy | undefined, delaySeconds: number | undefined): string | undefined {
  if (delaySeconds === undefined) return "the target group's deregistration delay could not be read";
  const period = drainSeconds(policy, delaySeconds);
  if (period >= delaySeconds) return undefined;
  return (
    `the drain period of ${period} s is shorter than the target group's deregistration delay of ${delaySeconds} s: ` +
    'existing flows may still be sent to this target after it left'
  );
}
