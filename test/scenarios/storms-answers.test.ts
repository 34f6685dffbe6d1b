import { describe, expect } from 'vitest';
import type { FaultRule } from '../../src/simulator/simulator.js';
import { expectDrained, expectPeriodKept } from '../support/drained.js';
import { it } from '../support/scene.js';
import { hitEachOnce, hitEverything } from '../support/storm.js';
import type { AwsAction } from '../support/storm.js';

const left = { code: 0, signal: null };

describe.concurrent('a reply that is lost after the effect', () => {
  const mutating = ['RegisterTargets', 'DeregisterTargets'] as const;
  const losses = ['resetAfter', 'truncatedBody', 'emptyBody'] as const;

  it.for(mutating.flatMap((action) => losses.map((kind) => [action, kind] as const)))(
    'to %s (%s) makes it be sent again at most once, and changes nothing (I9)',
    async ([action, kind], { aScene }) => {
      const scene = await aScene({ drainSeconds: 1 });
      scene.simulator.addFault({ kind, action, count: 1 });
      const agent = await scene.instance.startInService();
      expect(await agent.leave()).toEqual(left);
      await expectDrained(scene, { [action]: 2 });
    },
  );
});

describe.concurrent('a server error of AWS', () => {
  it.for<[string, FaultRule]>([
    ['InternalFailure', { kind: 'error', code: 'InternalFailure', status: 500 }],
    ['ServiceUnavailable', { kind: 'error', code: 'ServiceUnavailable', status: 503 }],
    ['a bare 500', { kind: 'status', status: 500 }],
    ['the 502 page of a proxy', { kind: 'html502' }],
    ['a connection that is reset', { kind: 'resetBefore' }],
  ])('(%s), once for each call of a life, costs one more attempt each (I8, I9)', async ([, fault], { aScene }) => {
    const scene = await aScene();
    hitEachOnce(scene.simulator, fault);
    const agent = await scene.instance.startInService();
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene, { RegisterTargets: 2, DeregisterTargets: 2 });
    const attempts = scene.simulator.journal.flatMap(({ attempt }) => attempt ?? []);
    expect(new Set(attempts), 'I8: the SDK tries nothing again').toEqual(new Set([1]));
  });
});

describe.concurrent('a slow AWS', () => {
  it('that takes 3 s for every answer, within its 5 s, makes nothing fail and nothing be sent twice', async ({
    aScene,
  }) => {
    const scene = await aScene();
    hitEverything(scene.simulator, { kind: 'latency', ms: 3_000 });
    const agent = await scene.instance.startInService();
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene);
    const once: readonly AwsAction[] = ['GetResources', 'DescribeTargetGroups', 'DescribeInstances'];
    for (const action of once) expect(scene.instance.requests(action), action).toHaveLength(1);
  });

  it('that takes more than its 5 s is asked again, and what it did after all is done once (I9)', async ({ aScene }) => {
    const scene = await aScene();
    hitEachOnce(scene.simulator, { kind: 'latency', ms: 6_000 });
    const agent = await scene.instance.startInService();
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene, { RegisterTargets: 2, DeregisterTargets: 2 });
  });
});

describe.concurrent('a drain period that is the deregistration delay of the group', () => {
  it('is that delay, although AWS throttles the first two requests for it (I4)', async ({ aScene }) => {
    const scene = await aScene({ deregistrationDelaySeconds: 6 });
    const action = 'DescribeTargetGroupAttributes';
    scene.simulator.addFault({ kind: 'error', code: 'Throttling', action, count: 2 });
    const agent = await scene.instance.startInService('--drain', 'deregistration-delay');
    expect(await agent.leave()).toEqual(left);
    const receipt = await scene.receipt();
    expect(receipt).toMatchObject({ outcome: 'drained', drainPeriodSeconds: 6, warnings: [] });
    await expectPeriodKept(scene.shutdown, receipt, 6);
  });
});

describe.concurrent('a deregistration delay that is over before anybody looks', () => {
  it.for([
    [0, 'with a group that has none'],
    [2, 'with the host dying while draining is confirmed'],
  ] as const)(
    '(%i s, %s) does not end the drain period: GWLB goes on sending existing flows (I4)',
    async ([deregistrationDelaySeconds], { aScene }) => {
      const scene = await aScene({ deregistrationDelaySeconds, drainSeconds: 4 });
      const first = await scene.instance.startInService();
      if (deregistrationDelaySeconds > 0) {
        scene.simulator.addFault({ kind: 'hang', action: 'DescribeTargetHealth', count: 1 });
      }
      first.process.kill('SIGTERM');
      await scene.nthRequest('DescribeTargetHealth');
      if (deregistrationDelaySeconds > 0) {
        first.process.kill('SIGKILL');
        await first.process.exited;
        const { targetGroupArn, instanceId } = scene.instance;
        await scene.simulator.awaitTargetState(targetGroupArn, instanceId, 'unused');
        await scene.instance.start();
      }
      const receipt = await scene.shutdown.result();
      expect(receipt).toMatchObject({ outcome: 'drained', drainingAt: receipt.deregisteredAt, drainPeriodSeconds: 4 });
      expect(receipt.drainedSeconds).toBeGreaterThanOrEqual(4);
      expect(receipt.warnings).toContain(
        `AWS's own deregistration delay of ${deregistrationDelaySeconds} s was over before the target was seen draining`,
      );
      expect(scene.requests('DeregisterTargets')).toHaveLength(1);
    },
  );
});

describe.concurrent('credentials that expire', () => {
  const expired = { kind: 'error', code: 'ExpiredToken', status: 403, window: { forSeconds: 6 } } as const;

  it('in the middle of a startup hold it up until there are new ones', async ({ aScene }) => {
    const scene = await aScene();
    const discovering = scene.nthRequest('GetResources');
    const agent = await scene.instance.start();
    await discovering;
    hitEverything(scene.simulator, expired);
    await agent.said('in service');
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene, { RegisterTargets: 6 });
  });

  it('at SIGTERM hold the shutdown up until there are new ones, and the drain is a whole one (I3, I4)', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const agent = await scene.instance.startInService();
    hitEverything(scene.simulator, expired);
    expect(await agent.leave()).toEqual(left);
    await expectDrained(scene, { DeregisterTargets: 6 });
  });

  it('while draining is confirmed cut no flows (I4)', async ({ aScene }) => {
    const scene = await aScene();
    const agent = await scene.instance.startInService();
    const accepted = scene.nthRequest('DeregisterTargets');
    agent.process.kill('SIGTERM');
    await accepted;
    hitEverything(scene.simulator, expired);
    expect(await agent.process.exited).toEqual(left);
    await expectDrained(scene);
  });
});

describe.concurrent('a metadata service that is gone after boot', () => {
  it.for(['hang', 'resetBefore'] as const)(
    'for as long as the agent lives (%s) is harmless: it comes into service and leaves as ever',
    async (kind, { aScene }) => {
      const scene = await aScene();
      const agent = await scene.instance.start();
      await agent.said('agent started');
      scene.simulator.addFault({ kind, service: 'imds' });
      await agent.said('in service');
      expect(await agent.leave()).toEqual(left);
      await expectDrained(scene);
    },
  );
});
