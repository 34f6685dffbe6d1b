import type { InstanceMetadata } from '../domain/instance.js';
import { StepFailure } from '../domain/failures.js';
import type { Attempt } from './attempt.js';
import type { HostDependencies } from './dependencies.js';

/**
 * Who this machine is, from IMDSv2, as the agent read it at boot: an outage of the service since then is harmless. The identity
 * is that of the primary network interface; more than one is worth a warning.
 *
 * @throws MetadataUnavailable: retryable while the service is silent, final when a field is missing or the instance is another one.
 */
export async function readMetadata(
  { host }: HostDependencies,
  { instanceId }: { instanceId: string },
  attempt: Attempt,
): Promise<InstanceMetadata> {
  const identity = await host.identity();
  if (identity.instanceId !== instanceId) {
    const message = `this host is ${identity.instanceId}, expected ${instanceId}: its queue is polled by the wrong agent`;
    throw new StepFailure('MetadataUnavailable', message, { final: true });
  }
  // Worth a warning, not a failure: who this is is known, and the metadata service may be gone again by now.
  const interfaces = await host.interfaceCount().catch(() => undefined);
  if (interfaces === undefined)
    attempt.warn('the number of network interfaces could not be read, using the primary one');
  else if (interfaces > 1)
    attempt.warn(`instance has ${interfaces} network interfaces, using the primary one`, {
      privateIp: identity.privateIp,
    });
  return identity;
}
