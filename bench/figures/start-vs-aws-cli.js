// Whether an appliance that starts waits longer for us than it did for its user data.
import { spawnSync } from 'node:child_process';
import { at, startProgram } from '../processes.js';
import { inTurns } from '../rounds.js';
import { agentStart, scriptStart } from '../starts.js';
import { cluster, withSurroundings } from '../surroundings.js';

/** @type {import('../figure.js').Figure} */
export const startVsAwsCli = {
  name: 'start-vs-aws-cli',
  what: 'from the start of the agent to RegisterTargets, beside the AWS CLI, in ms',
  unit: 'ms',
  must: { timesAtMost: 0.4 },
  async run({ runs }) {
    const { error, stdout } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
    if (error !== undefined)
      throw new Error('found no program "aws", expected the AWS CLI on the PATH to compare with');
    const script = at('references/register.sh');
    return withSurroundings(async (around) => {
      const measured = await inTurns(runs, {
        agent: () => agentStart(around),
        script: () =>
          scriptStart(around, ({ instanceId, env }) => startProgram(['sh', script, cluster, instanceId], { env })),
      });
      return {
        value: measured.agent.median,
        reference: `a shell script that makes the same four calls with ${stdout.split(' ', 1)[0]}`,
        referenceValue: measured.script.median,
        note: `half of the runs took ${measured.agent.spread} ms, those of the script ${measured.script.spread} ms.`,
      };
    });
  },
};
