import type { AgentSettings } from '../config/settings.js';
import { regionOfGroup } from '../domain/ids.js';
import { checkAttributes, delaySecondsOf } from './attributes.js';
import { checkAws } from './aws.js';
import { checkEndpoint, isRefused } from './endpoint.js';
import type { EndpointFacts } from './endpoint.js';
import { checkHealthCheck } from './health-check.js';
import type { Area, Line } from './line.js';
import { checkMachine, isAppliance } from './machine.js';
import type { MachineFacts } from './machine.js';
import type { Unit } from './mend.js';
import { checkMetrics } from './metrics.js';
import { probeAws, unaskedAws } from './probe-aws.js';
import type { AwsAnswers } from './probe-aws.js';
import { probeEndpoint, probeMachine, probeSystemd } from './probe-machine.js';
import { probeTemporal } from './probe-temporal.js';
import type { TemporalAccess } from '../temporal/peer.js';
import { valueOf } from './probed.js';
import { checkSystemd, environmentFileIn } from './systemd.js';
import { checkTargetGroup } from './target-group.js';
import { checkTemporal } from './temporal.js';

export interface Examination {
  readonly settings: AgentSettings;
  readonly temporal: { readonly access: TemporalAccess; readonly namespace: string };
  readonly unit: string;
  /** The instance that is asked about; this machine when undefined. */
  readonly instanceId: string | undefined;
  /** Whether `--health-port` was typed: what a laptop says otherwise is not about an agent elsewhere. */
  readonly healthPortTyped: boolean;
  /** Where the metadata does not say it. */
  readonly region: string | undefined;
}

/** Looks at everything that an agent with these settings depends on. Changes nothing, ends within some seconds, never rejects. */
export async function examine(examination: Examination): Promise<Area[]> {
  const { settings, instanceId: asked } = examination;
  const machine = await probeMachine(settings.imdsEndpoint, { asked, givenCluster: settings.cluster });
  const subject = subjectOf(machine, examination);
  const health = { host: settings.healthHost, port: settings.healthPort };
  const metrics = { host: settings.metricsHost, port: settings.metricsPort };
  const [healthAnswer, metricsAnswer, properties, aws, temporal] = await Promise.all([
    subject.here ? probeEndpoint('/health', health) : undefined,
    subject.here && metrics.port !== 0 ? probeEndpoint('/metrics', metrics) : undefined,
    subject.here ? probeSystemd(examination.unit) : undefined,
    askAws(subject, settings),
    probeTemporal(examination.temporal.access, { namespace: examination.temporal.namespace, ...subject }),
  ]);
  const unit = { name: examination.unit, environmentFile: environmentFileIn(properties && valueOf(properties)) };
  const systemd = { unit: unit.name, drain: settings.drain, delaySeconds: delaySecondsOf(aws.attributes) };
  return [
    area('machine', [...checkMachine(machine), ...(healthAnswer ? endpointsHere(healthAnswer) : [])]),
    area('AWS', checkAws({ ...aws, ...subject, targetGroupArn: valueOf(aws.selected) })),
    area('target group', aboutTheGroup(aws, subject, examination, unit)),
    area('systemd', properties ? checkSystemd({ ...systemd, properties }) : []),
    area('Temporal', checkTemporal({ ...temporal, unit })),
  ].filter(({ lines }) => lines.length > 0);

  function endpointsHere(answer: EndpointFacts['answer']): Line[] {
    // One that does not answer in time may be an agent that hangs.
    const agentRuns = 'value' in answer ? answer.value.isOurs : !isRefused(answer.error);
    return [
      checkEndpoint({ ...health, unit, answer }),
      checkMetrics({ ...metrics, unit, answer: metricsAnswer, agentRuns }),
    ];
  }
}

/** Which appliance it is about, as far as that is known. */
interface Subject {
  readonly here: boolean;
  readonly cluster: string | undefined;
  readonly instanceId: string | undefined;
  readonly region: string | undefined;
  readonly vpcId: string | undefined;
}

function subjectOf(machine: MachineFacts, { settings, instanceId: asked, region: given }: Examination): Subject {
  const here = isAppliance(machine);
  const identity = here ? valueOf(machine.identity) : undefined;
  const tagged = here ? valueOf(machine.clusterTag) : undefined;
  return {
    here,
    cluster: settings.cluster ?? tagged,
    instanceId: asked ?? identity?.instanceId ?? machine.expected.instanceId,
    region: identity?.region ?? (settings.targetGroupArn && regionOfGroup(settings.targetGroupArn)) ?? given,
    vpcId: identity?.vpcId,
  };
}

function askAws({ region, cluster }: Subject, { targetGroupArn }: AgentSettings): Promise<AwsAnswers> | AwsAnswers {
  return region === undefined ? unaskedAws() : probeAws({ region, cluster, targetGroupArn });
}

function aboutTheGroup(
  aws: AwsAnswers,
  subject: Subject,
  { settings, healthPortTyped }: Examination,
  unit: Unit,
): Line[] {
  const { region } = subject;
  const group = valueOf(aws.group);
  const lines = checkTargetGroup({ ...aws, ...subject, healthPort: settings.healthPort });
  if (group === undefined) return lines;
  const { drain } = settings;
  return [
    ...lines,
    ...checkHealthCheck(group, { region, unit, portIsKnown: subject.here || healthPortTyped, ...settings }),
    ...checkAttributes(group, { ...aws, region, drain }),
  ];
}

const area = (name: string, lines: readonly Line[]): Area => ({ area: name, lines });
