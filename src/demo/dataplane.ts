import { createServer } from 'node:http';
import { once } from 'node:events';
import { loopback } from './ports.js';

/** What stands in for the appliance's own process, the one that carries flows: it listens, until it is stopped. */
export interface Dataplane {
  readonly address: { readonly host: string; readonly port: number };
  /** The process ends; flows that are still with it are cut. Safe to repeat. */
  stop(): void;
}

/** Starts one. It answers health checks too, for an appliance without an agent. */
export async function startDataplane(): Promise<Dataplane> {
  const server = createServer((_request, response) => response.end('carrying flows\n'));
  server.listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in for a dataplane has no port');
  return {
    address: { host: loopback, port: address.port },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
