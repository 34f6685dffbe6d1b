import type { Deed, Incident, Moment, Plan } from './plan.js';
import { sayOutage } from './outage.js';

/** A plan in a few lines, for whoever has to understand a failure. */
export function sayPlan(plan: Plan): string[] {
  const { seed, instanceId, drainSeconds, byDelay, delaySeconds, company, wayOut, incidents } = plan;
  const drain = byDelay
    ? `for the deregistration delay of ${delaySeconds} s`
    : `${drainSeconds} s, the delay is ${delaySeconds} s`;
  return [
    `seed ${seed}, ${instanceId}: ${sayGroup(plan)}; drains ${drain}; ${sayCompany(company)}`,
    ...incidents.map((incident) => `- ${sayIncident(incident)}`),
    `- ${sayMoment(wayOut.at)}: leaves by ${wayOut.by === 'operator' ? 'an operator' : wayOut.by === 'SIGTERM' ? 'SIGTERM' : 'SIGTERM and an operator'}`,
  ];
}

export const sayIncident = (incident: Incident): string => `${sayMoment(incident.at)}: ${sayDeed(incident)}`;

function sayGroup({ group, targetType, namesGroup, tunnel }: Plan): string {
  const tunnels = { there: '', 'not needed': ', no tunnel needed', missing: ', no tunnel' }[tunnel];
  if (group === 'right') return `${targetType} target, group ${namesGroup ? 'named' : 'by tag'}${tunnels}`;
  return {
    missing: 'no group',
    two: 'two groups',
    'not geneve': 'a group that is not GENEVE',
    'other vpc': 'a group in another VPC',
  }[group];
}

const sayCompany = (company: Plan['company']): string => (company === 'nobody' ? 'alone' : `with ${company}`);

export function sayMoment({ after, ms, request }: Moment): string {
  const from = after === 'way out' ? 'the way out' : after;
  if (request)
    return `${request.seen === 'arriving' ? 'as' : 'once'} a ${request.action} ${request.seen === 'arriving' ? 'arrives' : 'was answered'} after ${from}`;
  return `${from} + ${ms} ms`;
}

function sayDeed(deed: Deed): string {
  switch (deed.kind) {
    case 'kill':
      return `SIGKILL, ${deed.againAfterMs === undefined ? 'for good' : `started again after ${deed.againAfterMs} ms`}`;
    case 'detach':
      return `SIGHUP, started again after ${deed.againAfterMs} ms`;
    case 'cut off':
      return `the way to Temporal ${sayOutage(deed.how)}, healed after ${deed.forMs} ms`;
    case 'force':
      return `forced by ${deed.by === 'cancel' ? 'a cancellation' : deed.by}`;
    case 'ask again':
      return `another request${deed.drainSeconds === undefined ? '' : ` to drain ${deed.drainSeconds} s`}`;
    case 'fault':
      return `fault ${JSON.stringify(deed.rule)}`;
    default:
      return plainDeeds[deed.kind];
  }
}

const plainDeeds = {
  terminate: 'the instance is terminated',
  'delete group': 'the target group is deleted',
  'revoke tokens': 'the metadata tokens are revoked',
};
