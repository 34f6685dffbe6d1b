import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/api.js';
import { healthsOfTargets } from '../../src/operator/target-healths.js';
import { aFakeAws, aGroup, awsError, groupArn } from '../support/fake-aws.js';

const here = groupArn('here');
const abroad = groupArn('abroad').replace('eu-central-1', 'us-east-1');
const inService = 'i-0a';
const away = 'i-0b';

/** Two regions of AWS, each with a group of the cluster. */
function regions() {
  const eu = aFakeAws({ groups: [aGroup({ arn: here })], registered: { [here]: [{ id: inService }] } });
  const us = aFakeAws({ groups: [aGroup({ arn: abroad })], registered: { [abroad]: [{ id: away }] } });
  const own: Record<string, Aws> = { 'eu-central-1': eu, 'us-east-1': us };
  return { eu, us, awsIn: (region: string | undefined) => own[region ?? 'eu-central-1'] };
}

const cluster = 'fw-prod';

describe('the health of the targets of a cluster', () => {
  it('is asked of each group in its own region', async () => {
    const { awsIn } = regions();
    const { healths, notes } = await healthsOfTargets({ cluster, awsIn }, [here, undefined, abroad]);
    expect(notes).toEqual([]);
    expect([...healths.keys()].sort()).toEqual([inService, away]);
  });

  it('is asked of the groups with the tag in the region of a group found before', async () => {
    const { awsIn, eu } = regions();
    const { healths } = await healthsOfTargets({ cluster, awsIn }, [abroad]);
    expect([...healths.keys()]).toEqual([away]);
    expect(eu.calls).toEqual([]);
  });

  it('leaves out the group that AWS does not tell, and says which', async () => {
    const { awsIn, us } = regions();
    us.failNext('DescribeTargetHealth', awsError('AccessDenied', 'no'));
    const { healths, notes } = await healthsOfTargets({ cluster, awsIn }, [here, abroad]);
    expect([...healths.keys()]).toEqual([inService]);
    expect(notes).toEqual([`AWS did not tell the target health of ${abroad}: AccessDenied: no`]);
  });

  it('is claimed of nobody where no group is tagged: the account or the region may be the wrong one', async () => {
    const { notes } = await healthsOfTargets({ cluster, awsIn: () => aFakeAws() }, []);
    expect(notes).toEqual([
      'AWS was not asked for target health: no target group is tagged neuwerk:cluster=fw-prod there; is it the right account and region?',
    ]);
  });

  it('is told to be by address where the targets are addresses', async () => {
    const targets = { [here]: [{ id: '10.0.0.9' }] };
    const aws = aFakeAws({ groups: [aGroup({ arn: here })], registered: targets });
    expect((await healthsOfTargets({ cluster, awsIn: () => aws }, [here])).byAddress).toBe(true);
    expect((await healthsOfTargets({ cluster, ...regions() }, [here])).byAddress).toBe(false);
  });

  it('is not asked where no region is known', async () => {
    const { healths, notes } = await healthsOfTargets({ cluster, awsIn: () => undefined }, []);
    expect(healths.size).toBe(0);
    expect(notes).toEqual(['AWS was not asked: no region is known; say --region or AWS_REGION']);
  });
});
