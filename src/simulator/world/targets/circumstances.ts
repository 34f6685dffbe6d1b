/** What group and instance mean for a target between them. Pure, but for the real probe that it may hand out. */
import { outcomeOfStatus } from './health-check.js';
import type { Instance } from '../instance.js';
import { probe } from './probe.js';
import type { ProbeSource } from './target.js';
import type { TargetGroup } from './target-group.js';
import type { TargetHealth } from './target-health.js';
import { invalidState, reasons } from './target-health.js';

/** Whether EC2 has this instance terminated, or on the way. */
export const isTerminated = (instance: Instance | undefined): boolean =>
  instance?.state === 'terminated' || instance?.state === 'shutting-down';

/**
 * Why a registered target is `unused`; undefined when it can serve. An address whose instance stopped only stops answering; an
 * instance target is known to be unusable.
 */
export function unusedBecause(
  group: TargetGroup,
  targetId: string,
  instance: Instance | undefined,
): TargetHealth | undefined {
  if (!group.inUse) return reasons.notInUse;
  if (group.targetType === 'ip' && group.loadBalancerIps.includes(targetId)) return reasons.ipUnusable;
  if (instance && group.availabilityZones?.includes(instance.availabilityZone) === false) return reasons.zoneNotEnabled;
  if (group.targetType === 'instance' && instance && instance.state !== 'running') return invalidState(instance.state);
  return undefined;
}

/** How the health checks of a target are answered now. */
export function probeSource(group: TargetGroup, instance: Instance | undefined, speed: number): ProbeSource {
  if (instance?.state !== 'running') return { kind: 'timeout' };
  const { probe: answer, probeAddress } = instance;
  if (typeof answer === 'number') return outcomeOfStatus(group.healthCheck, answer);
  switch (answer) {
    case 'healthy':
      return { kind: 'success' };
    case 'timeout':
      return { kind: 'timeout' };
    case 'unhealthy':
    case 'gone':
      return { kind: 'failed' };
    case 'real':
      return probeAddress
        ? { kind: 'real', send: () => probe(probeAddress, group.healthCheck, speed || 1) }
        : { kind: 'failed' };
  }
}
