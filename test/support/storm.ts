import type { FaultRule, Simulator } from '../../src/simulator/simulator.js';

/**
 * Every AWS action that a life depends on, in the order in which a startup and a shutdown send them. DescribeTargetGroupAttributes
 * is none of them: where the drain period is given, its answer is only worth a warning.
 */
export const awsActions = [
  'GetResources',
  'DescribeTargetGroups',
  'DescribeTargetHealth',
  'RegisterTargets',
  'DescribeInstances',
  'DeregisterTargets',
] as const;
export type AwsAction = (typeof awsActions)[number];

const awsServices = ['elbv2', 'ec2', 'tagging'] as const;

/** How each service says that it throttles. Source: the error references of ELBv2 (as seen in the field), EC2 and the tagging API. */
const throttling = {
  elbv2: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
  ec2: { code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.' },
  tagging: { code: 'ThrottledException', status: 400, message: 'Rate exceeded' },
} as const;

/** Throttles everything from now on, for as long as told; for ever unless told. The metadata service is none of AWS's APIs. */
export function throttleEverything(simulator: Simulator, forSeconds?: number): void {
  const window = forSeconds === undefined ? {} : { window: { forSeconds } };
  for (const service of awsServices) simulator.addFault({ kind: 'error', service, ...throttling[service], ...window });
}

/** Lets the fault hit whatever is asked of AWS, from now on. */
export function hitEverything(simulator: Simulator, fault: FaultRule): void {
  for (const service of awsServices) simulator.addFault({ ...fault, service });
}

/** Lets the fault hit the next request of each action, once. */
export function hitEachOnce(simulator: Simulator, fault: FaultRule): void {
  for (const action of awsActions) simulator.addFault({ ...fault, action, count: 1 });
}
