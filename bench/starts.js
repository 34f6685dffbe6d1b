// From the start of a process on a new instance until RegisterTargets arrives: of the agent, and of what it is compared with.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { startAgent } from './surroundings.js';

/** @typedef {import('./surroundings.js').Appliance} Appliance */

/**
 * @param {import('./surroundings.js').Surroundings} around
 * @returns {Promise<number>} milliseconds of an agent. It goes on into service and is then detached, so that the next run finds no work of its own.
 */
export async function agentStart(around) {
  const appliance = await around.anAppliance();
  const startedAt = performance.now();
  const agent = startAgent(appliance);
  const arrived = await Promise.race([around.arrival('RegisterTargets', appliance.instanceId), ended(agent.child)]);
  await agent.inService();
  await agent.detach();
  return arrived - startedAt;
}

/**
 * @param {import('./surroundings.js').Surroundings} around
 * @param {(appliance: Appliance) => import('./processes.js').Child} begin - Starts a process that registers, and ends.
 * @returns {Promise<number>} milliseconds.
 */
export async function scriptStart(around, begin) {
  const appliance = await around.anAppliance();
  const startedAt = performance.now();
  const script = begin(appliance);
  const over = once(script, 'exit');
  const arrived = await Promise.race([around.arrival('RegisterTargets', appliance.instanceId), ended(script)]);
  await over;
  return arrived - startedAt;
}

/** @param {import('./processes.js').Child} child @returns {Promise<never>} */
async function ended(child) {
  await once(child, 'exit');
  // What it sent last may be on its way still.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  throw new Error(`${child.spawnargs.slice(1).join(' ')} ended and had not registered`);
}
