import { describe, expect, vi } from 'vitest';
import { shutdownCalls, startupCalls } from '../support/calls.js';
import { askForShutdown, boundariesOf, drainBoundaries } from '../support/crash.js';
import type { Boundary } from '../support/crash.js';
import { expectDrained } from '../support/drained.js';
import { failureOf, recordHistory } from '../support/history.js';
import { start } from '../support/others.js';
import type { Other } from '../support/others.js';
import { it } from '../support/scene.js';

/** How much longer than its drain period a shutdown may take from the moment at which its host is gone. */
const graceSeconds = 15;

const { locate, deregister, confirm } = shutdownCalls;
const inTheMiddle = [
  ...boundariesOf(locate).slice(0, 1),
  // Nobody knows whether it was done.
  ...boundariesOf(deregister).slice(0, 2),
  ...boundariesOf(confirm).slice(0, 1),
];
const all: readonly [Other, readonly Boundary[]][] = [
  ['another agent', drainBoundaries],
  ['a fleet worker', [...inTheMiddle, ...drainBoundaries]],
];
const [, registered] = boundariesOf(startupCalls.register) as [Boundary, Boundary];
const rows = all.flatMap(([other, boundaries]) =>
  boundaries.map((boundary) => [other, boundary.step, boundary.moment, boundary] as const),
);

// 10 of the 15 s are Temporal's own timeouts: more of them beside each other would measure the machine.
vi.setConfig({ maxConcurrency: 2 });

describe.concurrent('a host that is gone for good', () => {
  // First, since it takes the longest.
  it('in the middle of its startup leaves no target behind: a fleet worker ends the startup and undoes it (I5)', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene();
    const { instance } = scene;
    await start('a fleet worker', scene, onTestFinished);
    const reached = registered.reached(scene);
    const agent = await instance.start('--healthy-window', '3');
    await reached;
    agent.process.kill('SIGKILL');

    const failure = await failureOf(scene.startup);
    expect(failure.type).toBe('HostLost');
    expect(scene.registrations).toBe(1);
    expect(instance.state()).toBe('draining');
  });

  it.for(rows)(
    'is replaced by %s at %s, %s: done within the drain period and 15 s, and drained for as long as asked (I3, I4)',
    async ([other, , , boundary], { aScene, onTestFinished }) => {
      const scene = await aScene();
      const { instance } = scene;
      await start(other, scene, onTestFinished);
      const agent = await instance.startInService();
      const reached = boundary.reached(scene);
      await askForShutdown(scene, agent, boundary);
      await reached;
      agent.process.kill('SIGKILL');
      const goneAt = Date.now();

      const { finishedAt } = await expectDrained(scene, boundary.atMost);
      if (boundary.step === locate.step) await recordHistory('shutdown-host-silent', scene.shutdown);
      const seconds = (Date.parse(finishedAt) - goneAt) / 1_000;
      expect(seconds).toBeLessThanOrEqual(scene.drainSeconds + graceSeconds);
    },
  );
});
