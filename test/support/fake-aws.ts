import type { Aws, PeerQuery, RemoteCommand } from '../../src/aws/api.js';
import type { AwsDependencies, Lives } from '../../src/activities/dependencies.js';
import type { Ec2Instance } from '../../src/domain/ec2-instance.js';
import type { Invocation } from '../../src/domain/remote-command.js';
import type { Target, TargetGroup } from '../../src/domain/target-group.js';
import type { TargetHealth } from '../../src/domain/target-health.js';

/** The AWS actions, by the names that AWS gives them. */
type Action =
  | 'GetResources'
  | 'DescribeTargetGroups'
  | 'DescribeTargetGroupAttributes'
  | 'RegisterTargets'
  | 'DeregisterTargets'
  | 'DescribeTargetHealth'
  | 'DescribeInstances'
  | 'SendCommand'
  | 'ListCommands'
  | 'GetCommandInvocation'
  | 'CancelCommand';

export interface FakeGroup extends TargetGroup {
  /** The value of its cluster tag, if it has one. */
  readonly cluster?: string;
  readonly deregistrationDelaySeconds?: number;
}

export interface FakeInstance {
  readonly instanceId: string;
  readonly privateIp?: string;
  readonly vpcId: string;
  readonly cluster?: string;
  /** @default 'running' */
  readonly state?: Ec2Instance['state'];
}

/** An AWS in memory. Health follows registration unless it is scripted; faults come when told; every call is logged. */
export interface FakeAws extends Aws {
  /** Every call, as `RegisterTargets i-0123`, in order. */
  readonly calls: string[];
  /** What is registered and not leaving, as `id` or `id:port`. */
  registered(arn: string): string[];
  /** What DescribeTargetHealth says from here on, in order; the last answer stays. */
  scriptHealth(...answers: (TargetHealth | Error)[]): void;
  /** What DescribeInstances says of every instance's state from here on, in order; undefined for one that is not known. The last one stays. */
  scriptStates(...states: (Ec2Instance['state'] | undefined)[]): void;
  /** The commands that were taken, in order: `command-1` is the first. */
  readonly sent: readonly RemoteCommand[];
  /** What GetCommandInvocation says from here on, in order; undefined while it lists none. The last one stays. */
  scriptInvocations(...answers: (Partial<Invocation> | undefined)[]): void;
  /** The next calls of the action reject, one error each. `lost` errors come after the call took effect. */
  failNext(action: Action, ...errors: Error[]): void;
}

export interface FakeAwsOptions {
  readonly groups?: readonly FakeGroup[];
  readonly instances?: readonly FakeInstance[];
  /** Registered before the test begins, by ARN. */
  readonly registered?: Record<string, readonly Target[]>;
  /** A log shared with other fakes, for a test about order. */
  readonly calls?: string[];
}

