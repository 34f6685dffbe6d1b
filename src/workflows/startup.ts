import { ApplicationFailure, CancellationScope, setHandler } from '@temporalio/workflow';
import type { ControllerConfig } from '../domain/controller-config.js';
import type { FailureType } from '../domain/failures.js';
import { startupInputSchema } from '../domain/input.js';
import type { StartupInput } from '../domain/input.js';
import type { Tunnel } from '../domain/tunnel.js';
import { healthyWindowMs, tunnelWindowMs } from '../domain/timings.js';
import type { InstanceMetadata } from '../domain/instance.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { failureOf } from './failure.js';
import { Life, parseInput } from './life.js';
import { status } from './messages.js';
import { stepsOf } from './proxies.js';

/**
 * Brings one appliance into service.
 *
 * A failure or a cancellation after *register* began takes the target out again (I5), unless it was in service before this
 * startup (I6). Started twice, the second attaches to the first.
 *
 * @returns what the appliance's controller has to know; also written to its file.
 */
export async function startup(untrusted: StartupInput): Promise<ControllerConfig> {
  const life = new Life();
  setHandler(status, () => life.status(), { description: 'phase, since when' });
  const input = parseInput(startupInputSchema, untrusted);
  const cluster = clusterIn(input);
  life.instanceId = input.instanceId;
  const steps = stepsOf(input.instanceId);

  life.enter('reading metadata');
  const instance = await steps.readMetadata({ instanceId: input.instanceId });

  life.enter('discovering');
  const discovered = await steps.discoverTargetGroup({ instance, cluster, targetGroupArn: input.targetGroupArn });
  const registered = { targetGroupArn: discovered.targetGroupArn, target: discovered.target };

  try {
    // Inside the try, since a reply that is lost must not leak a target.
    life.enter('registering');
    await steps.registerTarget({ instanceId: input.instanceId, ...registered });

    life.enter('awaiting healthy');
    const [peers] = await Promise.all([steps.listPeers({ instance, cluster }), awaitHealthy(registered)]);

    life.enter('awaiting tunnel');
    const tunnel = await awaitTunnel(instance);

    life.enter('writing config');
    const config = await steps.writeControllerConfig({
      ...instance,
      cluster,
      ...registered,
      ingressDevice: tunnel?.device ?? null,
      ingressDevices: tunnel === undefined ? [] : [tunnel.device, ...(tunnel.others ?? [])],
      tunnelDetector: tunnel?.detector ?? null,
      tunnelMode: 'geneve',
      peers,
    });
    life.enter('in service', 'in service');
    return config;
  } catch (error) {
    await undo(error);
    throw error;
  }

  async function awaitHealthy(target: RegisteredTarget): Promise<void> {
    const windowMs = input.healthyWindowSeconds === undefined ? healthyWindowMs : input.healthyWindowSeconds * 1_000;
    if (windowMs > 0) await steps.confirmHealthy({ ...target, windowMs });
  }

  async function awaitTunnel({ privateIp }: InstanceMetadata): Promise<Tunnel | undefined> {
    const { policy = 'require', device, detection, windowSeconds } = input.tunnel ?? {};
    if (policy === 'skip') return undefined;
    try {
      const windowMs = windowSeconds === undefined ? tunnelWindowMs : windowSeconds * 1_000;
      const tunnel = await steps.findTunnel({ privateIp, device, detection, windowMs });
      life.found(tunnel);
      return tunnel;
    } catch (error) {
      const failure = failureOf(error);
      if (policy === 'require' || failure.type !== 'TunnelNotFound') throw error;
      life.note(failure.message);
      return undefined;
    }
  }

  async function undo(error: unknown): Promise<void> {
    const { message, type } = failureOf(error);
    if (discovered.inServiceBefore) {
      life.note(`startup failed, the target stays since it was in service before: ${message}`);
    } else {
      life.note(`startup failed, undoing the registration: ${message}`);
      life.enter('undoing');
      await CancellationScope.nonCancellable(() => steps.deregisterTarget(registered));
    }
    life.enter('failed', type);
  }
}

function clusterIn({ cluster }: StartupInput): string {
  if (cluster !== undefined) return cluster;
  const message =
    'startup input: cluster: found nothing, expected a cluster name, or a task queue named drawbridge/<cluster>';
  throw ApplicationFailure.nonRetryable(message, 'InvalidInput' satisfies FailureType);
}
