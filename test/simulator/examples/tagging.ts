import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Examples } from './example.js';
import { answers, refuses } from './example.js';
import { aGroup, anInstance, awkwardTag } from './world.js';

/** Resource Groups Tagging. */
export const taggingExamples: Examples = {
  GetResources: [
    answers('with resources of several services', async (stage) => {
      aGroup(stage, { tags: awkwardTag });
      await anInstance(stage, { tags: { Name: '"quoted"' } });
      return new GetResourcesCommand({});
    }),
    answers('with a page of them', (stage) => {
      for (const name of ['one', 'two']) aGroup(stage, { name, tags: awkwardTag });
      return new GetResourcesCommand({ ResourcesPerPage: 1 });
    }),
    answers('with none', () => new GetResourcesCommand({ TagFilters: [{ Key: 'absent' }] })),
    refuses(
      'InvalidParameterException',
      'a token that was never given out',
      () => new GetResourcesCommand({ PaginationToken: 'absent' }),
    ),
  ],
};
