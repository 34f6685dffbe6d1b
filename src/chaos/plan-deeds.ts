import type { Dice } from './dice.js';
import type { Action, Deed, Incident, Moment, Plan } from './plan.js';
import type { More } from './plan-faults.js';
import type { Outage } from './outage.js';

type Planned = (dice: Dice, life: Plan) => More;

/** What people, supervisors and networks do, and how often. */
const deeds = {
  kill: [34, (dice) => one({ kind: 'kill', at: anywhere(dice), againAfterMs: dice.ms(0, 2_500) })],
  'kill for good': [8, killForGood],
  'cut off': [18, (dice) => one({ ...cutOff(dice, dice.ms(200, 8_000)), at: anywhere(dice) })],
  'cut off for long': [5, longCut],
  force: [12, (dice) => one({ ...force(dice), at: onTheWay(dice) })],
  'early force': [8, earlyForce],
  'ask again': [
    10,
    (dice) => one({ kind: 'ask again', at: onTheWay(dice), drainSeconds: dice.pick([undefined, undefined, 1, 9]) }),
  ],
  'failing restart': [12, failingRestart],
  'nameless restart': [5, namelessRestart],
  detach: [
    6,
    (dice) => one({ kind: 'detach', at: { after: 'in service', ms: dice.ms(0, 800) }, againAfterMs: dice.ms(0, 800) }),
  ],
  terminate: [4, (dice) => one({ kind: 'terminate', at: onTheWay(dice) })],
  'delete group': [3, (dice) => one({ kind: 'delete group', at: onTheWay(dice) })],
} satisfies Record<string, [number, Planned]>;

const weights = Object.fromEntries(Object.entries(deeds).map(([name, [weight]]) => [name, weight])) as Record<
  keyof typeof deeds,
  number
>;

/** One of them, for this life. */
export const deedsFor: Planned = (dice, life) => {
  const [, planned]: [number, Planned] = deeds[dice.weighted(weights)];
  return planned(dice, life);
};

const one = (incident: Incident): More => ({ incidents: [incident] });

/** Somebody else must be there to go on. */
function killForGood(dice: Dice, life: Plan): More {
  const company = life.company === 'nobody' ? dice.pick(['another agent', 'a fleet worker'] as const) : life.company;
  const at: Moment = dice.chance(0.5) ? { after: 'draining', ms: dice.ms(0, 1_500) } : onTheWay(dice);
  return { incidents: [{ kind: 'kill', at, againAfterMs: undefined }], changes: { company } };
}

/** The agent of an appliance that serves is started again, and its second startup fails. */
function failingRestart(dice: Dice): More {
  const at: Moment = { after: 'in service', ms: dice.ms(0, 500) };
  const action = dice.pick<Action>(['DescribeTargetGroups', 'RegisterTargets', 'DescribeInstances']);
  return {
    incidents: [
      { kind: 'fault', at, rule: { kind: 'error', action, code: 'AccessDenied', status: 403, count: 1 } },
      { kind: 'kill', at, againAfterMs: dice.ms(0, 500) },
    ],
    changes: { wayOut: { by: 'SIGTERM', at: { after: 'startup failed', ms: dice.ms(0, 2_000) } } },
  };
}

/** Longer than an agent that must leave waits for Temporal, and around the time when it must. */
function longCut(dice: Dice): More {
  const at: Moment = dice.chance(0.3)
    ? { after: 'start', ms: 0 }
    : { after: dice.pick(['in service', 'way out', 'draining']), ms: dice.ms(0, 600) };
  return one({ ...cutOff(dice, dice.ms(14_000, 20_000)), at });
}

/** The agent of an appliance that serves is started again where it cannot learn who it is for some seconds, and told to go. */
function namelessRestart(dice: Dice): More {
  const at: Moment = { after: 'in service', ms: dice.ms(0, 500) };
  const window = { afterSeconds: 0, forSeconds: dice.between(4, 8) };
  return {
    incidents: [
      { kind: 'fault', at, rule: { kind: 'status', service: 'imds', status: 503, window } },
      { kind: 'kill', at, againAfterMs: dice.ms(0, 500) },
    ],
    changes: { wayOut: { by: 'SIGTERM', at: { after: 'in service', ms: dice.ms(1_000, 3_000) } } },
  };
}

/** Somebody loses patience before AWS has taken the deregistration. */
function earlyForce(dice: Dice): More {
  const at: Moment = { after: 'way out', ms: 0 };
  const rule = {
    action: dice.pick<Action>(['DeregisterTargets', 'DeregisterTargets', 'DescribeTargetGroups']),
    count: dice.between(1, 3),
  };
  return {
    incidents: [
      { kind: 'fault', at, rule: { ...rule, kind: 'error', code: 'ServiceUnavailable', status: 503 } },
      { ...force(dice), at: { after: 'way out', ms: dice.ms(50, 1_500) } },
    ],
  };
}

function cutOff(dice: Dice, forMs: number): Deed & { kind: 'cut off' } {
  const how = dice.weighted<Outage['kind']>({ hold: 4, refuse: 4, reset: 1, 'half-close': 1, delay: 2 });
  return { kind: 'cut off', how: how === 'delay' ? { kind: how, ms: dice.ms(100, 900) } : { kind: how }, forMs };
}

const force = (dice: Dice): Deed & { kind: 'force' } => ({
  kind: 'force',
  by: dice.weighted({ 'second SIGTERM': 5, forceShutdown: 4, cancel: 1 }),
});

function anywhere(dice: Dice): Moment {
  if (dice.chance(0.35)) return atRequest(dice);
  const after = dice.weighted({ start: 25, registered: 10, healthy: 5, 'in service': 10, 'way out': 25, draining: 25 });
  return { after, ms: dice.ms(0, after === 'start' ? 3_000 : 1_500) };
}

const onTheWay = (dice: Dice): Moment => ({
  after: dice.weighted({ 'way out': 50, draining: 50 }),
  ms: dice.ms(0, 2_000),
});

function atRequest(dice: Dice): Moment {
  const leaving = dice.chance(0.6);
  const action = leaving
    ? dice.pick<Action>(['DeregisterTargets', 'DescribeTargetHealth', 'DescribeTargetGroupAttributes'])
    : dice.pick<Action>(['GetResources', 'DescribeTargetGroups', 'RegisterTargets', 'DescribeTargetHealth']);
  const seen = dice.pick(['arriving', 'answered'] as const);
  return { after: leaving ? 'way out' : 'start', ms: 0, request: { action, seen } };
}
