// Workflows of the bare SDK with the shape of ours: as many activities, in the same order, on the same kinds of queues, that do nothing.
import { condition, proxyActivities } from '@temporalio/workflow';

/** @param {string} host - The queue of the activities. */
const nothingOn = (host) => proxyActivities({ taskQueue: host, startToCloseTimeout: '10s' }).nothing;

/** @param {string} host */
export async function startup(host) {
  const nothing = nothingOn(host);
  for (let step = 0; step < 3; step += 1) await nothing();
  await Promise.all([nothing(), nothing()]);
  for (let step = 0; step < 2; step += 1) await nothing();
}

/** @param {string} host @param {number} drainMs */
export async function shutdown(host, drainMs) {
  const nothing = nothingOn(host);
  for (let step = 0; step < 2; step += 1) await nothing();
  if (drainMs > 0) await condition(() => false, drainMs);
}
