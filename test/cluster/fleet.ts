import { Client } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createAwsActivities, createHostActivities } from '../../src/activities/index.js';
import type { Aws } from '../../src/aws/api.js';
import { connectAws } from '../../src/aws/clients.js';
import { clusterTag, fleetQueue, hostQueue } from '../../src/domain/ids.js';
import { openHealthEndpoint } from '../../src/host/health-endpoint.js';
import type { HealthEndpoint } from '../../src/host/health-endpoint.js';
import { connectImds } from '../../src/host/imds.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.js';
import { openLog } from '../../src/telemetry/log.js';
import { openRecorder } from '../../src/telemetry/process-basics.js';
import { installRuntime } from '../../src/telemetry/runtime.js';
import { beginShutdown, beginStartup } from '../../src/temporal/begin.js';
import { composeHost } from '../../src/workers/host.js';
import { livesOver } from '../../src/workers/lives.js';
import { Measures } from '../../src/workers/measures.js';
import { startWorkers } from '../../src/workers/workers.js';
import type { Workers } from '../../src/workers/workers.js';

const cluster = 'fw-prod';
const common = { vpcId: 'vpc-1', tags: { [clusterTag]: cluster } };
const delaySeconds = 300;

/** How many of each share the frontends: with two frontends, each of those has one of both. */
const connections = 2;

interface Appliance {
  readonly instanceId: string;
  readonly imdsEndpoint: string;
}

/**
 * Many appliances of one cluster in one process: what each agent has on its host queue, and for its share of the fleet queue
 * two fleet workers.
 */
export class Fleet {
  readonly ids: readonly string[];
  readonly simulator: Simulator;
  readonly targetGroupArn: string;
  readonly delaySeconds = delaySeconds;
  readonly #stops: (() => Promise<unknown>)[] = [];
  #client: Client | undefined;

  private constructor(simulator: Simulator, ids: readonly string[]) {
    this.simulator = simulator;
    this.ids = ids;
    const attributes = { 'deregistration_delay.timeout_seconds': String(delaySeconds) };
    this.targetGroupArn = simulator.createTargetGroup({ ...common, name: 'firewalls', attributes }).arn;
  }

  static async start(size: number, temporalAddress: string, options: SimulatorOptions): Promise<Fleet> {
    installRuntime(() => openLog('error', {}));
    const simulator = await startSimulator(options);
    Object.assign(process.env, simulator.environment());
    const ids = Array.from({ length: size }, (_, index) => `i-${index.toString(16).padStart(17, '0')}`);
    const fleet = new Fleet(simulator, ids);
    try {
      await fleet.#poll(temporalAddress);
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  startup(instanceId: string): Promise<WorkflowHandle> {
    return beginStartup(
      this.client,
      cluster,
      { instanceId, tunnel: { device: 'lo' }, trigger: 'test' },
      { drain: undefined },
    );
  }

  async shutdown(instanceId: string, drain: number): Promise<WorkflowHandle> {
    return (await beginShutdown(this.client, cluster, { instanceId, drain, trigger: 'test' })).handle;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('the fleet has no client, expected one after its start');
    return this.#client;
  }

  /** Those whose target is in this state, as AWS sees it. */
  inState(state: string): readonly string[] {
    return this.ids.filter((id) => this.simulator.targetHealth(this.targetGroupArn, id).state === state);
  }

  /** How often each target came into the group, or left it: a repeated call without effect does not count. */
  changes(way: 'in' | 'out'): readonly number[] {
    const reason = way === 'in' ? 'Elb.RegistrationInProgress' : 'Target.DeregistrationInProgress';
    const { transitions } = this.simulator;
    return this.ids.map(
      (id) => transitions.filter(({ targetId, to }) => targetId === id && to.reason === reason).length,
    );
  }

  /** In the order in which things lean on each other. Safe to repeat. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
    await this.simulator.close();
  }

  async #poll(address: string): Promise<void> {
    const aws = connectAws(this.simulator.region);
    const measures = new Measures(openRecorder({ version: 'test', role: 'worker' }));
    for (let worker = 0; worker < connections; worker += 1) {
      const workers: Workers = await startWorkers({
        connection: { address },
        namespace: 'default',
        cluster,
        aws,
        measures,
      });
      this.#stops.push(() => workers.stop());
      this.#client ??= workers.client;
    }
    const hosts: NativeConnection[] = [];
    for (let host = 0; host < connections; host += 1) {
      const connection = await NativeConnection.connect({ address });
      this.#stops.push(() => connection.close());
      hosts.push(connection);
    }
    for (const [index, instanceId] of this.ids.entries()) {
      const appliance = await this.simulator.createInstance({ ...common, instanceId, probe: 'healthy' });
      const connection = hosts[index % connections];
      if (connection !== undefined) await this.#host(appliance, connection, aws);
    }
  }

  async #host({ instanceId, imdsEndpoint }: Appliance, connection: NativeConnection, aws: Aws): Promise<void> {
    const health: HealthEndpoint = await openHealthEndpoint({ host: '127.0.0.1', port: 0 });
    this.#stops.push(() => health.close());
    const host = composeHost({ imds: connectImds(imdsEndpoint), health, configFile: undefined });
    const worker = await Worker.create({
      connection,
      taskQueue: hostQueue(fleetQueue(cluster), instanceId),
      activities: {
        ...createAwsActivities({ ...aws, lives: livesOver(new Client({ connection })), host }),
        ...createHostActivities({ host }),
      },
      activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 1, maximum: 2 },
      shutdownForceTime: '10s',
    });
    const run = worker.run();
    this.#stops.push(() => {
      worker.shutdown();
      return run;
    });
  }
}
