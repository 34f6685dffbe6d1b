// A workflow of the bare SDK: so many activities that do nothing, and a timer.
import { proxyActivities, sleep } from '@temporalio/workflow';

const activities = proxyActivities({ startToCloseTimeout: '10s' });

/** @param {number} steps */
export async function nothing(steps) {
  for (let step = 0; step < steps; step += 1) await activities.nothing();
  await sleep(10);
}
