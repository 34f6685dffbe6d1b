import type { Deed, Incident, Plan } from './plan.js';

/** From the start of an agent to the end of an undisturbed life, drain period apart, on a machine with other work. Ours. */
const undisturbedMs = 45_000;

/** However much comes together. Ours: the dearest incidents wait for the same thing, and not one after the other. */
const longestMs = 240_000;

/**
 * How long a life may take at most (I7): what an undisturbed one takes, and what each incident may add by the product's own
 * bounds. All of them at once, as they may come one after the other.
 */
export function boundMs(plan: Plan): number {
  const restarts = plan.tunnel === 'missing' || plan.group !== 'right' ? 20_000 : 0;
  const drains = 2 * plan.drainSeconds * 1_000;
  const costs = plan.incidents.reduce((sum, incident) => sum + costMs(incident), 0);
  return Math.min(undisturbedMs + restarts + drains + costs, longestMs);
}

/** What an incident may add to whatever it meets. */
export function costMs(deed: Deed | Incident): number {
  switch (deed.kind) {
    case 'kill':
      // For good: a startup that misses a heartbeat (75 s) and waits for its host (60 s), and its undo. Else an attempt, a task and its patience.
      return deed.againAfterMs === undefined ? 150_000 : deed.againAfterMs + 20_000;
    case 'detach':
      return deed.againAfterMs + 10_000;
    case 'cut off':
      // The agent's silence (10 s and what it asks meanwhile), the SDK's back-off, and a drain in process from its start.
      return deed.forMs + 25_000;
    case 'fault':
      return faultMs(deed.rule);
    case 'terminate':
    case 'delete group':
      return 35_000;
    default:
      return 5_000;
  }
}

/** Some retries, with intervals that double from 1 s; what hangs is given up after 5 s. */
function faultMs({ kind, window, count = 1 }: (Deed & { kind: 'fault' })['rule']): number {
  const retriesMs = window === undefined ? 1_000 * 2 ** count : 3_000 * window.forSeconds;
  return retriesMs + (kind === 'hang' || kind === 'latency' ? 6_000 * count : 0) + 10_000;
}
