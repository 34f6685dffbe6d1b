// A simulator with one group of as many healthy targets as asked for. Says where it is; runs until it is stopped.
import { scaledClock } from '../../build/simulator/clock.js';
import { startSimulator } from '../../build/simulator/simulator.js';

const vpcId = 'vpc-1';
/** Longer than registration and five health checks take. */
const untilHealthyMs = 600_000;

const clock = scaledClock(1);
const simulator = await startSimulator({ clock, throttling: 'off' });
const { arn } = simulator.createTargetGroup({ vpcId });
const ids = [];
for (let count = Number(process.argv[2]); count > 0; count -= 1) {
  const { instanceId } = await simulator.createInstance({ vpcId, probe: 'healthy' });
  simulator.registerTarget(arn, instanceId);
  ids.push(instanceId);
}
await clock.advance(untilHealthyMs);
process.stdout.write(`${JSON.stringify({ endpoint: simulator.endpoint, arn, ids })}\n`);
