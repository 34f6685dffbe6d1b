import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);

const cycloneDx = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.literal('drawbridge') }) }),
  components: z.array(
    z.object({
      'bom-ref': z.string(),
      name: z.string(),
      purl: z.string().startsWith('pkg:npm/'),
      hashes: z.array(z.unknown()).min(1),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

describe('npm run sbom', () => {
  it(
    'lists what is built into the program and what npm installs beside it, and no tool of ours',
    { timeout: 60_000 },
    async () => {
      const { stdout } = await run(process.execPath, ['scripts/sbom.js'], { maxBuffer: 2 ** 28 });
      const { components, dependencies } = cycloneDx.parse(JSON.parse(stdout));
      const names = components.map(({ name }) => name);
      expect(names, 'built in').toEqual(
        expect.arrayContaining(['@aws-sdk/client-ec2', '@temporalio/workflow', 'commander', 'zod']),
      );
      expect(names, 'beside it').toEqual(expect.arrayContaining(['@temporalio/core-bridge', '@grpc/grpc-js', 'long']));
      for (const tool of ['typescript', 'esbuild', 'vitest', 'webpack']) expect(names).not.toContain(tool);
      const refs = components.map((component) => component['bom-ref']);
      for (const { dependsOn } of dependencies) expect(refs).toEqual(expect.arrayContaining(dependsOn));
    },
  );
});
