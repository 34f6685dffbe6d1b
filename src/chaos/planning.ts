import { Dice } from './dice.js';
import { faultsFor } from './plan-faults.js';
import { deedsFor } from './plan-deeds.js';
import type { Group, Incident, Moment, Plan } from './plan.js';

/** The first characters of instance ids: the one that is tried, its company, and the one that stays in service. */
export const roles = { tried: '0', company: 'c', staying: 'e' } as const;

/** The seed can be read in the id. */
export const instanceIdFor = (seed: number, role: keyof typeof roles): string =>
  `i-${roles[role]}${seed.toString(16).padStart(16, '0')}`;

/** Plans a life. The same seed gives the same plan. */
export function planLife(seed: number): Plan {
  const dice = new Dice(seed);
  const group = dice.weighted<Group>({ right: 92, missing: 2, two: 2, 'not geneve': 2, 'other vpc': 2 });
  const drainSeconds = dice.between(1, 4);
  const byDelay = dice.chance(0.2);
  const life: Plan = {
    seed,
    instanceId: instanceIdFor(seed, 'tried'),
    cluster: `chaos-${seed}`,
    group,
    targetType: dice.chance(0.25) ? 'ip' : 'instance',
    namesGroup: group !== 'missing' && group !== 'two' && dice.chance(0.2),
    drainSeconds,
    byDelay,
    delaySeconds: byDelay ? drainSeconds : Math.max(1, drainSeconds + dice.pick([0, 0, 1, 3, -2])),
    tunnel: dice.weighted({ there: 88, 'not needed': 6, missing: 6 }),
    // Where the group is wrong, another agent would not come into service either.
    company: dice.weighted({ nobody: 65, 'another agent': group === 'right' ? 15 : 0, 'a fleet worker': 20 }),
    wayOut: {
      by: dice.weighted({ SIGTERM: 60, operator: 25, 'both at once': 15 }),
      at: wayOutMoment(dice),
    },
    incidents: [],
  };
  return group === 'right' ? withIncidents(life, dice) : life;
}

function wayOutMoment(dice: Dice): Moment {
  return dice.chance(0.75)
    ? { after: 'in service', ms: dice.ms(0, 1_500) }
    : { after: dice.pick(['start', 'registered']), ms: dice.ms(0, 2_500) };
}

/** Some lives go undisturbed; most meet something, some a lot at once. */
function withIncidents(life: Plan, dice: Dice): Plan {
  const many = Number(dice.weighted({ 0: 10, 1: 28, 2: 30, 3: 20, 4: 8, 5: 4 }));
  const incidents: Incident[] = [];
  let planned = life;
  for (let count = 0; count < many; count += 1) {
    const more = dice.chance(0.5) ? faultsFor(dice) : deedsFor(dice, planned);
    incidents.push(...more.incidents);
    planned = { ...planned, ...more.changes, incidents };
  }
  return planned;
}
