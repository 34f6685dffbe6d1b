import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

/** How the services answer what is signed with the credentials that IMDS hands out when it is asked first. */
async function aRole() {
  const aws = await startAws();
  const instance = await aws.anInstance();
  const handedOut = async () => {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
    const token = await (await fetch(`${instance.imdsEndpoint}/latest/api/token`, { method: 'PUT', headers })).text();
    const read = async (name: string) => {
      const url = `${instance.imdsEndpoint}/latest/meta-data/iam/security-credentials/${name}`;
      return (await fetch(url, { headers: { 'x-aws-ec2-metadata-token': token } })).text();
    };
    const found = JSON.parse(await read(await read(''))) as Record<string, string>;
    return {
      accessKeyId: found.AccessKeyId ?? '',
      secretAccessKey: found.SecretAccessKey ?? '',
      sessionToken: found.Token ?? '',
    };
  };
  const answers = async (credentials: Awaited<ReturnType<typeof handedOut>>) => {
    const config = { ...aws.config, credentials };
    const asked = await Promise.allSettled([
      new ElasticLoadBalancingV2Client(config).send(new DescribeTargetGroupsCommand()),
      new ResourceGroupsTaggingAPIClient(config).send(new GetResourcesCommand()),
      new EC2Client(config).send(new DescribeInstancesCommand()),
    ]);
    return asked.map((result) => (result.status === 'fulfilled' ? 'done' : (result.reason as Error).name));
  };
  return { ...aws, instance, handedOut, answers };
}

describe("credentials of an instance's role", () => {
  it('are good for every service until they are rotated, and then expired, in the words of each', async () => {
    const { sim, instance, handedOut, answers } = await aRole();
    const before = await handedOut();
    expect(await answers(before)).toEqual(['done', 'done', 'done']);
    sim.rotateCredentials(instance.instanceId);
    expect(await answers(before)).toEqual(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
  });

  it('are new ones in IMDS after that, and good', async () => {
    const { sim, instance, handedOut, answers } = await aRole();
    const before = await handedOut();
    sim.rotateCredentials(instance.instanceId);
    const after = await handedOut();
    expect(after.accessKeyId).not.toBe(before.accessKeyId);
    expect(await answers(after)).toEqual(['done', 'done', 'done']);
  });

  it('tell whose a request is, the old ones too', async () => {
    const { sim, instance, handedOut, answers } = await aRole();
    const before = await handedOut();
    sim.rotateCredentials(instance.instanceId);
    await answers(before);
    await answers(await handedOut());
    const asked = sim.journal.filter(({ service }) => service !== 'imds');
    expect(asked.map(({ instanceId }) => instanceId)).toEqual(Array(6).fill(instance.instanceId));
  });
});
