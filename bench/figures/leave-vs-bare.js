// What durability costs an instance that must go.
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { at, firstLine, start } from '../processes.js';
import { inTurns } from '../rounds.js';
import { startAgent, withSurroundings } from '../surroundings.js';

/** @type {import('../figure.js').Figure} */
export const leaveVsBare = {
  name: 'leave-vs-bare',
  what: 'from SIGTERM to the agent to DeregisterTargets, beside a bare Node process, in ms',
  unit: 'ms',
  must: { moreAtMost: 40 },
  run: ({ runs }) =>
    withSurroundings(async (around) => {
      /** @param {import('../processes.js').Child} child @param {string} instanceId */
      const leave = async (child, instanceId) => {
        const ended = once(child, 'exit');
        const arriving = around.arrival('DeregisterTargets', instanceId);
        const toldAt = performance.now();
        child.kill('SIGTERM');
        const arrivedAt = await arriving;
        await ended;
        return arrivedAt - toldAt;
      };
      const measured = await inTurns(runs, {
        agent: async () => {
          const appliance = await around.anAppliance();
          const agent = startAgent(appliance, ['--drain', '0']);
          await agent.inService();
          return leave(agent.child, appliance.instanceId);
        },
        bare: async () => {
          const { instanceId, env } = await around.anAppliance();
          around.simulator.registerTarget(around.targetGroupArn, instanceId);
          const bare = start([at('children/deregister.js'), around.targetGroupArn, instanceId], { env });
          await firstLine(bare);
          return leave(bare, instanceId);
        },
      });
      return {
        value: measured.agent.median,
        reference: 'a bare Node process that makes the one call on SIGTERM',
        referenceValue: measured.bare.median,
        note: `half of the runs took ${measured.agent.spread} ms, those of the bare process ${measured.bare.spread} ms.`,
      };
    }),
};
