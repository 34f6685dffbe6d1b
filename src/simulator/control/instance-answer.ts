import { z } from '@hono/zod-openapi';
import type { SimulatedInstance } from '../environment.js';
import type { Simulator } from '../simulator.js';
import { instanceOptions, instanceProbe, instanceStates } from '../world/instance.js';
import { probeAddressSchema } from '../world/targets/probe.js';
import { named } from './operation.js';

const texts = z.record(z.string(), z.string());

/** Names an instance in a path. */
export const instanceParameters = z.strictObject({
  instanceId: z.string().openapi({ example: 'i-0123456789abcdef0' }),
});

/** What the control API says of an instance. */
export const instanceAnswer = named(
  'Instance',
  z.strictObject({
    instanceId: z.string(),
    state: z.enum(instanceStates),
    probe: instanceProbe,
    probeAddress: probeAddressSchema.optional(),
    dataplaneAddress: probeAddressSchema.optional(),
    vpcId: z.string(),
    subnetId: z.string(),
    availabilityZone: z.string(),
    privateIp: z.string(),
    nics: z.array(instanceOptions.shape.nics.unwrap().element.required()),
    tags: texts,
    metadataTags: z.boolean().describe('whether IMDS serves the tags'),
    metadata: texts.describe('what IMDS serves beside what it derives, by path below /latest/meta-data/'),
    launchedAt: z.number(),
    ssmPing: z.enum(['Online', 'ConnectionLost']).optional().describe('left out when the instance is not managed'),
    imdsEndpoint: z.url(),
    environment: texts.describe('what a process needs in its environment to play this instance'),
  }),
  {
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    probe: 'healthy',
    vpcId: 'vpc-0123456789abcdef0',
    subnetId: 'subnet-00000000000000001',
    availabilityZone: 'eu-central-1a',
    privateIp: '10.0.0.4',
    nics: [],
    tags: { 'neuwerk:cluster': 'demo' },
    metadataTags: true,
    metadata: {},
    launchedAt: 1_767_225_600_000,
    ssmPing: 'Online',
    imdsEndpoint: 'http://127.0.0.1:4601',
    environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ACCESS_KEY_ID: 'SIMULATEDI0123456789ABCDEF0' },
  },
);

/** The instance as the control API shows it. */
export function describeInstance(simulator: Simulator, instance: SimulatedInstance): z.output<typeof instanceAnswer> {
  const { instanceId, state, probe, probeAddress, dataplaneAddress, vpcId, subnetId, availabilityZone } = instance;
  const { privateIp, nics, tags, metadataTags, metadata, launchedAt, imdsEndpoint } = instance;
  return {
    instanceId,
    state,
    probe,
    probeAddress,
    dataplaneAddress,
    vpcId,
    subnetId,
    availabilityZone,
    privateIp,
    nics: [...nics],
    tags,
    metadataTags,
    metadata: Object.fromEntries(metadata),
    launchedAt,
    ssmPing: simulator.commands.ping(instanceId, simulator.clock.now())?.status,
    imdsEndpoint,
    environment: simulator.environment(instanceId),
  };
}
