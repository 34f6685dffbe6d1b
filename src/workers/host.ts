import type { Host } from '../activities/dependencies.js';
import type { HealthEndpoint } from '../host/health-endpoint.js';
import { writeWhole } from '../host/config-file.js';
import type { Imds } from '../host/imds.js';
import { readTunnelFacts } from '../host/links.js';

/** This machine, put together for the activities. */
export function composeHost(parts: {
  imds: Imds;
  health: HealthEndpoint;
  configFile: string | undefined;
  /** Told when a startup is done, and when that no longer holds. */
  inService?: (is: boolean) => void;
}): Host {
  const { imds, health, configFile, inService } = parts;
  const notInService = (detail: string) => {
    health.setCheck('startup', { ok: false, detail });
    inService?.(false);
  };
  return {
    identity: () => imds.identity(),
    interfaceCount: () => imds.interfaceCount(),
    tunnelFacts: () => readTunnelFacts(),
    get leaving() {
      return health.leaving;
    },
    serve() {
      health.serve();
      notInService('not in service yet');
    },
    refuse() {
      health.refuse();
      notInService('taken out of service');
    },
    async publish(config) {
      if (configFile !== undefined) await writeWhole(configFile, `${JSON.stringify(config, null, 2)}\n`);
      health.setCheck('startup', { ok: true, detail: 'in service' });
      inService?.(true);
    },
  };
}
