import { describe, expect, it } from 'vitest';
import {
  clusterOf,
  clusterSchema,
  fleetQueue,
  hostQueue,
  instanceIdSchema,
  shutdownId,
  startupId,
  targetGroupArnSchema,
} from '../../src/domain/ids.js';
import { groupArn } from '../support/fake-aws.js';

describe('an instance id', () => {
  it.each(['i-01234567', 'i-0123456789abcdef0'])('may be %s', (id) => {
    expect(instanceIdSchema.safeParse(id).success).toBe(true);
  });

  it.each(['', 'i-', 'i-0123456', 'i-0123456789ABCDEF0', 'mi-0123456789abcdef0', 'i-01234567\n', ' i-01234567', 7])(
    'may not be %j',
    (id) => {
      expect(instanceIdSchema.safeParse(id).success).toBe(false);
    },
  );
});

describe('a target group ARN', () => {
  it.each([
    groupArn('fw'),
    'arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:targetgroup/fw/0123456789abcdef',
    'arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:targetgroup/fw-1/0123456789abcdef',
  ])('may be %s', (arn) => {
    expect(targetGroupArnSchema.safeParse(arn).success).toBe(true);
  });

  it.each([
    'fw',
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/gwy/fw/0123456789abcdef',
    'arn:aws:elasticloadbalancing:eu-central-1:12345:targetgroup/fw/0123456789abcdef',
    'arn:aws:ec2:eu-central-1:123456789012:targetgroup/fw/0123456789abcdef',
    `${groupArn('fw')} `,
  ])('may not be %j', (arn) => {
    expect(targetGroupArnSchema.safeParse(arn).success).toBe(false);
  });
});

describe('a cluster name', () => {
  it.each(['fw', 'fw-prod', 'team:fw.1', 'ü', 'x'.repeat(256)])('may be %j', (name) => {
    expect(clusterSchema.safeParse(name).success).toBe(true);
  });

  it.each(['', 'a/b', 'two words', 'line\nbreak', 'x'.repeat(257)])('may not be %j', (name) => {
    expect(clusterSchema.safeParse(name).success).toBe(false);
  });
});

describe('names that agent, CLI and workflows share', () => {
  it('are one workflow of each kind for an instance', () => {
    expect(startupId('i-01234567')).toBe('startup/i-01234567');
    expect(shutdownId('i-01234567')).toBe('shutdown/i-01234567');
  });

  it("are one queue for the fleet and one below it for each host, as the fleet's agents find it", () => {
    expect(fleetQueue('fw-prod')).toBe('drawbridge/fw-prod');
    expect(hostQueue(fleetQueue('fw-prod'), 'i-01234567')).toBe('drawbridge/fw-prod/i-01234567');
  });

  it('let the cluster be read back from its fleet queue', () => {
    expect(clusterOf(fleetQueue('fw-prod'))).toBe('fw-prod');
  });

  it.each(['default', 'drawbridge/', hostQueue(fleetQueue('fw-prod'), 'i-01234567')])(
    'I6: do not let a cluster be made up from the queue %j',
    (queue) => {
      expect(clusterOf(queue)).toBeUndefined();
    },
  );
});
