import * as ec2 from '@aws-sdk/client-ec2';
import * as elasticloadbalancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as tag from '@aws-sdk/client-resource-groups-tagging-api';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { iamActions } from '../../src/doctor/aws.js';
import { actionsOf, roles, statementsOf } from './policies.js';

/** How IAM calls the service of a client. */
const services = { ec2, elasticloadbalancing, ssm, sts, tag };

/** Nobody can be denied it. Source: IAM user guide, GetCallerIdentity "No permissions are required". */
const needsNoPermission = 'sts:GetCallerIdentity';

/** Every request that the code outside the simulator and its tests can send, by its name in IAM. */
function requestsInCode(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !/^(simulator|demo|chaos)\//.test(path),
  );
  const found = files.flatMap((path) =>
    [...readFileSync(`src/${path}`, 'utf8').matchAll(/new (?:sdk\.)?(\w+)Command\(/g)].flatMap(([, name = '']) =>
      Object.entries(services)
        .filter(([, client]) => `${name}Command` in client)
        .map(([service]) => `${service}:${name}`),
    ),
  );
  return [...new Set(found)].sort();
}

const targets = {
  may: /^elasticloadbalancing:(Der|R)egisterTargets$/,
  resource: 'arn:*:elasticloadbalancing:*:*:targetgroup/*/*',
};
const routes = { may: /^ec2:(Create|Replace)Route$/, resource: 'arn:*:ec2:*:*:route-table/*' };
const changesOf = { agent: targets, worker: targets, operator: targets, verifier: targets, legacy: routes };

describe('the policies in deploy/iam', () => {
  it('allow together what the code can send, and nothing else', () => {
    const allowed = new Set([...roles.flatMap(actionsOf), needsNoPermission]);
    expect([...allowed].sort()).toEqual(requestsInCode());
  });

  it('allow an agent what drawbridge doctor tries for it', () => {
    expect(actionsOf('agent').sort()).toEqual([...iamActions].sort());
  });

  it.each(roles)('let %s change what is tagged with its own cluster only, and nothing else', (role) => {
    const { may, resource } = changesOf[role];
    for (const { Action, Resource, Condition } of statementsOf(role)) {
      const changes = Action.filter((action) => !/:(Describe|Get)|^ssm:/.test(action));
      if (changes.length === 0) continue;
      expect(changes.every((action) => may.test(action))).toBe(true);
      expect(Resource).toBe(resource);
      expect(Condition).toEqual({
        StringEquals: { 'aws:ResourceTag/neuwerk:cluster': '${aws:PrincipalTag/neuwerk:cluster}' },
      });
    }
  });

  it('let the verifier alone run commands: by one document, on instances of its own cluster', () => {
    const sending = roles.flatMap((role) =>
      statementsOf(role)
        .filter(({ Action }) => Action.includes('ssm:SendCommand'))
        .map(({ Action, Resource, Condition }) => ({ role, Action, Resource, Condition })),
    );
    expect(sending).toEqual([
      {
        role: 'verifier',
        Action: ['ssm:SendCommand'],
        Resource: 'arn:*:ssm:*:*:document/AWS-RunShellScript',
        Condition: undefined,
      },
      {
        role: 'verifier',
        Action: ['ssm:SendCommand'],
        Resource: 'arn:*:ec2:*:*:instance/*',
        Condition: { StringEquals: { 'ssm:resourceTag/neuwerk:cluster': '${aws:PrincipalTag/neuwerk:cluster}' } },
      },
    ]);
  });

  it.each(roles)('of %s have a reason for each statement in the README beside them', (role) => {
    const page = readFileSync('deploy/iam/README.md', 'utf8');
    expect(page).toContain(`\`${role}.json\``);
    for (const { Sid } of statementsOf(role)) {
      expect(page).toMatch(new RegExp(`^\\| \`${Sid}\` +\\| \\S.{40,}\\|$`, 'm'));
    }
  });
});
