import type { InstanceOptions, Simulator } from '../simulator/simulator.js';
import { spawnAgent } from './agent-process.js';
import { startDataplane } from './dataplane.js';
import type { Dataplane } from './dataplane.js';
import { freePort, loopback } from './ports.js';
import type { Supervised } from './supervised.js';

/** One appliance with Drawbridge: a simulated instance, the stand-in for its dataplane, and the real agent process on it. */
export interface Appliance {
  readonly instanceId: string;
  readonly dataplane: Dataplane;
  /** Starts the agent; again after it was killed. */
  start(): Promise<Supervised>;
}

export interface ApplianceOptions {
  readonly instanceId: string;
  readonly place: Pick<InstanceOptions, 'vpcId' | 'tags'>;
  readonly temporalAddress: string;
  readonly drainSeconds: number;
  readonly onLine: (line: string) => void;
}

/** Makes the instance and its dataplane; its health checks ask the agent's real endpoint, once that was started. */
export async function createAppliance(
  aws: Simulator,
  { instanceId, place, temporalAddress, drainSeconds, onLine }: ApplianceOptions,
): Promise<Appliance> {
  const [port, dataplane] = await Promise.all([freePort(), startDataplane()]);
  await aws.createInstance({
    instanceId,
    ...place,
    probe: 'real',
    probeAddress: { host: loopback, port },
    dataplaneAddress: dataplane.address,
  });
  const args = [
    ...['--health-host', loopback, '--health-port', String(port)],
    ...['--drain', String(drainSeconds), '--tunnel-device', 'lo'],
  ];
  const start = () =>
    spawnAgent({ name: `agent ${instanceId}`, temporalAddress, aws: aws.environment(instanceId), args, onLine });
  return { instanceId, dataplane, start };
}
