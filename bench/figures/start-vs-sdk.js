// What durability costs at a start.
import { at, start } from '../processes.js';
import { inTurns } from '../rounds.js';
import { agentStart, scriptStart } from '../starts.js';
import { cluster, withSurroundings } from '../surroundings.js';

/** @type {import('../figure.js').Figure} */
export const startVsSdk = {
  name: 'start-vs-sdk',
  what: 'from the start of the agent to RegisterTargets, beside a script with the SDK, in ms',
  unit: 'ms',
  must: { timesAtMost: 4 },
  run: ({ runs }) =>
    withSurroundings(async (around) => {
      const script = at('children/register.js');
      const measured = await inTurns(runs, {
        agent: () => agentStart(around),
        script: () => scriptStart(around, ({ instanceId, env }) => start([script, cluster, instanceId], { env })),
      });
      return {
        value: measured.agent.median,
        reference: 'a bare Node script that makes the same four calls with the SDK',
        referenceValue: measured.script.median,
        note: `half of the runs took ${measured.agent.spread} ms, those of the script ${measured.script.spread} ms.`,
      };
    }),
};
