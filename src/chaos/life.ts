import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence } from './evidence.js';
import { gather } from './gather.js';
import { Happenings } from './happenings.js';
import { Host } from './host.js';
import { Landmarks } from './landmarks.js';
import { boundMs } from './bounds.js';
import { startCompany } from './company.js';
import type { LiveCompany } from './company.js';
import type { Plan } from './plan.js';
import type { Stage } from './stage.js';
import { openWorkflows } from './workflow-runs.js';
import { createWorld } from './world.js';

/** When the way out begins although the life never got where it was to begin. */
const hopelessMs = 30_000;

const askAgainMs = 200;

/** The simulated flows look for their target's process four times a second. */
const noticedMs = 600;

/** Lives a planned life, and tells what was seen of it. Leaves nothing behind. */
export async function live(stage: Stage, plan: Plan): Promise<Evidence> {
  const { simulator, client } = stage;
  const beganAt = Date.now();
  const world = await createWorld(stage, plan);
  const landmarks = new Landmarks();
  const host = await Host.create(stage, plan, world, (message) => {
    if (message === 'in service' || message === 'startup failed') landmarks.reach(message);
  });
  const happenings = new Happenings({ stage, plan, world, host, landmarks });
  const over = new AbortController();
  let company: LiveCompany | undefined;
  try {
    company = await startCompany(stage, plan, world);
    const tooLong = pause(boundMs(plan), true, { signal: over.signal });
    tooLong.catch(() => undefined);
    const isStuck = await Promise.race([tell(), tooLong]);
    const stuckIn = isStuck ? await whereItStands() : undefined;
    happenings.end();
    await powerOff();
    await company?.leave();
    return await gather({ stage, plan, world, host, company, acts: happenings.acts, beganAt, stuckIn });
  } finally {
    over.abort();
    happenings.end();
    company?.close();
    host.close();
    world.clear();
  }

  /** @returns false: it was not too long. */
  async function tell(): Promise<boolean> {
    seeLandmarks();
    happenings.arm();
    await host.start();
    landmarks.reach('start');
    const hopeless = pause(hopelessMs, undefined, { signal: over.signal });
    hopeless.catch(() => undefined);
    await Promise.race([happenings.moment(plan.wayOut.at), host.done, hopeless]);
    landmarks.reach('way out');
    await happenings.wayOut();
    while (!over.signal.aborted && !(await isOver())) await pause(askAgainMs);
    return false;
  }

  /** Where nobody is left to go on, nothing goes on. */
  async function isOver(): Promise<boolean> {
    if (!host.isDone) return false;
    if (plan.company === 'nobody') return true;
    return (await openWorkflows(client, plan.instanceId)).length === 0;
  }

  /** The appliance's process ends with its host; what it still carried is cut, and AWS's flows take a moment to see it. */
  async function powerOff(): Promise<void> {
    world.dataplane.stop();
    await pause(noticedMs);
  }

  async function whereItStands(): Promise<string> {
    const open = await openWorkflows(client, plan.instanceId);
    const running = host.running === undefined ? [] : ['the agent runs'];
    return [...running, ...open.map((id) => `${id} is open`)].join(', ') || 'nothing runs';
  }

  function seeLandmarks(): void {
    const states = { initial: 'registered', healthy: 'healthy', draining: 'draining' } as const;
    for (const [state, landmark] of Object.entries(states)) {
      void simulator
        .awaitTargetState(world.arn, world.targetId, state as keyof typeof states)
        .then(() => landmarks.reach(landmark));
    }
  }
}
