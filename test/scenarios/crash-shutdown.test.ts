import { describe, expect, vi } from 'vitest';
import { shutdownCalls } from '../support/calls.js';
import { askForShutdown, boundariesOf, drainBoundaries, rowsOf } from '../support/crash.js';
import { expectDrained } from '../support/drained.js';
import { it } from '../support/scene.js';

const boundaries = [...Object.values(shutdownCalls).flatMap((call) => boundariesOf(call)), ...drainBoundaries];

// To the second: more of them beside each other would measure the machine.
vi.setConfig({ maxConcurrency: 3 });

describe.concurrent('an agent that is killed in the middle of its shutdown and started again', () => {
  it.for(rowsOf(boundaries))(
    'at %s, %s, goes on where it was and drains once (I3, I4, I9)',
    async ([, , boundary], { aScene }) => {
      // Long enough that the agent is back when it ends, also beside four others that start.
      const scene = await aScene({ drainSeconds: 12 });
      const { instance } = scene;
      const first = await instance.startInService();
      const reached = boundary.reached(scene);
      await askForShutdown(scene, first, boundary);
      await reached;
      first.process.kill('SIGKILL');
      await first.process.exited;

      const second = await instance.start();
      await second.said('a shutdown of this instance is running, going on with it');
      expect(await second.process.exited).toEqual({ code: 0, signal: null });
      await expectDrained(scene, boundary.atMost);
    },
  );

  it('as its drain period ends, before it knows, ends the drain as soon as it is back (I4)', async ({ aScene }) => {
    const scene = await aScene();
    const { instance } = scene;
    const first = await instance.startInService();
    first.process.kill('SIGTERM');
    await scene.drainBegins();
    first.process.kill('SIGSTOP');
    await scene.event(scene.shutdown, ({ timerFiredEventAttributes }) => Boolean(timerFiredEventAttributes));
    first.process.kill('SIGKILL');
    await first.process.exited;

    const second = await instance.start();
    await second.said('a shutdown of this instance is running, going on with it');
    expect(await second.process.exited).toEqual({ code: 0, signal: null });
    // Nobody was there as it ended: it lasts until the next agent is.
    await expectDrained(scene, { lateSeconds: 10 });
  });

  it('as the shutdown is over, before it ended itself, has lost nothing: the next one comes into service anew', async ({
    aScene,
  }) => {
    const scene = await aScene();
    const { instance } = scene;
    const first = await instance.startInService();
    first.process.kill('SIGTERM');
    await scene.drainBegins();
    await scene.shutdown.result();
    first.process.kill('SIGKILL');
    await first.process.exited;
    await expectDrained(scene);

    const second = await instance.startInService();
    expect(scene.registrations).toBe(2);
    expect(await second.leave()).toEqual({ code: 0, signal: null });
    expect(scene.deregistrations).toBe(2);
  });
});
