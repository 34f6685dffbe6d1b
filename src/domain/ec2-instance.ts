import * as z from 'zod/mini';

/** Source: EC2 API reference, InstanceState. */
export const instanceStates = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const;
export type InstanceState = (typeof instanceStates)[number];

export const instanceStateSchema = z.enum(instanceStates, { error: `one of ${instanceStates.join(', ')}` });

/** An instance as EC2 describes it. One that is terminated has lost its addresses and its VPC. */
export interface Ec2Instance {
  readonly instanceId: string;
  /** A state that AWS adds one day is `unknown`. */
  readonly state: InstanceState | 'unknown';
  /** Of the primary interface. */
  readonly privateIp: string | null;
  readonly vpcId: string | null;
  readonly zone: string | null;
  /** Private IPs of all its interfaces. */
  readonly addresses: readonly string[];
}

export type StateVerdict = 'reached' | 'impossible' | 'look again';

/** No way leads back from here. Source: EC2 user guide, "Instance lifecycle". */
const afterShuttingDown: readonly string[] = ['shutting-down', 'terminated'];

/** Whether to wait on for an instance that has to come into a state. Every state can be reached from another, but not after a termination. */
export function judgeInstanceState(seen: string, wanted: InstanceState): StateVerdict {
  if (seen === wanted) return 'reached';
  if (seen === 'terminated') return 'impossible';
  if (seen === 'shutting-down' && !afterShuttingDown.includes(wanted)) return 'impossible';
  return 'look again';
}
