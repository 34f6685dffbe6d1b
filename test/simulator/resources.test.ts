import { GetResourcesCommand, paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import type { GetResourcesCommandInput } from '@aws-sdk/client-resource-groups-tagging-api';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

const cluster = (value: string) => ({ 'neuwerk:cluster': value });
const clusterFilter = (...Values: string[]) => [{ Key: 'neuwerk:cluster', Values }];
const targetGroups = ['elasticloadbalancing:targetgroup'];

describe('GetResources', () => {
  it('finds target groups by a tag', async () => {
    const { tagging, aGroup } = await startAws();
    const { arn } = aGroup({ tags: { ...cluster('blue'), Name: 'fleet' } });
    aGroup({ tags: cluster('green') });
    const found = await tagging.send(
      new GetResourcesCommand({ TagFilters: clusterFilter('blue'), ResourceTypeFilters: targetGroups }),
    );
    expect(found.PaginationToken).toBe('');
    expect(found.ResourceTagMappingList).toEqual([
      {
        ResourceARN: arn,
        Tags: [
          { Key: 'neuwerk:cluster', Value: 'blue' },
          { Key: 'Name', Value: 'fleet' },
        ],
      },
    ]);
  });

  it.each<[string, GetResourcesCommandInput, string[]]>([
    ['by any of the values', { TagFilters: clusterFilter('blue', 'green') }, ['blue', 'green', 'instance']],
    ['by the key alone', { TagFilters: clusterFilter() }, ['blue', 'green', 'instance']],
    ['by all of the filters', { TagFilters: [...clusterFilter(), { Key: 'stage' }] }, ['green']],
    ['of a whole service', { ResourceTypeFilters: ['ec2'] }, ['instance']],
    ['of any of the types', { ResourceTypeFilters: ['ec2:instance', ...targetGroups] }, ['blue', 'green', 'instance']],
    ['that are tagged, when nothing is asked', {}, ['blue', 'green', 'instance']],
    ['of no type there is', { ResourceTypeFilters: ['s3'] }, []],
  ])('finds resources %s', async (_what, input, expected) => {
    const { tagging, aGroup, anInstance } = await startAws();
    const names = new Map([
      [aGroup({ tags: cluster('blue') }).arn, 'blue'],
      [aGroup({ tags: { ...cluster('green'), stage: 'test' } }).arn, 'green'],
      [aGroup().arn, 'untagged'],
    ]);
    await anInstance({ tags: cluster('blue') });
    const { ResourceTagMappingList = [] } = await tagging.send(new GetResourcesCommand(input));
    expect(ResourceTagMappingList.map(({ ResourceARN = '' }) => names.get(ResourceARN) ?? 'instance')).toEqual(
      expected,
    );
  });

  it.each([
    ['that is asked for', {}, 2],
    ['that is forced on it', { pageSize: 1 }, 1],
  ])('hands out pages of the size %s', async (_what, options, size) => {
    const { tagging, aGroup } = await startAws(options);
    for (const name of ['a', 'b', 'c']) aGroup({ name, tags: cluster('blue') });
    const sizes = [];
    for await (const page of paginateGetResources({ client: tagging }, { ResourcesPerPage: 2 })) {
      sizes.push(page.ResourceTagMappingList?.length);
    }
    expect(sizes).toEqual(size === 2 ? [2, 1] : [1, 1, 1]);
  });

  it('finds the resources of a list, in one answer, and leaves out those that are not there', async () => {
    const { tagging, aGroup } = await startAws({ pageSize: 1 });
    const [one, , other] = ['a', 'b', 'c'].map((name) => aGroup({ name, tags: cluster('blue') }).arn);
    const ResourceARNList = [`${one}0`, other ?? '', one ?? ''];
    const { ResourceTagMappingList = [], PaginationToken } = await tagging.send(
      new GetResourcesCommand({ ResourceARNList }),
    );
    expect(ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN)).toEqual([one, other]);
    expect(PaginationToken).toBe('');
  });

  it.each([
    ['a list of ARNs and a filter by tag', { ResourceARNList: ['arn'], TagFilters: clusterFilter('blue') }],
    ['a list of ARNs and a filter by type', { ResourceARNList: ['arn'], ResourceTypeFilters: targetGroups }],
    ['a list of ARNs and a page size', { ResourceARNList: ['arn'], ResourcesPerPage: 1 }],
    ['a list of ARNs and a number of tags', { ResourceARNList: ['arn'], TagsPerPage: 100 }],
    ['a list of ARNs and a token', { ResourceARNList: ['arn'], PaginationToken: 'token' }],
    ['a list of more than 100 ARNs', { ResourceARNList: Array.from({ length: 101 }, (_, n) => `arn:${n}`) }],
    ['a page that is too large', { ResourcesPerPage: 101 }],
    ['a token that was never given out', { PaginationToken: 'absent' }],
    ['a filter without a key', { TagFilters: [{ Values: ['blue'] }] }],
  ])('refuses %s', async (_what, input) => {
    const { tagging } = await startAws();
    await expect(tagging.send(new GetResourcesCommand(input))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      $metadata: { httpStatusCode: 400 },
    });
  });
});
