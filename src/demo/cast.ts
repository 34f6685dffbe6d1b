import { freePort } from './ports.js';
import { spawnAgent } from './agent-process.js';
import type { Supervised } from './supervised.js';
import { startSimulator } from '../simulator/simulator.js';
import type { Simulator } from '../simulator/simulator.js';

export const cluster = 'demo';
const vpcId = 'vpc-0demo0000000000a';

/** One appliance of the demo: a simulated instance, and the real agent process on it. */
export interface Appliance {
  readonly instanceId: string;
  /** Starts the agent; again after it was killed. */
  start(): Promise<Supervised>;
}

export interface Cast {
  readonly aws: Simulator;
  readonly targetGroupArn: string;
  readonly appliances: readonly Appliance[];
}

export interface CastOptions {
  readonly temporalAddress: string;
  readonly drainSeconds: number;
  readonly onLine: (instanceId: string, line: string) => void;
}

/** An AWS with one target group and three instances whose health checks ask the agents' real endpoints. */
export async function assemble({ temporalAddress, drainSeconds, onLine }: CastOptions): Promise<Cast> {
  const aws = await startSimulator({});
  const group = aws.createTargetGroup({
    name: 'demo-appliances',
    vpcId,
    tags: { 'neuwerk:cluster': cluster },
    attributes: { 'deregistration_delay.timeout_seconds': String(drainSeconds) },
    registrationDelaySeconds: 1,
    healthCheck: {
      protocol: 'HTTP',
      path: '/health',
      intervalSeconds: 1,
      timeoutSeconds: 1,
      healthyThreshold: 3,
      unhealthyThreshold: 2,
    },
  });
  const appliances = await Promise.all(
    ['i-0000000000000000a', 'i-0000000000000000b', 'i-0000000000000000c'].map(appliance),
  );
  return { aws, targetGroupArn: group.arn, appliances };

  async function appliance(instanceId: string): Promise<Appliance> {
    const port = await freePort();
    await aws.createInstance({
      instanceId,
      vpcId,
      tags: { 'neuwerk:cluster': cluster },
      probe: 'http',
      probeAddress: { host: '127.0.0.1', port },
    });
    const args = [
      '--health-host',
      '127.0.0.1',
      '--health-port',
      String(port),
      '--drain',
      String(drainSeconds),
      '--tunnel-device',
      'lo',
    ];
    const start = () =>
      spawnAgent({
        name: `agent ${instanceId}`,
        temporalAddress,
        aws: aws.environment(instanceId),
        args,
        onLine: (line) => onLine(instanceId, line),
      });
    return { instanceId, start };
  }
}
