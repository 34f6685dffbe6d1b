import { rm, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RealAgent } from './agent.js';
import { shutdownCalls } from './calls.js';
import type { Call } from './calls.js';
import type { AtMost } from './drained.js';
import type { Scene } from './scene.js';

/** When a step is cut short, seen from the one call that makes its effect. */
export const moments = [
  'before the call takes effect',
  'after the effect, before the reply',
  'after the reply',
] as const;
export type Moment = (typeof moments)[number];

/** A point in a life at which the agent is killed. */
export interface Boundary {
  readonly step: string;
  readonly moment: string;
  /** Further flags for the agent, so that the boundary can be seen. */
  readonly args?: (scene: Scene) => readonly string[];
  /** Called before the step begins; resolves at the boundary. */
  readonly reached: (scene: Scene) => Promise<unknown>;
  /** Called once the agent is dead. */
  readonly afterwards?: (scene: Scene) => Promise<unknown>;
  /** The most requests that may be sent. @default 1 of each */
  readonly atMost?: AtMost;
}

/** Asks for the shutdown: the agent does where the target is known, somebody with a client where it has to be located. */
export const askForShutdown = async (scene: Scene, agent: RealAgent, { step }: Boundary): Promise<unknown> =>
  step === shutdownCalls.locate.step ? scene.startShutdown() : agent.process.kill('SIGTERM');

/** Boundaries as rows of a table, for a title. */
export const rowsOf = (boundaries: readonly Boundary[]) =>
  boundaries.map((boundary) => [boundary.step, boundary.moment, boundary] as const);

/** The three boundaries of a call: told by the simulator's faults and journal, and by the workflow's history. */
export function boundariesOf({ step, workflow, activity, action, nth = 1, path, atBoot, ...call }: Call): Boundary[] {
  const about = (scene: Scene) => ({
    action,
    nth,
    instanceId: scene.instance.instanceId,
    ...(path === undefined ? {} : { resource: path }),
  });
  const reached: Record<Moment, (scene: Scene) => Promise<unknown>> = {
    'before the call takes effect': (scene) => {
      scene.simulator.addFault({ kind: 'hang', ...about(scene) });
      return scene.nthRequest(action, nth, path);
    },
    'after the effect, before the reply': (scene) => {
      scene.simulator.addFault({ kind: 'latency', ms: 600_000, ...about(scene) });
      return scene.nthRequest(action, nth, path);
    },
    'after the reply': async (scene) => {
      await scene.nthRequest(action, nth, path);
      await scene.done(scene[workflow], activity);
    },
  };
  return moments.map((moment) => ({
    step,
    moment,
    reached: (scene) => {
      if (atBoot) scene.simulator.addFault({ kind: 'status', status: 503, ...about(scene), nth: 1 });
      return reached[moment](scene);
    },
    atMost: (moment === 'after the reply' ? call.nextAtMost : call.atMost) ?? {},
  }));
}

/** Looking for the tunnel asks nobody but the kernel and changes nothing: the history tells when it begins and ends. */
export const tunnelBoundaries: readonly Boundary[] = [
  {
    step: 'await tunnel',
    moment: 'while it looks',
    args: () => ['--tunnel-device', 'gone0', '--tunnel-policy', 'warn', '--tunnel-window', '2'],
    reached: async (scene) => {
      await scene.nthRequest('RegisterTargets');
      await scene.begun(scene.startup, 'findTunnel');
    },
  },
  {
    step: 'await tunnel',
    moment: 'after the reply',
    reached: async (scene) => {
      await scene.nthRequest('RegisterTargets');
      await scene.done(scene.startup, 'findTunnel');
    },
    // Without a controller config nothing comes after it: where the startup could end, another one runs.
    atMost: { RegisterTargets: 2 },
  },
];

/** Its effect is a file: it cannot be written while something else is where its folder should be, and is seen when it is there. */
export const configBoundaries: readonly Boundary[] = [
  {
    step: 'controller config',
    moment: 'before the file is written',
    args: ({ folder }) => ['--controller-config', join(folder, 'taken', 'config.json')],
    reached: async (scene) => {
      await Promise.all([writeFile(join(scene.folder, 'taken'), ''), scene.nthRequest('RegisterTargets')]);
      await scene.begun(scene.startup, 'writeControllerConfig');
    },
    afterwards: ({ folder }) => rm(join(folder, 'taken')),
  },
  {
    step: 'controller config',
    moment: 'as soon as the file is written',
    args: ({ folder }) => ['--controller-config', join(folder, 'config.json')],
    reached: ({ folder }) => appears(folder, 'config.json'),
    // Where the reply got through, the agent that is started again runs a startup of its own.
    atMost: { RegisterTargets: 2 },
  },
  {
    step: 'controller config',
    moment: 'after the reply',
    reached: async (scene) => {
      await scene.nthRequest('RegisterTargets');
      await scene.startup.result();
    },
    atMost: { RegisterTargets: 2 },
  },
];

/** The drain is a timer: nothing of it is in the agent. */
export const drainBoundaries: readonly Boundary[] = [
  {
    step: 'drain',
    moment: 'as the period begins',
    reached: async (scene) => {
      await scene.nthRequest('DeregisterTargets');
      await scene.drainBegins();
    },
  },
];

async function appears(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}
