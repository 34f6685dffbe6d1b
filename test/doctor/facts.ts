import type { GroupSettings, HealthCheckSettings } from '../../src/aws/inspection.js';
import { iamActions } from '../../src/doctor/aws.js';
import type { AwsFacts, IamAction, Tried } from '../../src/doctor/aws.js';
import type { Line } from '../../src/doctor/line.js';
import type { Unit } from '../../src/doctor/mend.js';
import type { MachineFacts } from '../../src/doctor/machine.js';
import type { TargetGroupFacts } from '../../src/doctor/target-group.js';
import type { TemporalFacts } from '../../src/doctor/temporal.js';
import { anInstance } from '../support/fake-host.js';

export const region = 'eu-central-1';
export const arn = `arn:aws:elasticloadbalancing:${region}:123456789012:targetgroup/fw/0123456789abcdef`;

export const unit: Unit = { name: 'drawbridge.service', environmentFile: undefined };

/** An error as the SDK reports it. */
export const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name });

/** `warn deregistration delay`, for each line. */
export const verdicts = (lines: readonly Line[]): string[] => lines.map(({ verdict, check }) => `${verdict} ${check}`);

/** The only line of this check. */
export function lineOf(lines: readonly Line[], check: string): Line & { readonly command: string | undefined } {
  const found = lines.filter((line) => line.check === check);
  const [line] = found;
  if (line === undefined || found.length > 1) throw new Error(`${found.length} lines of ${check}, expected one`);
  return { ...line, command: line.mend?.join(' ') };
}

export const machineFacts = (changes: Partial<MachineFacts> = {}): MachineFacts => ({
  identity: { value: anInstance() },
  expected: { isEc2: false },
  asked: undefined,
  tagKeys: { value: ['neuwerk:cluster'] },
  clusterTag: { value: 'fw-prod' },
  givenCluster: undefined,
  ...changes,
});

export const tried = (changes: Partial<Record<IamAction, Tried>> = {}): Record<IamAction, Tried> => ({
  ...(Object.fromEntries(iamActions.map((action) => [action, { value: true }])) as Record<IamAction, Tried>),
  ...changes,
});

export const awsFacts = (changes: Partial<AwsFacts> = {}): AwsFacts => ({
  region,
  instanceId: anInstance().instanceId,
  here: true,
  targetGroupArn: arn,
  caller: { value: 'arn:aws:sts::123456789012:assumed-role/appliance/i-0123456789abcdef0' },
  tried: tried(),
  ...changes,
});

export const healthCheck = (changes: Partial<HealthCheckSettings> = {}): HealthCheckSettings => ({
  protocol: 'HTTP',
  port: '8080',
  path: '/health',
  intervalSeconds: 10,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200-399',
  ...changes,
});

export const group = (changes: Partial<GroupSettings> = {}): GroupSettings => ({
  arn,
  protocol: 'GENEVE',
  targetType: 'instance',
  vpcId: anInstance().vpcId,
  loadBalancerArns: [`arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/gwy/edge/0123456789abcdef`],
  healthCheck: healthCheck(),
  ...changes,
});

export const groupFacts = (changes: Partial<TargetGroupFacts> = {}): TargetGroupFacts => ({
  region,
  cluster: 'fw-prod',
  vpcId: anInstance().vpcId,
  instanceId: anInstance().instanceId,
  healthPort: 8080,
  selected: { value: arn },
  group: { value: group() },
  targets: { value: [{ target: { id: anInstance().instanceId }, health: { state: 'healthy' } }] },
  fleet: { value: [] },
  ...changes,
});

export const temporalFacts = (changes: Partial<TemporalFacts> = {}): TemporalFacts => ({
  address: '127.0.0.1:7233',
  tls: 'off',
  hasOwnCa: false,
  hasApiKey: false,
  connected: { value: '1.31.2' },
  peer: undefined,
  namespace: 'fw',
  cluster: 'fw-prod',
  instanceId: anInstance().instanceId,
  region,
  unit,
  here: true,
  retentionHours: { value: 72 },
  attributes: {
    value: {
      DrawbridgeCluster: 'Keyword',
      DrawbridgeInstance: 'Keyword',
      DrawbridgePhase: 'Keyword',
      DrawbridgeOutcome: 'Keyword',
    },
  },
  storage: { value: { kind: 'postgres12', shards: 16 } },
  fleetPollers: { value: 2 },
  hostPollers: { value: 1 },
  ...changes,
});
