import { describe, expect } from 'vitest';
import { startupCalls, undoCall } from '../support/calls.js';
import { boundariesOf, configBoundaries, rowsOf, tunnelBoundaries } from '../support/crash.js';
import { expectDrained } from '../support/drained.js';
import { failureOf, spanOf } from '../support/history.js';
import { it } from '../support/scene.js';

const boundaries = [
  ...Object.values(startupCalls).flatMap((call) => boundariesOf(call)),
  ...tunnelBoundaries,
  ...configBoundaries,
];

describe.concurrent('an agent that is killed in the middle of its startup and started again', () => {
  it.for(rowsOf(boundaries))(
    'at %s, %s, comes into service, registered once, and leaves as if nothing had been (I4, I5, I9)',
    async ([, , boundary], { aScene }) => {
      const scene = await aScene();
      const args = boundary.args?.(scene) ?? [];
      const { instance } = scene;
      const reached = boundary.reached(scene);
      const first = await instance.start(...args);
      await reached;
      first.process.kill('SIGKILL');
      await first.process.exited;
      await boundary.afterwards?.(scene);

      const second = await instance.startInService(...args);
      await scene.simulator.awaitTargetState(instance.targetGroupArn, instance.instanceId, 'healthy');
      expect(await second.leave()).toEqual({ code: 0, signal: null });
      await expectDrained(scene, boundary.atMost);
    },
  );

  it('is not missed: what it had in hand is tried again by the next one at once, within the same window', async ({
    aScene,
  }) => {
    const windowSeconds = 14;
    const scene = await aScene({ probe: 'unhealthy' });
    const { instance } = scene;
    const args = ['--healthy-window', String(windowSeconds)];
    const looked = scene.nthRequest('DescribeTargetHealth', 4);
    const first = await instance.start(...args);
    await looked;
    first.process.kill('SIGKILL');
    await first.process.exited;

    const second = await instance.start(...args);
    expect((await failureOf(scene.startup)).message).toMatch(/ after 14 s, expected healthy/);
    expect(await second.process.exited).toEqual({ code: 1, signal: null });
    const { attempt, lastFailure, seconds } = await spanOf(scene.startup, 'confirmHealthy');
    expect({ attempt, lastFailure }).toEqual({
      attempt: 2,
      lastFailure: expect.stringMatching(
        /^the agent that had taken this step is gone \(drawbridge i-\w+ pid \d+ since .*\)/,
      ) as string,
    });
    // A heartbeat is missed after the window and 15 s.
    expect(seconds).toBeLessThan(windowSeconds + 4);
  });

  // Once the reply is in, the startup is over, and the next agent rightly runs another one.
  it.for(rowsOf(boundariesOf(undoCall).slice(0, 2)))(
    'that fails, at %s, %s, leaves no target behind and says why (I5, I9)',
    async ([, , boundary], { aScene }) => {
      const scene = await aScene({ probe: 'unhealthy' });
      const { instance } = scene;
      const reached = boundary.reached(scene);
      const first = await instance.start('--healthy-window', '1');
      await reached;
      first.process.kill('SIGKILL');
      await first.process.exited;

      const second = await instance.start('--healthy-window', '1');
      expect((await failureOf(scene.startup)).type).toBe('HealthTimeout');
      expect(await second.process.exited).toEqual({ code: 1, signal: null });
      expect(scene.registrations).toBe(1);
      expect(scene.deregistrations).toBe(1);
      expect(scene.requests('DeregisterTargets').length).toBeLessThanOrEqual(2);
      expect(instance.state()).toBe('draining');
    },
  );
});
