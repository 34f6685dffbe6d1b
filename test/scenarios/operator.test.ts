import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject } from 'vitest';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import type { Status } from '../../src/domain/status.js';
import { CommandRun } from '../support/cli.js';
import type { Said } from '../support/cli.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';

/** What a person at a laptop has: Temporal, and AWS under an identity of their own. */
const run = ({ simulator }: Scene, ...args: string[]): CommandRun =>
  new CommandRun(args, { ...simulator.environment(), TEMPORAL_ADDRESS: inject('temporalAddress') });

const drawbridge = (scene: Scene, ...args: string[]): Promise<Said> => run(scene, ...args).ended;

const widest = ({ out, err }: Said): number => Math.max(...`${out}${err}`.split('\n').map((line) => line.length));

describe.concurrent('an operator', () => {
  it('takes an instance out, gives its flows more time, reads the receipt, and brings it back without touching the host', async ({
    aScene,
  }) => {
    const scene = await aScene({ drainSeconds: 45 });
    const { instance } = scene;
    const { instanceId } = instance;
    const receiptFile = join(scene.folder, 'receipt.json');
    const agent = await instance.start('--receipt-file', receiptFile);
    await agent.said('in service');

    const before = await drawbridge(scene, 'status', instanceId);
    expect(before).toMatchObject({ code: 0, err: '' });
    expect(before.out).toMatch(new RegExp(`^${instanceId} +in service .* healthy +lo$`, 'm'));

    const shutdown = run(scene, 'shutdown', instanceId, '--reason', 'kernel update');
    await scene.drainBegins();
    const extended = await drawbridge(scene, 'extend', instanceId, '2m', '--reason', 'a backup');
    expect(extended.out).toMatch(new RegExp(`^${instanceId}: drains until \\d\\d:\\d\\d:\\d\\d, 120 s longer`));
    const joined = await drawbridge(scene, 'shutdown', instanceId, '--no-wait');
    expect(joined.err).toBe(`a shutdown of ${instanceId} runs already, joined it\n`);
    const { extendedSeconds, drainUntil } = await scene.shutdown.query<Status>('status');
    expect(extendedSeconds).toBe(120);
    // The agent's 45 s from now would end before that.
    expect(Date.parse(drainUntil ?? '') - Date.now()).toBeGreaterThan(100_000);
    await scene.shutdown.signal('requestShutdown', { trigger: 'somebody in a hurry', drain: 0 });
    const left = await shutdown.ended;
    expect(left.code).toBe(0);
    expect(left.err).toMatch(/draining until \d\d:\d\d:\d\d/);
    // The agent's own drain period, which the operator did not name.
    expect(left.out).toMatch(/drain period {2}45 s asked, \d+\.\d s kept/);
    expect(left.out).toMatch(/asked by {6}\S+@\S+: kernel update, /);
    expect(left.out).toMatch(/and by {8}somebody in a hurry, \S+, to drain for 0 s/);
    expect(left.out.replaceAll('\n', ' ')).toContain('somebody in a hurry asked for a drain period of 0 s, so it ends');
    expect(left.out).toMatch(/extended {6}by 120 s, \S+@\S+: a backup, /);

    const receipt = await drawbridge(scene, 'receipt', instanceId);
    expect(receipt).toEqual({ code: 0, out: left.out, err: '' });
    expect(widest(receipt)).toBeLessThanOrEqual(80);
    await agent.said('out of service');
    const kept = JSON.parse(await readFile(receiptFile, 'utf8')) as DrainReceipt;
    const asJson = JSON.parse((await drawbridge(scene, 'receipt', instanceId, '--json')).out) as DrainReceipt;
    expect(kept).toEqual(asJson);
    expect(kept).toMatchObject({ outcome: 'drained', secondsIn: { draining: kept.drainedSeconds } });

    const back = await drawbridge(scene, 'startup', instanceId, '--reason', 'kernel updated');
    expect(back).toMatchObject({ code: 0 });
    // Found by the device that only the agent was told.
    expect(back.out).toMatch(/tunnel {8}lo/);
    expect(scene.registrations).toBe(2);
    agent.process.kill('SIGTERM');
    expect(await agent.process.exited).toMatchObject({ code: 0 });
    expect(scene.deregistrations).toBe(2);
  });

  it('stops watching with Ctrl-C, and the shutdown goes on; forcing it ends it at once', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 300 });
    const { instance } = scene;
    const { instanceId } = instance;
    const agent = await instance.start();
    await agent.said('in service');
    const shutdown = run(scene, 'shutdown', instanceId);
    await shutdown.says(/draining until/);
    shutdown.child.kill('SIGINT');
    const stopped = await shutdown.ended;
    expect(stopped).toMatchObject({ code: 130, out: '' });
    expect(stopped.err).toContain(`stopped watching; shutdown/${instanceId} goes on`);
    const status = JSON.parse((await drawbridge(scene, 'status', instanceId, '--json')).out) as {
      instances: { phase: string; target: { state: string } }[];
    };
    expect(status.instances).toMatchObject([{ phase: 'draining', target: { state: 'draining' } }]);

    const forced = await drawbridge(scene, 'shutdown', instanceId, '--force', '--reason', 'rack on fire');
    expect(forced.code).toBe(1);
    expect(forced.out).toMatch(/forced by {5}\S+: rack on fire/);
    expect(forced.err).toMatch(/^drawbridge: DrainInterrupted: /m);
    expect(scene.deregistrations).toBe(1);
  });

  it('sees where an instance stands when its host is gone', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 300 });
    const { instance } = scene;
    const { instanceId, cluster } = instance;
    const agent = await instance.start();
    await agent.said('in service');
    await scene.startShutdown();
    await scene.drainBegins();
    agent.process.kill('SIGKILL');
    await agent.process.exited;
    const status = await drawbridge(scene, 'status', '--cluster', cluster);
    expect(status).toMatchObject({ code: 0, err: '' });
    expect(status.out).toMatch(new RegExp(`^${instanceId} +draining .*(4m \\d+s|5m 0s) +draining +lo$`, 'm'));
    expect(widest(status)).toBeLessThanOrEqual(80);
  });

  it('takes an instance out of the group that it is in, whatever the laptop says of other groups', async ({
    aScene,
  }) => {
    const scene = await aScene({ drainSeconds: 1 });
    const { instance, simulator } = scene;
    const { instanceId } = instance;
    const untagged = simulator.createTargetGroup({
      name: 'by-hand',
      vpcId: 'vpc-1',
      healthCheck: { intervalSeconds: 0.3, healthyThreshold: 2 },
    });
    const agent = await instance.start('--target-group-arn', untagged.arn);
    await agent.said('in service');

    const env = {
      ...simulator.environment(),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      DRAWBRIDGE_TARGET_GROUP_ARN: instance.targetGroupArn,
    };
    const begun = await new CommandRun(['shutdown', instanceId, '--no-wait', '--json'], env).ended;
    expect(begun).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(begun.out)).toEqual({
      workflowId: `shutdown/${instanceId}`,
      runId: expect.any(String) as string,
    });
    const receipt = await scene.receipt();
    expect(receipt).toMatchObject({ outcome: 'drained', registered: { targetGroupArn: untagged.arn } });
    expect(simulator.targetHealth(untagged.arn, instanceId).state).not.toBe('healthy');

    const back = await new CommandRun(['startup', instanceId], env).ended;
    expect(back.code).toBe(0);
    expect(simulator.targetHealth(untagged.arn, instanceId).state).toBe('healthy');
  });

  it('learns from status that nobody works on the cluster', async ({ aScene }) => {
    const scene = await aScene();
    await scene.startShutdown();
    const { code, out } = await drawbridge(scene, 'status', '--cluster', scene.cluster);
    expect(code).toBe(0);
    expect(out.replaceAll('\n', ' ')).toContain(
      'note: no worker polls the queue of this cluster, so nothing moves; start an agent, or',
    );
  });

  it('learns from verify that no fleet worker is there, also without waiting', async ({ aScene }) => {
    const scene = await aScene();
    const { cluster } = scene;
    expect(await drawbridge(scene, 'verify', cluster, '--no-wait')).toEqual({
      code: 0,
      out: `verify/${cluster} runs; drawbridge verify ${cluster}\n`,
      err: `drawbridge: no fleet worker serves cluster ${cluster}, so nothing moves; start one:\n  drawbridge worker --cluster ${cluster} --region <region>\n`,
    });
  });

  it('is told what is wrong in one line: no such instance, no cluster, a bad period, Temporal out of reach', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { instanceId } = scene.instance;
    const lines: [string[], number, RegExp][] = [
      [['status', 'web-1'], 2, /^drawbridge: web-1: found no instance id, expected an EC2 instance id such as i-/],
      [['status'], 2, /^drawbridge: --cluster: found nothing, expected a cluster name or an instance id/],
      [['shutdown', instanceId], 2, /^drawbridge: --cluster: found nothing, and Temporal knows nothing of i-/],
      [['shutdown', instanceId, '--drain', 'soon'], 2, /^drawbridge: --drain: found "soon", expected seconds from 0/],
      [['extend', instanceId, '3h'], 2, /^drawbridge: <time>: found 10800, expected seconds from 1 to 3600/],
      [['receipt', instanceId], 1, /^drawbridge: i-\w+: Temporal knows no shutdown of it/],
    ];
    for (const [args, code, line] of lines) {
      const said = await drawbridge(scene, ...args);
      expect(said, args.join(' ')).toMatchObject({ code, out: '', err: expect.stringMatching(line) as string });
      expect(said.err.trim().split('\n'), args.join(' ')).toHaveLength(1);
    }
    const unknown = await drawbridge(scene, 'status', instanceId, '--cluster', scene.cluster);
    expect(unknown).toMatchObject({ code: 0, err: '' });
    expect(unknown.out).toContain(`note: Temporal knows no life of ${instanceId}; is the id right?`);
    const away = await new CommandRun(['status', instanceId], { TEMPORAL_ADDRESS: '127.0.0.1:9' }).ended;
    expect(away).toMatchObject({ code: 1, out: '' });
    expect(away.err).toMatch(/^drawbridge: Temporal at 127\.0\.0\.1:9 cannot be reached: /);
  });
});
