import type { ControllerConfig } from '../domain/controller-config.js';
import type { HostDependencies } from './dependencies.js';

/** Hands the config to the appliance: written to its file as a whole, where the agent was given one. Safe to repeat. */
export async function writeControllerConfig(
  { host }: HostDependencies,
  config: ControllerConfig,
): Promise<ControllerConfig> {
  await host.publish(config);
  return config;
}
