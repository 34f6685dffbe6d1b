import { faultOf } from '../aws/faults.js';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { awsCli, command } from './mend.js';
import type { Mend } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';

/** Every action that an agent sends, by its name in IAM. */
export const iamActions = [
  'tag:GetResources',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
  'ec2:DescribeInstances',
] as const;
export type IamAction = (typeof iamActions)[number];

/** What a try came to: whether AWS performed it, or `not needed` and why. False: it said nothing about permissions. */
export type Tried = Probed<boolean> | { readonly notNeeded: string };

export interface AwsFacts {
  /** Undefined when nobody says which. */
  readonly region: string | undefined;
  readonly instanceId: string | undefined;
  /** Whether these are the appliance's own credentials. */
  readonly here: boolean;
  readonly targetGroupArn: string | undefined;
  /** ARN of whoever we are. */
  readonly caller: Probed<string>;
  readonly tried: Readonly<Record<IamAction, Tried>>;
}

export function checkAws(facts: AwsFacts): Line[] {
  const { region, caller } = facts;
  if (region === undefined) {
    const why = 'nobody says which: neither instance metadata, nor --region, nor AWS_REGION, nor a target group ARN';
    return [fail('region', why, command('export', 'AWS_REGION=<region>'))];
  }
  return [
    ok('region', region),
    checkCredentials(facts),
    // One line instead of the same one for each: without credentials nothing is known of permissions.
    ...('error' in caller && isWithoutCredentials(caller.error)
      ? [notChecked('permissions', 'they need credentials')]
      : checkPermissions(facts)),
  ];
}

const unusable = [
  'CredentialsProviderError',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'AuthFailure',
];

/** Whether the error says that nobody is known by these credentials, rather than that somebody may not do something. */
export function isWithoutCredentials(error: Error): boolean {
  const fault = faultOf(error);
  return error.name === 'CredentialsProviderError' || fault?.kind === 'expired' || unusable.includes(fault?.code ?? '');
}

function checkCredentials({ caller, here, instanceId, region }: AwsFacts): Line {
  const check = 'credentials';
  if ('value' in caller) {
    const whose = here ? '' : ": yours, so the permissions below are not those of the appliance's role";
    return ok(check, `${caller.value}${whose}`);
  }
  if (!isWithoutCredentials(caller.error)) {
    return warn(check, `STS did not say whose they are: ${reasonOf(caller.error)}`);
  }
  const mend = here
    ? awsCli(
        region,
        'ec2',
        'associate-iam-instance-profile',
        '--instance-id',
        instanceId ?? '<instance-id>',
        '--iam-instance-profile',
        'Name=<profile>',
      )
    : command('aws', 'configure', 'sso');
  return fail(check, `none that AWS takes: ${reasonOf(caller.error)}`, mend);
}

function checkPermissions(facts: AwsFacts): Line[] {
  return iamActions.map((action) => checkPermission(action, facts));
}

function isDenied(tried: Tried): boolean {
  return 'error' in tried && faultOf(tried.error)?.kind === 'denied';
}

function checkPermission(action: IamAction, facts: AwsFacts): Line {
  const tried = facts.tried[action];
  if ('notNeeded' in tried) return ok(action, `not needed: ${tried.notNeeded}`);
  if ('value' in tried) {
    if (tried.value)
      return ok(action, isChange(action) ? 'allowed: AWS looked for a target that cannot exist' : 'allowed');
    return warn(
      action,
      'not proven: AWS refused the try before it said whether it is allowed',
      simulated(action, facts),
    );
  }
  if (isDenied(tried)) return fail(action, `denied: ${reasonOf(tried.error)}`, grant(facts));
  return warn(action, `not proven: ${reasonOf(tried.error)}`, isChange(action) ? simulated(action, facts) : undefined);
}

const isChange = (action: IamAction): boolean => /:(Register|Deregister)/.test(action);

interface Principal {
  readonly kind: 'role' | 'user';
  readonly name: string;
  readonly arn: string;
}

/** The role or user behind a caller. An assumed role's ARN does not tell the role's path, which is `/` for nearly all. */
function principalOf(caller: Probed<string>): Principal {
  const arn = 'value' in caller ? caller.value : '';
  const [, partition = 'aws', account = '', role] = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role !== undefined) return { kind: 'role', name: role, arn: `arn:${partition}:iam::${account}:role/${role}` };
  const user = /:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (user !== undefined) return { kind: 'user', name: user, arn };
  return { kind: 'role', name: '<role>', arn: '<role-arn>' };
}

/** All that an agent needs, in one policy of its own: a second command does not take away what the first one gave. */
function grant({ caller, targetGroupArn }: AwsFacts): Mend {
  const { kind, name } = principalOf(caller);
  const statement = (actions: readonly IamAction[], resource: string) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resource,
  });
  const reads = iamActions.filter((action) => !isChange(action));
  const changes = iamActions.filter(isChange);
  const policy = {
    Version: '2012-10-17',
    Statement: [statement(reads, '*'), statement(changes, targetGroupArn ?? '*')],
  };
  const group = /targetgroup\/([^/]+)\//.exec(targetGroupArn ?? '')?.[1];
  return command(
    ...['aws', 'iam', `put-${kind}-policy`, `--${kind}-name`, name],
    ...['--policy-name', group === undefined ? 'drawbridge' : `drawbridge-${group}`],
    ...['--policy-document', JSON.stringify(policy)],
  );
}

/** Asks IAM itself, which an appliance's role usually may not. */
function simulated(action: IamAction, { caller, targetGroupArn }: AwsFacts): Mend {
  return command(
    ...['aws', 'iam', 'simulate-principal-policy', '--policy-source-arn', principalOf(caller).arn],
    ...['--action-names', action, '--resource-arns', targetGroupArn ?? '*'],
    ...['--query', 'EvaluationResults[].EvalDecision'],
  );
}
