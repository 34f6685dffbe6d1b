import { expect, inject } from 'vitest';
import type { TestContext } from 'vitest';
import { spawnSupervised } from '../../src/demo/supervised.js';
import { clusterTag } from '../../src/domain/ids.js';
import { startSimulator } from '../../src/simulator/simulator.js';

/** An agent that was packed up and put elsewhere. */
export interface Packaged {
  /** Such as `node` and the program's file. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly instanceId: string;
}

/** It brings its instance into service, and takes it out on SIGTERM. */
export async function expectWholeLife(packaged: Packaged, { onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const { command, cwd, env, instanceId } = packaged;
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const common = { vpcId: 'vpc-1', tags: { [clusterTag]: `packaged-${instanceId}` } };
  const healthCheck = { intervalSeconds: 0.5, healthyThreshold: 2 };
  const group = simulator.createTargetGroup({ ...common, name: 'packaged', registrationDelaySeconds: 0, healthCheck });
  await simulator.createInstance({ ...common, instanceId, probe: 'healthy' });

  let isInService = (): void => undefined;
  const inService = new Promise<void>((resolve) => (isInService = resolve));
  const [program, ...args] = command;
  const flags = ['--health-host', '127.0.0.1', '--health-port', '0', '--metrics-port', '0', '--tunnel-device', 'lo'];
  const agent = await spawnSupervised(program, [...args, 'agent', ...flags, '--drain', '1'], {
    name: `packaged agent of ${instanceId}`,
    cwd,
    env: { ...env, ...simulator.environment(instanceId), TEMPORAL_ADDRESS: inject('temporalAddress') },
    onLine: (line) => {
      if (line.includes('"in service"')) isInService();
    },
  });
  onTestFinished(() => void agent.stop(0));
  const tooEarly = agent.exited.then(({ code }) => {
    throw new Error(`the agent ended with ${String(code)} before it was in service:\n${agent.lastLines().join('\n')}`);
  });
  await Promise.race([inService, tooEarly]);
  const target = () => simulator.targetHealth(group.arn, instanceId).state;
  expect(target()).toBe('healthy');
  agent.kill('SIGTERM');
  expect(await agent.exited, agent.lastLines().join('\n')).toMatchObject({ code: 0 });
  expect(target()).toBe('draining');
}
