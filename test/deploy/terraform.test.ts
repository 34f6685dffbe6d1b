import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agentSettings } from '../../src/config/settings.js';
import { drainPeriodSeconds } from '../../src/domain/timings.js';
import { stopBudgetSeconds } from '../../src/workers/stop-budget.js';

const module = 'deploy/terraform';
const terraform = (cwd: string, args: readonly string[], input = '') =>
  spawnSync('terraform', args, {
    cwd,
    input,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NO_COLOR: '1' },
  });
const absent = spawnSync('terraform', ['version']).error !== undefined;
const unlessAbsent = absent ? ' (skipped: terraform is not installed)' : '';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drawbridge-terraform-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The default of one of the module's variables, as it is written. */
const defaultOf = (name: string): string | undefined =>
  new RegExp(`variable "${name}" \\{[^}]*?default +=(.*)`)
    .exec(readFileSync(`${module}/variables.tf`, 'utf8'))?.[1]
    ?.trim();

describe('the Terraform module', () => {
  it.each<[string, number]>([
    ['drain_seconds', drainPeriodSeconds],
    ['stop_budget_seconds', stopBudgetSeconds(undefined)],
    ['health_port', agentSettings.healthPort.fallback],
  ])('has the default of %s that the agent has', (name, value) => {
    expect(defaultOf(name)).toBe(String(value));
  });

  it.skipIf(absent)(`is formatted${unlessAbsent}`, () => {
    const { status, stdout } = terraform(module, ['fmt', '-check', '-recursive']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it.skipIf(absent)(`is valid${unlessAbsent}`, { timeout: 120_000 }, ({ skip }) => {
    const folder = aFolder();
    cpSync('deploy', join(folder, 'deploy'), { recursive: true });
    const example = join(folder, module, 'examples/fleet');
    const { status: had } = terraform(example, ['init', '-backend=false', '-input=false']);
    skip(had !== 0, 'the AWS provider cannot be had');
    const { status, stdout, stderr } = terraform(example, ['validate', '-no-color']);
    expect(status, stdout + stderr).toBe(0);
  });

  it.skipIf(absent)(`renders user data that is a script for bash${unlessAbsent}`, () => {
    const folder = aFolder();
    cpSync(`${module}/files`, join(folder, 'files'), { recursive: true });
    const values = `{
      package_url = "https://example.com/d.tgz", package_sha256 = "ab", stop_budget_seconds = 1277,
      environment = { TEMPORAL_ADDRESS = "temporal:7233", DRAWBRIDGE_DRAIN = "60" },
      lifecycle_script = file("files/await-termination.sh"), group = "fw-appliances", hook = "leaves" }`;
    const expression = `jsonencode(templatefile("files/user-data.sh.tftpl", ${values.replace(/\s+/g, ' ')}))\n`;
    const { stdout, stderr } = terraform(folder, ['console'], expression);
    const script = JSON.parse(JSON.parse(stdout.trim()) as string) as string;
    expect(stderr).not.toContain('Error');
    expect(script).toContain('\nDRAWBRIDGE_DRAIN=60\nTEMPORAL_ADDRESS=temporal:7233\nENV\n');
    expect(script).toContain(readFileSync(`${module}/files/await-termination.sh`, 'utf8'));
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('await-termination.sh', () => {
  it('stops the agent when Auto Scaling wants the instance gone, and then lets the termination go on', async () => {
    const folder = aFolder();
    const calls = join(folder, 'calls');
    for (const name of ['systemctl', 'aws', 'sleep']) {
      writeFileSync(join(folder, name), `#!/bin/bash\necho ${name} "$@" >> ${calls}\n`, { mode: 0o755 });
    }
    // Not there at first, as while an instance starts.
    const states = [undefined, 'InService', 'Terminated'];
    const answers: Record<string, () => string | undefined> = {
      '/latest/api/token': () => 'a-token',
      '/latest/meta-data/autoscaling/target-lifecycle-state': () => states.shift(),
      '/latest/meta-data/placement/region': () => 'eu-central-1',
      '/latest/meta-data/instance-id': () => 'i-0123456789abcdef0',
    };
    const imds = createServer((request, response) => {
      const allowed = request.method === 'PUT' || request.headers['x-aws-ec2-metadata-token'] === 'a-token';
      const answer = allowed ? answers[request.url ?? '']?.() : undefined;
      response.writeHead(answer === undefined ? 404 : 200).end(answer);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void imds.close());
    await once(imds, 'listening');
    const script = spawn('bash', [`${module}/files/await-termination.sh`, 'fw-appliances', 'drawbridge-leaves'], {
      env: {
        PATH: `${folder}:${process.env.PATH ?? ''}`,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(imds.address() as AddressInfo).port}`,
      },
    });
    expect(await once(script, 'exit')).toEqual([0, null]);
    expect(readFileSync(calls, 'utf8').trim().split('\n')).toEqual([
      'sleep 5',
      'sleep 5',
      'systemctl stop drawbridge.service',
      'aws autoscaling complete-lifecycle-action --region eu-central-1 --auto-scaling-group-name fw-appliances ' +
        '--lifecycle-hook-name drawbridge-leaves --instance-id i-0123456789abcdef0 --lifecycle-action-result CONTINUE',
    ]);
  });
});
