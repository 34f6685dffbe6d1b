import { z } from 'zod';
import { assumptionsSchema } from '../assumptions.js';
import { faultRule } from '../faults.js';
import { trafficOptions } from '../flows/traffic.js';
import { throttlingSchema } from '../throttling/limits.js';
import { autoScalingGroupOptions } from '../world/auto-scaling/auto-scaling-group.js';
import { commandScript } from '../world/commands/command-script.js';
import { instanceOptions } from '../world/instance.js';
import { routeTableOptions } from '../world/network/route-table.js';
import { subnetOptions } from '../world/network/subnet.js';
import { targetGroupOptions } from '../world/targets/target-group.js';

const start = z.iso.datetime({ offset: true }).optional();

const clockSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('real') }),
    z.strictObject({
      kind: z.literal('scaled'),
      speed: z.number().positive().describe('how many times as fast as the clock of the wall'),
      start: start.describe('what it reads first; default: the time on the wall'),
    }),
    z.strictObject({
      kind: z.literal('manual'),
      start: start.describe('what it reads until it is advanced; default: 2026-01-01T00:00:00Z'),
    }),
  ])
  .describe('real: the time of the wall; manual: stands still until it is advanced. All can be advanced');

const targetGroup = targetGroupOptions.extend({
  name: targetGroupOptions.shape.name.unwrap().describe('what the rest of the scenario calls it by'),
  targets: z
    .array(z.string())
    .default([])
    .describe('registered from the start: ids of instances, addresses in a group of type ip'),
});

const autoScalingGroup = autoScalingGroupOptions.omit({ targetGroupArns: true }).extend({
  targetGroups: z
    .array(z.string())
    .default([])
    .describe('names of target groups of type instance that the group registers its instances with'),
});

const traffic = trafficOptions.extend({ targetGroup: z.string().describe('name of the target group it comes to') });

/** The world that a simulator starts with. Everything has a default; without anything it is an empty one. */
export const scenarioSchema = z.strictObject({
  region: z.string().min(1).default('eu-central-1'),
  account: z
    .string()
    .regex(/^\d{12}$/, { error: '12 digits, in quotes' })
    .default('123456789012'),
  clock: clockSchema.default({ kind: 'real' }),
  pageSize: z.int().min(1).optional().describe('the most items of a page of any answer; default: what AWS allows'),
  throttling: throttlingSchema.default('published').describe('rate limits: published, off, or token buckets by name'),
  assumptions: assumptionsSchema.prefault({}).describe('what AWS does not document, where not as assumed'),
  subnets: z.array(subnetOptions).default([]),
  routeTables: z.array(routeTableOptions).default([]),
  instances: z.array(instanceOptions).default([]),
  targetGroups: z.array(targetGroup).default([]).describe('each with its load balancer and its listener'),
  autoScalingGroups: z.array(autoScalingGroup).default([]),
  commandScripts: z
    .array(commandScript)
    .default([])
    .describe('how scripts of Run Command are answered; the last match wins'),
  faults: z.array(faultRule).default([]).describe('what goes wrong; of several that match the first wins'),
  traffic: z.array(traffic).default([]).describe('flows that come from the start'),
});

/** A scenario that was read, with its defaults. */
export type Scenario = z.output<typeof scenarioSchema>;

/** A scenario as it is written. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
