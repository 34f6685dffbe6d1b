import { describe, expect, it } from 'vitest';
import { checkAws, iamActions } from '../../src/doctor/aws.js';
import { arn, awsFacts, lineOf, named, tried, verdicts } from './facts.js';

const denied = { error: named('AccessDenied', 'User: x is not authorized to perform: y') };

describe('credentials and permissions', () => {
  it('are well when AWS performed each try', () => {
    expect(verdicts(checkAws(awsFacts()))).toEqual([
      'ok region',
      'ok credentials',
      ...iamActions.map((a) => `ok ${a}`),
    ]);
  });

  it('are one line where no region is known', () => {
    expect(verdicts(checkAws(awsFacts({ region: undefined })))).toEqual(['fail region']);
  });

  it('that are missing are two lines, not one for each action', () => {
    const caller = { error: named('CredentialsProviderError', 'Could not load credentials from any providers') };
    const lines = checkAws(awsFacts({ caller }));
    expect(verdicts(lines)).toEqual(['ok region', 'fail credentials', 'warn permissions']);
    expect(lineOf(lines, 'credentials').command).toContain('associate-iam-instance-profile');
    expect(lineOf(checkAws(awsFacts({ caller, here: false })), 'credentials').command).toBe('aws configure sso');
  });

  it('are looked at all the same when only STS is silent', () => {
    const lines = checkAws(awsFacts({ caller: { error: named('TimeoutError') } }));
    expect(verdicts(lines).slice(1, 4)).toEqual([
      'warn credentials',
      'ok tag:GetResources',
      'ok elasticloadbalancing:DescribeTargetGroups',
    ]);
  });

  it("say whose they are where it is not the appliance's", () => {
    expect(lineOf(checkAws(awsFacts({ here: false })), 'credentials').why).toContain('yours');
  });

  it('denied are granted by one command, the same for every line, with all that an agent needs', () => {
    const facts = awsFacts({
      tried: tried({ 'tag:GetResources': denied, 'elasticloadbalancing:RegisterTargets': denied }),
    });
    const lines = checkAws(facts);
    const { verdict, why, command = '' } = lineOf(lines, 'tag:GetResources');
    expect([verdict, why]).toEqual(['fail', 'denied: AccessDenied: User: x is not authorized to perform: y']);
    expect(lineOf(lines, 'elasticloadbalancing:RegisterTargets').command).toBe(command);
    const [, put, json = ''] = /^(.*) --policy-document '(.*)'$/.exec(command) ?? [];
    expect(put).toBe('aws iam put-role-policy --role-name appliance --policy-name drawbridge-fw');
    const { Statement } = JSON.parse(json) as { Statement: { Action: string[]; Resource: string }[] };
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([...iamActions].sort());
    expect(Statement.map(({ Resource }) => Resource)).toEqual(['*', arn]);
  });

  it('of a user are granted to the user', () => {
    const caller = { value: 'arn:aws:iam::123456789012:user/ops/kim' };
    const lines = checkAws(awsFacts({ caller, tried: tried({ 'ec2:DescribeInstances': denied }) }));
    expect(lineOf(lines, 'ec2:DescribeInstances').command).toMatch(/^aws iam put-user-policy --user-name kim /);
  });

  it('that no try proved say so, and how to ask IAM', () => {
    const action = 'elasticloadbalancing:DeregisterTargets';
    const { verdict, why, command } = lineOf(
      checkAws(awsFacts({ tried: tried({ [action]: { value: false } }) })),
      action,
    );
    expect(verdict).toBe('warn');
    expect(why).toMatch(/^not proven: /);
    expect(command).toBe(
      'aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::123456789012:role/appliance ' +
        `--action-names ${action} --resource-arns ${arn} --query 'EvaluationResults[].EvalDecision'`,
    );
  });

  it('that could not be tried are no verdict on the permission', () => {
    const lines = checkAws(
      awsFacts({ tried: tried({ 'ec2:DescribeInstances': { error: named('Throttling', 'Rate exceeded') } }) }),
    );
    expect(lineOf(lines, 'ec2:DescribeInstances')).toMatchObject({
      verdict: 'warn',
      why: 'not proven: Throttling: Rate exceeded',
    });
  });

  it('that are not needed are well', () => {
    const lines = checkAws(awsFacts({ tried: tried({ 'tag:GetResources': { notNeeded: 'an ARN is given' } }) }));
    expect(lineOf(lines, 'tag:GetResources')).toMatchObject({ verdict: 'ok', why: 'not needed: an ARN is given' });
  });
});
