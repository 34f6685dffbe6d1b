import { Client, Connection } from '@temporalio/client';
import { isPortFree } from '../demo/ports.js';
import { obtainTemporalCli } from '../demo/temporal-cli.js';
import { startTemporalServer } from '../demo/temporal-server.js';
import { startSimulator } from '../simulator/simulator.js';
import type { Simulator } from '../simulator/simulator.js';
import { builtProduct } from './agent-runs.js';

/** What the lives of a run share: one Temporal server, one AWS, one build of the product. */
export interface Stage {
  readonly simulator: Simulator;
  readonly temporalAddress: string;
  readonly client: Client;
  readonly product: string;
  /** A port for a health endpoint, which no outgoing connection takes while an agent is down. */
  nextPort(): Promise<number>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly log: (line: string) => void;
  /** A Temporal server that runs already. @default one of our own */
  readonly temporalAddress?: string;
  /** @default the build */
  readonly product?: string;
}

/** Below what systems give to outgoing connections (from 32,768 on Linux, 49,152 on macOS). Ours. */
const firstPort = 20_000;
const ports = 10_000;

/** Starts it. */
export async function setStage({ log, temporalAddress, product = builtProduct }: StageOptions): Promise<Stage> {
  const own =
    temporalAddress === undefined
      ? await startTemporalServer({ cliPath: await obtainTemporalCli({ log }), log })
      : undefined;
  const address = own?.address ?? temporalAddress ?? '';
  const connection = await Connection.connect({ address });
  const simulator = await startSimulator({
    assumptions: { deregisterUnknown: 'InvalidTarget', instanceTransitionSeconds: 1 },
  });
  let port = firstPort + (process.pid % ports);
  return {
    simulator,
    temporalAddress: address,
    client: new Client({ connection, identity: 'chaos' }),
    product,
    nextPort: async () => {
      do port = firstPort + ((port + 1 - firstPort) % ports);
      while (!(await isPortFree(port)));
      return port;
    },
    close: async () => {
      await connection.close();
      await simulator.close();
      await own?.stop();
    },
  };
}
