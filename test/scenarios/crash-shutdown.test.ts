import { describe, expect } from 'vitest';
import { shutdownCalls } from '../support/calls.js';
import { askForShutdown, boundariesOf, drainBoundaries, rowsOf } from '../support/crash.js';
import { expectDrained } from '../support/drained.js';
import { it } from '../support/scene.js';

const boundaries = [...Object.values(shutdownCalls).flatMap((call) => boundariesOf(call)), ...drainBoundaries];

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
});
