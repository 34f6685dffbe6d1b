import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const workflowSchema = z.object({
  jobs: z.object({
    test: z.object({
      strategy: z.object({ matrix: z.object({ node: z.array(z.number()) }) }),
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  }),
});

describe('the GitHub workflow', () => {
  it('runs what developers run, on every Node from the oldest that is supported to the one that is developed on', async () => {
    const workflow = workflowSchema.parse(parse(await readFile('.github/workflows/ci.yml', 'utf8')));
    const { strategy, steps } = workflow.jobs.test;
    expect(steps.map(({ run }) => run).filter(Boolean)).toEqual(['.ci/run']);
    await access('.ci/run', constants.X_OK);

    const { engines } = JSON.parse(await readFile('package.json', 'utf8')) as { engines: { node: string } };
    const oldest = Number(/^>=(\d+)\./.exec(engines.node)?.[1]);
    const newest = Number(await readFile('.nvmrc', 'utf8'));
    expect(strategy.matrix.node).toEqual([oldest, oldest + 2, newest]);
  });
});
