/** What the specification asks of a whole group in one word each: views of `listTargets`. */
import { countHealthy, healthStates, nodeIps } from '../domain/fleet-targets.js';
import type { TargetHealth } from '../domain/target-health.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';
import { listTargets } from './fleet-targets.js';
import type { WhichGroup } from './fleet-targets.js';

/** How many targets are `healthy`. Throws as `listTargets` does. */
export async function countHealthyTargets(
  dependencies: OperationsDependencies,
  input: WhichGroup,
  attempt: Attempt,
): Promise<number> {
  return countHealthy((await listTargets(dependencies, input, attempt)).targets);
}

/** The state of each target by its id; by `id:port` where one is registered on several ports. Throws as `listTargets` does. */
export async function getTargetHealthStates(
  dependencies: OperationsDependencies,
  input: WhichGroup,
  attempt: Attempt,
): Promise<Record<string, TargetHealth['state']>> {
  return healthStates((await listTargets(dependencies, input, attempt)).targets);
}

/** Private IPs of all targets, whatever their health: sorted, each once. Throws as `listTargets` does. */
export async function getAllNodeIps(
  dependencies: OperationsDependencies,
  input: WhichGroup,
  attempt: Attempt,
): Promise<string[]> {
  return nodeIps((await listTargets(dependencies, input, attempt)).targets);
}
