import type { FaultRule } from '../simulator/simulator.js';
import type { Dice } from './dice.js';
import type { Action, Incident, Moment, Plan } from './plan.js';

/** Incidents, and what else about the life has to change for them. */
export interface More {
  readonly incidents: readonly Incident[];
  readonly changes?: Partial<Plan>;
}

type Anything = Pick<FaultRule, 'window' | 'count' | 'service' | 'action'>;

/** Which AWS, at what time: each step's call while the host comes, and while it goes. */
const coming: readonly [Action, ...Action[]] = [
  'GetResources',
  'DescribeTargetGroups',
  'DescribeTargetHealth',
  'RegisterTargets',
  'RegisterTargets',
  'DescribeInstances',
];
const going: readonly [Action, ...Action[]] = [
  'DeregisterTargets',
  'DeregisterTargets',
  'DeregisterTargets',
  'DescribeTargetHealth',
  'DescribeTargetHealth',
  'DescribeTargetGroupAttributes',
  'DescribeTargetGroups',
];

/** What AWS or the metadata service does wrong, and when. */
export function faultsFor(dice: Dice): More {
  if (dice.chance(0.15)) return { incidents: metadataTrouble(dice) };
  const leaving = dice.chance(0.6);
  const at: Moment = leaving ? { after: 'way out', ms: 0 } : { after: 'start', ms: 0 };
  if (dice.chance(0.2)) return { incidents: [{ kind: 'fault', at, rule: storm(dice) }] };
  const action = dice.pick(leaving ? going : coming);
  return { incidents: [{ kind: 'fault', at, rule: oneCall(dice, action) }] };
}

/** Everything is throttled, or out of order, for a while: no more than the retries of a step get over in some seconds. */
function storm(dice: Dice): FaultRule {
  const window = { afterSeconds: 0, forSeconds: dice.pick([1, 2, 4, 6]) };
  const some: Anything = { service: 'elbv2', window };
  return dice.pick<FaultRule>([
    { ...some, kind: 'error', code: 'Throttling', status: 400, message: 'Rate exceeded' },
    { ...some, kind: 'error', code: 'Throttling', status: 400, message: 'Rate exceeded' },
    { ...some, kind: 'error', code: 'InternalFailure', status: 500 },
    { ...some, kind: 'error', code: 'ExpiredToken', status: 403 },
    { ...some, kind: 'html502' },
    { ...some, kind: 'resetBefore' },
    { ...some, kind: 'latency', ms: dice.ms(200, 2_000) },
  ]);
}

/** Some requests for one action. */
function oneCall(dice: Dice, action: Action): FaultRule {
  const once = { action, count: 1 };
  const some = { action, count: dice.between(1, 3) };
  return dice.pick<FaultRule>([
    { ...some, kind: 'error', code: throttlingOf(action), status: 400, message: 'Rate exceeded' },
    { ...some, kind: 'error', code: 'ServiceUnavailable', status: 503 },
    { ...once, kind: 'error', code: 'ExpiredToken', status: 403 },
    { ...once, kind: 'error', code: 'AccessDenied', status: 403 },
    { ...some, kind: 'resetBefore' },
    { ...some, kind: 'resetAfter' },
    { ...some, kind: 'resetAfter' },
    { ...once, kind: 'hang' },
    { ...some, kind: 'latency', ms: dice.ms(200, 4_000) },
    { ...once, kind: 'latency', ms: 6_000 },
    { ...once, kind: 'emptyBody' },
    { ...once, kind: 'truncatedBody' },
    { ...some, kind: 'html502' },
    { ...some, kind: 'staleRead', seconds: dice.between(1, 3) },
  ]);
}

/** Source: the error references of ELBv2 (as seen in the field), EC2 and the tagging API. */
function throttlingOf(action: Action): string {
  if (action === 'GetResources') return 'ThrottledException';
  return action === 'DescribeInstances' ? 'RequestLimitExceeded' : 'Throttling';
}

/** At boot the agent needs the metadata service; afterwards its absence is to be harmless. */
function metadataTrouble(dice: Dice): Incident[] {
  const at: Moment = dice.chance(0.5) ? { after: 'start', ms: 0 } : { after: 'start', ms: dice.ms(500, 3_000) };
  if (dice.chance(0.25)) return [{ kind: 'revoke tokens', at }];
  const forSeconds = at.ms === 0 ? dice.between(1, 4) : 60;
  const some = { service: 'imds', window: { afterSeconds: 0, forSeconds } } as const;
  const rule = dice.pick<FaultRule>([
    { ...some, kind: 'status', status: 503 },
    { ...some, kind: 'hang' },
    { ...some, kind: 'resetBefore' },
    { ...some, kind: 'status', action: 'GetToken', status: 500 },
  ]);
  return [{ kind: 'fault', at, rule }];
}