export const groupArn = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/0123456789abcdef`;

/** A GENEVE group by instance id, in the VPC and the cluster of `anInstance`. */
export const aGroup = (overrides: Partial<FakeGroup> = {}): FakeGroup => ({
  arn: groupArn('firewalls'),
  protocol: 'GENEVE',
  targetType: 'instance',
  vpcId: 'vpc-0a1b2c3d',
  loadBalancerArns: ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/gwy/fw/0123456789abcdef'],
  cluster: 'fw-prod',
  deregistrationDelaySeconds: 300,
  ...overrides,
});

/** An error as the SDK rejects with it. */
export function awsError(name: string, message = 'as scripted', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** The same, after the call took effect: the reply was lost on the way back. */
export const lostReply = (): Error =>
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET', lost: true });

export function aFakeAws({ groups = [], instances = [], registered = {}, calls = [] }: FakeAwsOptions = {}): FakeAws {
  const targets = new Map(groups.map(({ arn }) => [arn, new Map<string, { target: Target; health: TargetHealth }>()]));
  const script: (TargetHealth | Error)[] = [];
  const states: (Ec2Instance['state'] | undefined)[] = [];
  const invocations: (Partial<Invocation> | undefined)[] = [];
  const sent: RemoteCommand[] = [];
  const faults = new Map<Action, Error[]>();
  for (const [arn, list] of Object.entries(registered)) {
    for (const target of list) targets.get(arn)?.set(keyOf(target), { target, health: { state: 'healthy' } });
  }

  async function call<T>(action: Action, subject: string, signal: AbortSignal, effect: () => T): Promise<T> {
    calls.push(`${action} ${subject}`);
    await Promise.resolve();
    if (signal.aborted) throw new DOMException('Request aborted', 'AbortError');
    const fault = faults.get(action)?.shift();
    if (fault !== undefined && !('lost' in fault)) throw fault;
    const result = effect();
    if (fault !== undefined) throw fault;
    return result;
  }

  const targetsOf = (arn: string) => {
    const found = targets.get(arn);
    if (found === undefined) throw awsError('TargetGroupNotFoundException');
    return found;
  };

  return {
    calls,
    registered: (arn) =>
      [...(targets.get(arn) ?? [])].filter(([, { health }]) => health.state !== 'draining').map(([key]) => key),
    sent,
    scriptStates: (...answers) => void states.splice(0, states.length, ...answers),
    scriptInvocations: (...answers) => void invocations.splice(0, invocations.length, ...answers),
    scriptHealth: (...answers) => void script.splice(0, script.length, ...answers),
    failNext: (action, ...errors) => void faults.set(action, errors),
    targetGroups: {
      findByTag: (key, value, signal) =>
        call('GetResources', `${key}=${value}`, signal, () =>
          groups.filter(({ cluster }) => cluster === value).map(({ arn }) => arn),
        ),
      describe: (arn, signal) =>
        call('DescribeTargetGroups', arn, signal, () => groups.find((group) => group.arn === arn)),
      listGeneve: (signal) =>
        call('DescribeTargetGroups', 'all', signal, () => groups.filter(({ protocol }) => protocol === 'GENEVE')),
      deregistrationDelaySeconds: (arn, signal) =>
        call(
          'DescribeTargetGroupAttributes',
          arn,
          signal,
          () => groups.find((group) => group.arn === arn)?.deregistrationDelaySeconds,
        ),
      register: (arn, target, signal) =>
        call('RegisterTargets', keyOf(target), signal, () => {
          const known = targetsOf(arn).get(keyOf(target));
          if (known === undefined || known.health.state === 'draining') {
            const health: TargetHealth = { state: 'initial', reason: 'Elb.RegistrationInProgress' };
            targetsOf(arn).set(keyOf(target), { target, health });
          }
        }),
      deregister: (arn, target, signal) =>
        call('DeregisterTargets', keyOf(target), signal, () => {
          const known = targets.get(arn)?.get(keyOf(target));
          const health: TargetHealth = { state: 'draining', reason: 'Target.DeregistrationInProgress' };
          if (known !== undefined) targets.get(arn)?.set(keyOf(target), { target, health });
        }),
      health: (arn, target, signal) =>
        call('DescribeTargetHealth', keyOf(target), signal, () => {
          const next = nextOf(script);
          if (next instanceof Error) throw next;
          return (
            next ?? targets.get(arn)?.get(keyOf(target))?.health ?? { state: 'unused', reason: 'Target.NotRegistered' }
          );
        }),
      targets: (arn, signal) => call('DescribeTargetHealth', 'all', signal, () => [...targetsOf(arn).values()]),
    },
    instances: {
      peerIps: ({ vpcId, tag, except }: PeerQuery, signal) =>
        call('DescribeInstances', `${tag.key}=${tag.value}`, signal, () =>
          instances
            .filter((one) => one.vpcId === vpcId && one.cluster === tag.value && one.instanceId !== except)
            .flatMap(({ privateIp }) => privateIp ?? [])
            .sort(),
        ),
      describe: (which, signal) => {
        const named = 'instanceIds' in which ? which.instanceIds : which.addresses;
        return call('DescribeInstances', named.join(' '), signal, () => {
          const found = instances.filter(({ instanceId, privateIp = '', vpcId }) =>
            'instanceIds' in which ? named.includes(instanceId) : named.includes(privateIp) && vpcId === which.vpcId,
          );
          if (states.length === 0) return found.map((one) => described(one, one.state ?? 'running'));
          const state = nextOf(states);
          return state === undefined ? [] : found.map((one) => described(one, state));
        });
      },
    },
    commands: {
      send: (command, signal) => call('SendCommand', command.instanceId, signal, () => `command-${sent.push(command)}`),
      findByComment: ({ instanceId, comment }, signal) =>
        call('ListCommands', instanceId, signal, () => {
          const at = sent.findLastIndex((each) => each.instanceId === instanceId && each.comment === comment);
          return at < 0 ? undefined : `command-${at + 1}`;
        }),
      invocation: (commandId, _, signal) =>
        call('GetCommandInvocation', commandId, signal, () => {
          const next = invocations.length === 0 ? {} : nextOf(invocations);
          return next && { status: 'Success', exitCode: 0, stdout: '', stderr: '', ...next };
        }),
      cancel: (commandId, _, signal) => call('CancelCommand', commandId, signal, () => undefined),
    },
  };
}

/** The last one stays. */
const nextOf = <T>(list: T[]): T | undefined => (list.length > 1 ? list.shift() : list[0]);

function described({ instanceId, privateIp, vpcId }: FakeInstance, state: Ec2Instance['state']): Ec2Instance {
  const gone = state === 'terminated';
  return {
    instanceId,
    state,
    privateIp: gone ? null : (privateIp ?? null),
    vpcId: gone ? null : vpcId,
    zone: 'eu-central-1a',
    addresses: gone || privateIp === undefined ? [] : [privateIp],
  };
}

const keyOf = ({ id, port }: Target): string => (port === undefined ? id : `${id}:${port}`);

/** The other workflow of the instance: none runs unless told. */
export const fakeLives = ({ shutdownRuns = false, calls = [] as string[] } = {}): Lives => ({
  shutdownRuns: () => Promise.resolve(shutdownRuns),
  endStartup: (instanceId) => {
    calls.push(`end startup of ${instanceId}`);
    return Promise.resolve();
  },
});

/** What the AWS steps need, around a fake. */
export const dependenciesOn = (aws: Aws, others: Partial<AwsDependencies> = {}): AwsDependencies => ({
  ...aws,
  lives: fakeLives(),
  ...others,
});
