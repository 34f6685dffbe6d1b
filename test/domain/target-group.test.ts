import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/domain/failures.js';
import { requireGeneveGroup, selectTargetGroup, targetOf } from '../../src/domain/target-group.js';
import { aGroup, groupArn } from '../support/fake-aws.js';
import { anInstance } from '../support/fake-host.js';

function refusalOf(choose: () => unknown): { type: string; final: boolean; message: string } {
  try {
    choose();
  } catch (error) {
    if (error instanceof StepFailure) return { type: error.type, final: error.final, message: error.message };
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('choosing the target group of a cluster', () => {
  it('takes the one group that carries the tag', () => {
    expect(selectTargetGroup('fw-prod', [groupArn('fw')])).toBe(groupArn('fw'));
  });

  it('I1: refuses, in the words of the specification, when no group carries the tag', () => {
    expect(refusalOf(() => selectTargetGroup('fw-prod', []))).toEqual({
      type: 'TargetGroupNotFound',
      final: true,
      message: 'no target group found with tag neuwerk:cluster=fw-prod',
    });
  });

  it('I1: refuses, in the words of the specification, when several carry the tag, and lists them sorted', () => {
    expect(refusalOf(() => selectTargetGroup('fw-prod', [groupArn('b'), groupArn('a')]))).toEqual({
      type: 'TargetGroupAmbiguous',
      final: true,
      message:
        'multiple target groups match tag neuwerk:cluster=fw-prod, require explicit ARN to resolve ambiguity: ' +
        `[${groupArn('a')}, ${groupArn('b')}]`,
    });
  });
});

describe('a target group that may be used', () => {
  const arn = groupArn('firewalls');

  it('speaks GENEVE and stands in our VPC', () => {
    const group = aGroup();
    expect(requireGeneveGroup(arn, group, group.vpcId)).toBe(group);
  });

  it('may stand in any VPC when ours is not known, as for a shutdown from afar', () => {
    expect(requireGeneveGroup(arn, aGroup({ vpcId: 'vpc-elsewhere' })).vpcId).toBe('vpc-elsewhere');
  });

  it.each([
    {
      why: 'it does not exist',
      group: undefined,
      type: 'TargetGroupNotFound',
      message: `target group ${arn} does not exist`,
    },
    {
      why: 'it speaks TCP, in the words of the specification',
      group: aGroup({ protocol: 'TCP' }),
      type: 'TargetGroupNotGeneve',
      message: `target group ${arn} type is TCP, not GENEVE - misconfiguration`,
    },
    {
      why: 'it stands in another VPC',
      group: aGroup({ vpcId: 'vpc-elsewhere' }),
      type: 'TargetGroupInOtherVpc',
      message: `target group ${arn} is in VPC vpc-elsewhere, expected this instance's VPC vpc-0a1b2c3d`,
    },
  ])('I1: is refused for good when $why', ({ group, type, message }) => {
    expect(refusalOf(() => requireGeneveGroup(arn, group, 'vpc-0a1b2c3d'))).toEqual({ type, final: true, message });
  });
});

describe('what is registered', () => {
  it('is the instance id, with the port left to the group', () => {
    expect(targetOf(aGroup(), anInstance())).toEqual({ id: 'i-0123456789abcdef0' });
  });

  it('is the private IP in an ip group', () => {
    expect(targetOf(aGroup({ targetType: 'ip' }), anInstance())).toEqual({ id: '10.0.0.10' });
  });
});
