import type { Instance } from './world/instance.js';

/** An instance, and where its metadata service listens. */
export type SimulatedInstance = Instance & { readonly imdsEndpoint: string };

/** What a process needs in its environment to talk to a simulator: as the instance, or as an operator without one. */
export const environmentOf = (
  endpoint: string,
  region: string,
  instance: SimulatedInstance | undefined,
): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  // The AWS CLI, version 1, asks for this one.
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: instance?.accessKeyId ?? 'SIMULATEDOPERATOR',
  AWS_SECRET_ACCESS_KEY: 'simulated',
  ...(instance && { AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.imdsEndpoint }),
});
