import { describe, expect } from 'vitest';
import type { RealAgent } from '../support/agent.js';
import { it } from '../support/scene.js';

type Line = Record<string, unknown> & { readonly msg: string };

/** All that the agent said, once it is gone. */
async function linesOf(agent: RealAgent): Promise<Line[]> {
  await agent.process.exited;
  return agent.process.lastLines().map((line) => JSON.parse(line) as Line);
}

describe.concurrent('the log of a normal life', () => {
  it('is eleven lines, each with its instance and cluster, those of steps with workflow and step', async ({
    aScene,
  }) => {
    const { instance } = await aScene({ drainSeconds: 2, deregistrationDelaySeconds: 2 });
    const agent = await instance.start();
    await agent.said('in service');
    agent.process.kill('SIGTERM');
    const lines = await linesOf(agent);

    const startup = `startup/${instance.instanceId}`;
    const shutdown = `shutdown/${instance.instanceId}`;
    expect(lines.map(({ msg, workflowId, step }) => [msg, workflowId, step])).toEqual([
      ['agent started', undefined, undefined],
      ['connected to Temporal', undefined, undefined],
      ['target group found', startup, 'discoverTargetGroup'],
      ['target registered', startup, 'registerTarget'],
      ['target is healthy', startup, 'confirmHealthy'],
      ['tunnel found', startup, 'findTunnel'],
      ['in service', startup, undefined],
      ['leaving: health endpoint answers 503', undefined, undefined],
      ['target deregistered', shutdown, 'deregisterTarget'],
      ['the drain period begins', shutdown, 'drainPeriod'],
      ['out of service', shutdown, undefined],
    ]);
    for (const line of lines) {
      expect(line).toMatchObject({ instance: instance.instanceId, cluster: instance.cluster, level: 'info' });
      // Each says more than that it happened: with what, to what, by whom, until when.
      const known = ['level', 'time', 'instance', 'cluster', 'workflowId', 'step', 'msg'];
      expect(Object.keys(line).filter((name) => !known.includes(name))).not.toEqual([]);
      expect(JSON.stringify(line).length).toBeLessThan(400);
    }
    const times = lines.map(({ time }) => String(time));
    expect(times).toEqual([...times].sort());
  });

  it('says nothing of what is tried again, and why it is over where a step fails for good', async ({ aScene }) => {
    const { instance, simulator } = await aScene({ drainSeconds: 0, deregistrationDelaySeconds: 0 });
    simulator.addFault({ action: 'RegisterTargets', kind: 'error', code: 'Throttling', nth: 1 });
    // The first look is that of discover.
    simulator.addFault({ action: 'DescribeTargetHealth', kind: 'error', code: 'AccessDenied', nth: 2 });
    const agent = await instance.start();
    const lines = await linesOf(agent);
    const worth = lines.filter(({ level }) => level !== 'info');
    expect(worth.map(({ msg, step }) => [msg, step])).toEqual([
      ['step failed', 'confirmHealthy'],
      [expect.stringMatching(/^startup failed, undoing the registration: /), undefined],
      ['startup failed', undefined],
    ]);
  });
});
