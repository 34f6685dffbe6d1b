import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage } from '../support/image.js';
import type { Image } from '../support/image.js';
import { expectWholeLife } from '../support/packaged-life.js';

let folder: string;
let image: Image;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-image-'));
  image = await buildImage(folder);
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the image, built step by step as the Dockerfile says', () => {
  it('holds the program, its one dependency and what that needs, for this platform alone', async () => {
    const app = join(image.root, 'app');
    expect((await readdir(app)).sort()).toEqual(['dist', 'node_modules', 'package.json']);
    const packages = await readdir(join(app, 'node_modules'));
    expect(packages).toContain('@temporalio');
    expect(packages).not.toContain('typescript');
    expect(await readdir(join(app, 'node_modules/@temporalio/core-bridge/releases'))).toHaveLength(1);
  });

  it('has an agent that brings an appliance into service, and takes it out on SIGTERM', async ({ onTestFinished }) => {
    const env = { ...image.env, PATH: process.env.PATH ?? '', HOME: folder };
    const packaged = { command: image.command, cwd: join(image.root, 'app'), env, instanceId: 'i-00000000000000d0c' };
    await expectWholeLife(packaged, { onTestFinished });
  });
});
