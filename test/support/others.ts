import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { TestContext } from 'vitest';
import { spawnAgent } from '../../src/demo/agent-process.js';
import { freePort } from '../../src/demo/ports.js';
import type { Supervised } from '../../src/demo/supervised.js';
import { clusterTag } from '../../src/domain/ids.js';
import type { Scene } from './scene.js';
import { takeTurn } from './turn.js';

/** Who else of the cluster works on its fleet queue. */
export type Other = 'another agent' | 'a fleet worker';

/** Starts the other one, and resolves once it works. It ends with the test. */
export function start(other: Other, scene: Scene, onTestFinished: TestContext['onTestFinished']): Promise<Supervised> {
  return other === 'another agent' ? anotherAgent(scene, onTestFinished) : aFleetWorker(scene, onTestFinished);
}

/** An agent on another instance of the same cluster, in service. */
async function anotherAgent(scene: Scene, onTestFinished: TestContext['onTestFinished']): Promise<Supervised> {
  const instanceId = `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
  const tags = { [clusterTag]: scene.cluster };
  await scene.simulator.createInstance({ instanceId, vpcId: 'vpc-1', tags, probe: 'healthy' });
  const port = String(await freePort());
  return spawned('agent', 'in service', {
    aws: scene.simulator.environment(instanceId),
    args: ['--health-host', '127.0.0.1', '--health-port', port, '--drain', '0', '--tunnel-device', 'lo'],
    onTestFinished,
  });
}

async function aFleetWorker(scene: Scene, onTestFinished: TestContext['onTestFinished']): Promise<Supervised> {
  return spawned('worker', 'fleet worker started', {
    aws: scene.simulator.environment(),
    args: ['--cluster', scene.cluster, '--region', scene.simulator.region],
    onTestFinished,
  });
}

interface Spawning {
  readonly aws: Record<string, string>;
  readonly args: readonly string[];
  readonly onTestFinished: TestContext['onTestFinished'];
}

async function spawned(
  command: 'agent' | 'worker',
  ready: string,
  { aws, args, onTestFinished }: Spawning,
): Promise<Supervised> {
  let isReady = (): void => undefined;
  const works = new Promise<void>((resolve) => (isReady = resolve));
  const turn = takeTurn('last');
  await turn.begins;
  const process = await spawnAgent({
    name: `another ${command}`,
    temporalAddress: inject('temporalAddress'),
    aws,
    args,
    command,
    onLine: (line) => line.includes(`"${ready}"`) && isReady(),
  });
  onTestFinished(() => void process.stop(0));
  const ended = process.exited.then(() => {
    throw new Error(`${process.name} ended before it said "${ready}":\n${process.lastLines().join('\n')}`);
  });
  await Promise.race([works, ended]).finally(() => turn.end());
  ended.catch(() => undefined);
  return process;
}
