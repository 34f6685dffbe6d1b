import { describe, expect, inject, vi } from 'vitest';
import { clusterTag } from '../../src/domain/ids.js';
import { verifyAtOnce } from '../../src/domain/verification.js';
import type { InstanceVerification, Verification } from '../../src/domain/verification.js';
import { CommandRun } from '../support/cli.js';
import { start } from '../support/others.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';

const script = 'count-me';

// 75 of the seconds are Temporal's own timeouts.
vi.setConfig({ testTimeout: 240_000 });

/** An instance in service, whose probe takes longer than it takes to kill somebody. */
async function inService(aScene: () => Promise<Scene>): Promise<Scene> {
  const scene = await aScene();
  await scene.instance.startInService();
  scene.simulator.commands.script({ match: script, stdout: 'counted\n', seconds: 3 });
  return scene;
}

const verify = ({ simulator, cluster }: Scene, ...args: string[]): CommandRun =>
  new CommandRun(['verify', cluster, '--iperf3', 'skip', ...args], {
    ...simulator.environment(),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
  });

const runsIn = ({ simulator }: Scene): number => simulator.commands.runs.filter((run) => run.script === script).length;

/** When the worker is killed, as the simulated AWS sees it. */
const moments: Record<string, (scene: Scene) => Promise<unknown>> = {
  'before the reply that tells the command id': ({ simulator }) => {
    simulator.addFault({ kind: 'latency', ms: 600_000, action: 'SendCommand', nth: 1 });
    return simulator.nextRequest('SendCommand');
  },
  'while the command runs': ({ simulator }) => simulator.nextRequest('GetCommandInvocation'),
};

describe.concurrent('a fleet worker that is killed in the middle of a remote command', () => {
  it.for(Object.entries(moments))(
    '%s: another one follows the same command to its end, and it runs once (I9)',
    async ([, moment], { aScene, onTestFinished }) => {
      const scene = await inService(aScene);
      const first = await start('a fleet worker', scene, onTestFinished);
      const reached = moment(scene);
      const verifying = verify(scene, '--json', '--', script);
      await reached;
      first.kill('SIGKILL');
      await first.exited;
      await start('a fleet worker', scene, onTestFinished);

      const { code, out } = await verifying.ended;
      expect(JSON.parse(out)).toMatchObject({
        verified: true,
        instances: [{ checks: [{}, {}, { outcome: 'skipped' }, { outcome: 'passed', said: 'counted' }] }],
      });
      expect(code).toBe(0);
      expect(runsIn(scene)).toBe(1);
      expect(scene.simulator.requests('SendCommand')).toHaveLength(1);
      expect(scene.simulator.requests('CancelCommand')).toEqual([]);
    },
  );

  it('without another one is missed in the report, which comes after a minute', async ({ aScene, onTestFinished }) => {
    const scene = await inService(aScene);
    const { simulator, cluster } = scene;
    const worker = await start('a fleet worker', scene, onTestFinished);
    const running = simulator.nextRequest('GetCommandInvocation');
    const verifying = verify(scene, '--', script);
    await running;
    worker.kill('SIGKILL');

    const { code, out } = await verifying.ended;
    expect(code).toBe(1);
    // It stands in a table of 80 columns, between its words a line may end.
    expect(out.replaceAll(/\n +/g, ' ')).toContain(
      `probe: FleetWorkerLost: executeRemoteCommand: no fleet worker took the task within 60 s, expected one on queue drawbridge/${cluster}/operations`,
    );
    expect(out).toMatch(/\n0 of 1 verified, in /);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(runsIn(scene)).toBe(1);
  });

  it('is not waited for once more by the instances whose turn had not come', async ({ aScene, onTestFinished }) => {
    const scene = await inService(aScene);
    const { simulator, cluster, instance } = scene;
    for (let more = 0; more < verifyAtOnce; more += 1) {
      const tags = { [clusterTag]: cluster };
      const { instanceId } = await simulator.createInstance({ vpcId: 'vpc-1', tags, probe: 'healthy' });
      simulator.registerTarget(instance.targetGroupArn, instanceId);
    }
    const worker = await start('a fleet worker', scene, onTestFinished);
    const running = simulator.nextRequest('GetCommandInvocation');
    const verifying = verify(scene, '--json', '--', script);
    await running;
    worker.kill('SIGKILL');

    const { code, out } = await verifying.ended;
    expect(code).toBe(1);
    const endOf = ({ checks }: InstanceVerification) =>
      checks.find(({ outcome }) => outcome === 'failed')?.said?.split(':')[0] ?? 'not reached';
    expect((JSON.parse(out) as Verification).instances.map(endOf).sort()).toEqual([
      ...Array.from({ length: verifyAtOnce }, () => 'FleetWorkerLost'),
      'not reached',
    ]);
  });
});

describe.concurrent('a verification that no fleet worker ever takes', () => {
  it('says so at once and what to start, gives up after a minute, and leaves the agents alone', async ({ aScene }) => {
    const scene = await inService(aScene);
    const { code, out, err } = await verify(scene, '--', script).ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`drawbridge: no fleet worker serves cluster ${scene.cluster}, so nothing moves; start one:`);
    expect(err).toContain(
      `drawbridge: FleetWorkerLost: listTargets: no fleet worker took the task within 60 s, expected one on queue drawbridge/${scene.cluster}/operations; start one: drawbridge worker`,
    );
    expect(runsIn(scene)).toBe(0);
  });
});
