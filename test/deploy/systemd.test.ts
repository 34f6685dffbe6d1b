import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memorySettings } from '../../src/demo/agent-process.js';
import { stopBudgetSeconds } from '../../src/workers/stop-budget.js';

const path = 'deploy/systemd/drawbridge.service';
const unit = readFileSync(path, 'utf8');
const valuesOf = (name: string): string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

const analyze = (which: string, ...args: string[]) =>
  spawnSync('systemd-analyze', [...args, which], { encoding: 'utf8' });
const absent = spawnSync('systemd-analyze', ['--version']).error !== undefined;
const unlessAbsent = absent ? ' (skipped: systemd-analyze is not installed)' : '';

describe('deploy/systemd/drawbridge.service', () => {
  it('waits as long as an agent with the default drain period may take, as doctor --stop-budget prints it', () => {
    expect(valuesOf('TimeoutStopSec')).toEqual([String(stopBudgetSeconds(undefined))]);
  });

  it.each([
    ['tells the agent alone to go, and kills what it left behind', 'KillMode', 'mixed'],
    ['detaches on reload', 'ExecReload', '/bin/kill -HUP $MAINPID'],
    ['starts it again after a failure', 'Restart', 'on-failure'],
    ['and not for settings that stay wrong', 'RestartPreventExitStatus', '2'],
  ])('%s', (_what, name, value) => {
    expect(valuesOf(name)).toEqual([value]);
  });

  it('keeps the last receipt on the host, its memory small, and what Node compiled', () => {
    expect(valuesOf('Environment')).toEqual([
      'DRAWBRIDGE_RECEIPT_FILE=/var/lib/drawbridge/receipt.json',
      Object.entries(memorySettings)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
      'NODE_COMPILE_CACHE=/var/cache/drawbridge',
    ]);
    expect(valuesOf('CacheDirectory')).toEqual(['drawbridge']);
  });

  it.skipIf(absent)(`is one that systemd understands${unlessAbsent}`, () => {
    const { status, stdout, stderr } = analyze(path, 'verify');
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  it.skipIf(absent)(`exposes little: systemd rates it 1.5 or better${unlessAbsent}`, () => {
    // The exit code says it: 1 where a unit is above the threshold, which is in tenths.
    const { status, stdout, stderr } = analyze(path, 'security', '--offline=true', '--threshold=15');
    expect(status, stdout + stderr).toBe(0);
  });
});

describe('deploy/systemd/temporal-tls.conf', () => {
  const dropIn = readFileSync('deploy/systemd/temporal-tls.conf', 'utf8');

  it('names to the agent what systemd hands over to it, and only that', () => {
    const handed = [...dropIn.matchAll(/^LoadCredential=([^:]+):/gm)].map(([, id]) => id);
    const named = [...dropIn.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name, file]) => [name, file]);
    expect(named).toEqual([
      ['TEMPORAL_TLS_CLIENT_CERT_PATH', `/run/credentials/drawbridge.service/${handed[0] ?? ''}`],
      ['TEMPORAL_TLS_CLIENT_KEY_PATH', `/run/credentials/drawbridge.service/${handed[1] ?? ''}`],
    ]);
  });

  it.skipIf(absent)(`is one that systemd understands beside the unit${unlessAbsent}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-units-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const installed = join(folder, 'drawbridge.service');
    await copyFile(path, installed);
    await mkdir(`${installed}.d`);
    await copyFile('deploy/systemd/temporal-tls.conf', join(`${installed}.d`, 'temporal-tls.conf'));
    const { status, stdout, stderr } = analyze(installed, 'verify');
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
