import type { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import { z } from 'zod';
import { answer } from './answers.js';
import type { TargetGroups } from './api.js';

const resourcesSchema = z.object({
  ResourceTagMappingList: z.array(z.object({ ResourceARN: z.string() })),
  PaginationToken: z.string().optional(),
});

/** Subnets and route tables of a cluster carry the same tag, so only target groups are asked for. */
export function taggedTargetGroups(client: ResourceGroupsTaggingAPIClient): TargetGroups['findByTag'] {
  return async (key, value, abortSignal) => {
    const arns = new Set<string>();
    let token: string | undefined;
    do {
      const output = await client.send(
        new GetResourcesCommand({
          TagFilters: [{ Key: key, Values: [value] }],
          ResourceTypeFilters: ['elasticloadbalancing:targetgroup'],
          ...(token === undefined ? {} : { PaginationToken: token }),
        }),
        { abortSignal },
      );
      const page = answer('GetResources', resourcesSchema, output);
      for (const { ResourceARN } of page.ResourceTagMappingList) arns.add(ResourceARN);
      token = page.PaginationToken === '' ? undefined : page.PaginationToken;
    } while (token !== undefined);
    return [...arns];
  };
}
