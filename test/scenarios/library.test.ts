import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.js';

const run = promisify(execFile);

/** Other tests live lives on the same Temporal server. */
const newInstanceId = () => `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`;

/** A program of somebody else's: the examples, the package, and what docs/library.md tells to install, nothing besides. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-library-'));
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@types'), { recursive: true });
  await cp('examples', folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type": "module", "private": true}');
  const packing = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(packing.stdout) as [{ filename: string }];
  await run('tar', ['-xzf', filename], { cwd: folder });
  await run('mv', ['package', 'node_modules/drawbridge'], { cwd: folder });
  for (const name of ['@temporalio', '@types/node', '@types/ms'])
    await symlink(resolve('node_modules', name), join(modules, name));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const compile = (example: string) =>
  run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', example], { cwd: folder });

describe('the package as a library', () => {
  it('documents what the example needs', async () => {
    const page = await readFile('docs/library.md', 'utf8');
    for (const name of ['@types/node', '@types/ms', '@temporalio/worker']) expect(page).toContain(name);
  });

  it('compiles strictly, declarations of libraries and all, and runs both workflows and an own one on an own worker', async () => {
    await compile('own-worker');
    const sim = await startSimulator({
      defaults: { registrationDelaySeconds: 0, healthCheck: { intervalSeconds: 0.3, healthyThreshold: 2 } },
    });
    onTestFinished(() => sim.close());
    const tags = { 'neuwerk:cluster': 'library' };
    sim.createTargetGroup({ vpcId: 'vpc-1', tags });
    const { instanceId } = await sim.createInstance({
      instanceId: newInstanceId(),
      vpcId: 'vpc-1',
      tags,
      probe: 'healthy',
    });
    const { stdout } = await run(process.execPath, ['own-worker/build/main.js'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        ...sim.environment(instanceId),
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        HEALTH_PORT: '0',
      },
    });
    expect(JSON.parse(stdout)).toEqual({ ingressDevice: 'lo', outcome: 'drained' });
    expect(sim.requests('RegisterTargets')).toHaveLength(1);
    expect(sim.requests('DeregisterTargets')).toHaveLength(1);
  }, 400_000);

  it('has the operations as plain functions, for a program without Temporal', async () => {
    await compile('own-script');
    const sim = await startSimulator({
      defaults: { registrationDelaySeconds: 0, healthCheck: { intervalSeconds: 0.3, healthyThreshold: 2 } },
    });
    onTestFinished(() => sim.close());
    const tags = { 'neuwerk:cluster': 'library' };
    const { arn } = sim.createTargetGroup({ vpcId: 'vpc-1', tags });
    const { instanceId, privateIp } = await sim.createInstance({ vpcId: 'vpc-1', tags, probe: 'healthy' });
    sim.registerTarget(arn, instanceId);
    sim.commands.script({ match: 'uname', stdout: 'Linux 6.1\n' });
    sim.addFault({ kind: 'resetAfter', action: 'SendCommand', count: 1 });
    const { stdout, stderr } = await run(process.execPath, ['own-script/build/main.js'], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...sim.environment(), CLUSTER: 'library' },
    });
    expect(JSON.parse(stdout)).toEqual({ instanceId, exitCode: 0, stdout: 'Linux 6.1\n' });
    expect(stderr).toContain(`nodes: ${privateIp}\n`);
    expect(sim.commands.runs).toHaveLength(1);
  }, 200_000);
});
