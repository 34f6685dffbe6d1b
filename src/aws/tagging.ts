import type { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import * as z from 'zod/mini';
import { answer } from './answers.js';
import { everyPage } from './pages.js';
import type { TargetGroups } from './api.js';

const resourcesSchema = z.object({
  ResourceTagMappingList: z.array(z.object({ ResourceARN: z.string() })),
  PaginationToken: z.optional(z.string()),
});

/** Subnets and route tables of a cluster carry the same tag, so only target groups are asked for. */
export function taggedTargetGroups(client: ResourceGroupsTaggingAPIClient): TargetGroups['findByTag'] {
  return async (key, value, abortSignal) => {
    const arns = await everyPage(async (PaginationToken) => {
      const output = await client.send(
        new GetResourcesCommand({
          TagFilters: [{ Key: key, Values: [value] }],
          ResourceTypeFilters: ['elasticloadbalancing:targetgroup'],
          PaginationToken,
        }),
        { abortSignal },
      );
      const page = answer('GetResources', resourcesSchema, output);
      return { items: page.ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN), next: page.PaginationToken };
    });
    return [...new Set(arns)];
  };
}
