import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod/mini';
import { genevePort } from '../domain/tunnel.js';
import type { Target, TargetGroup } from '../domain/target-group.js';
import type { TargetHealth } from '../domain/target-health.js';
import { answer } from './answers.js';
import type { TargetGroups } from './api.js';
import { isInvalidTarget, isNotFound } from './faults.js';
import { describeAttributes, describeGroup, everyGroup, groupSchema } from './groups.js';

const states = ['initial', 'healthy', 'unhealthy', 'unhealthy.draining', 'unused', 'draining', 'unavailable'] as const;
const healthSchema = z.object({
  TargetHealthDescriptions: z.array(
    z.object({
      Target: z.object({ Id: z.string(), Port: z.optional(z.number()) }),
      TargetHealth: z.object({
        State: z.catch(z.union([z.enum(states), z.literal('unknown')]), 'unknown'),
        Reason: z.optional(z.string()),
        Description: z.optional(z.string()),
      }),
    }),
  ),
});
type Description = z.infer<typeof healthSchema>['TargetHealthDescriptions'][number];

const notRegistered: TargetHealth = { state: 'unused', reason: 'Target.NotRegistered' };

/** Target groups over ELBv2; the search by tag is the tagging API's and comes from outside. */
export function elbv2TargetGroups(
  client: ElasticLoadBalancingV2Client,
  findByTag: TargetGroups['findByTag'],
): TargetGroups {
  const describeHealth = async (arn: string, targets: Target[] | undefined, abortSignal: AbortSignal) => {
    const input = { TargetGroupArn: arn, ...(targets === undefined ? {} : { Targets: targets.map(toWire) }) };
    const output = await client.send(new DescribeTargetHealthCommand(input), { abortSignal });
    return answer('DescribeTargetHealth', healthSchema, output).TargetHealthDescriptions;
  };

  return {
    findByTag,

    async describe(arn, signal) {
      const group = await describeGroup(client, groupSchema, arn, signal);
      return group && groupOf(group);
    },

    async listGeneve(signal) {
      const groups = await everyGroup(client, groupSchema, signal);
      return groups.filter(({ Protocol }) => Protocol === 'GENEVE').map(groupOf);
    },

    async deregistrationDelaySeconds(arn, signal) {
      const attributes = await describeAttributes(client, arn, signal);
      const value = Number.parseInt(attributes['deregistration_delay.timeout_seconds'] ?? '', 10);
      return Number.isNaN(value) ? undefined : value;
    },

    async register(arn, target, abortSignal) {
      await client.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [toWire(target)] }), {
        abortSignal,
      });
    },

    async deregister(arn, target, abortSignal) {
      try {
        const input = { TargetGroupArn: arn, Targets: [toWire(target)] };
        await client.send(new DeregisterTargetsCommand(input), { abortSignal });
      } catch (error) {
        if (!isNotFound(error) && !isInvalidTarget(error)) throw error;
      }
    },

    async health(arn, target, abortSignal) {
      try {
        const [description] = await describeHealth(arn, [target], abortSignal);
        return description === undefined ? { state: 'unknown' } : healthOf(description);
      } catch (error) {
        if (isNotFound(error) || isInvalidTarget(error)) return notRegistered;
        throw error;
      }
    },

    async targets(arn, abortSignal) {
      const descriptions = await describeHealth(arn, undefined, abortSignal);
      return descriptions.map((description) => ({ target: targetOf(description), health: healthOf(description) }));
    },
  };
}

const groupOf = (group: z.infer<typeof groupSchema>): TargetGroup => ({
  arn: group.TargetGroupArn,
  protocol: group.Protocol,
  targetType: group.TargetType,
  vpcId: group.VpcId,
  loadBalancerArns: group.LoadBalancerArns,
});

const toWire = (target: Target) => ({ Id: target.id, ...(target.port === undefined ? {} : { Port: target.port }) });

/** AWS reports the group's port where none was given at registration; only a port of its own has to be repeated later. */
function targetOf({ Target: { Id, Port } }: Description): Target {
  return Port === undefined || Port === genevePort ? { id: Id } : { id: Id, port: Port };
}

function healthOf({ TargetHealth: { State, Reason, Description } }: Description): TargetHealth {
  return {
    state: State,
    ...(Reason === undefined ? {} : { reason: Reason }),
    ...(Description === undefined ? {} : { description: Description }),
  };
}
