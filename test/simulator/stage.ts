import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { ServiceName } from '../../src/simulator/services/service.js';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.js';
import { ManualClock, startSimulator } from '../../src/simulator/simulator.js';
import type { WireAnswer } from './answers.js';

/** A command of any SDK client. */
export interface AnyCommand {
  readonly input: object;
}

/** What the clients of all services have in common. */
interface AnyClient {
  send(command: AnyCommand): Promise<object>;
  destroy(): void;
  readonly middlewareStack: ElasticLoadBalancingV2Client['middlewareStack'];
}

/** A simulator on a manual clock, the clients of all its services, and every answer as it stood on the wire. */
export class Stage {
  readonly sim: Simulator;
  readonly clock: ManualClock;
  readonly answers: WireAnswer[] = [];
  readonly #clients: Readonly<Record<ServiceName, AnyClient>>;

  private constructor(sim: Simulator, clock: ManualClock) {
    this.sim = sim;
    this.clock = clock;
    const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '' } = sim.environment();
    const credentials = { accessKeyId, secretAccessKey: 'simulated' };
    const config = { endpoint: sim.endpoint, region, credentials, maxAttempts: 1 };
    const clients = {
      elbv2: new ElasticLoadBalancingV2Client(config),
      autoscaling: new AutoScalingClient(config),
      ec2: new EC2Client(config),
      ssm: new SSMClient(config),
      tagging: new ResourceGroupsTaggingAPIClient(config),
      sts: new STSClient(config),
    };
    this.#clients = clients as unknown as Record<ServiceName, AnyClient>;
    for (const client of Object.values(this.#clients)) record(client, this.answers);
  }

  static async open(options: SimulatorOptions = {}): Promise<Stage> {
    const clock = new ManualClock();
    return new Stage(await startSimulator({ clock, ...options }), clock);
  }

  /** Sends a command with the SDK's client, and resolves with what that client makes of the answer. */
  async send(service: ServiceName, command: AnyCommand): Promise<Readonly<Record<string, unknown>>> {
    return { ...(await this.#clients[service].send(command)) };
  }

  async close(): Promise<void> {
    for (const client of Object.values(this.#clients)) client.destroy();
    await this.sim.close();
  }
}

/** Keeps the bytes of every answer of a client, and hands them on to its parser. */
function record({ middlewareStack }: AnyClient, answers: WireAnswer[]): void {
  middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        const response = result.response as {
          statusCode: number;
          headers: Record<string, string>;
          body: AsyncIterable<Uint8Array>;
        };
        const chunks: Uint8Array[] = [];
        for await (const chunk of response.body) chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        answers.push({
          action: commandName.replace(/Command$/, ''),
          status: response.statusCode,
          headers: response.headers,
          body: bytes.toString(),
        });
        return { ...result, response: Object.assign(response, { body: Uint8Array.from(bytes) }) };
      },
    // After the connection, before the SDK's deserializer.
    { step: 'deserialize', priority: 'low', name: 'recordWireAnswer' },
  );
}
