import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { installRuntime } from '../../src/telemetry/runtime.js';
import { historiesFolder } from '../support/history.js';

const optionsFor = (bundle: string): ReplayWorkerOptions => ({
  workflowBundle: { codePath: fileURLToPath(new URL(`../../dist/${bundle}`, import.meta.url)) },
  // Replay knows no task queue but this name: a life that was started without a cluster takes it from there.
  replayName: 'drawbridge/replay',
});

/** The bundle that workers run, and the one that they run while they are traced. */
const options = optionsFor('workflow-bundle.js');
const traced = optionsFor('traced-workflow-bundle.js');

const names = readdirSync(historiesFolder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

const textOf = (name: string) => readFileSync(`${historiesFolder}${name}.json`, 'utf8');
const replay = (text: string) => Worker.runReplayHistory(options, JSON.parse(text) as unknown);

beforeAll(() => installRuntime(() => pino({ level: 'silent' })));

describe('a recorded life', () => {
  it('was recorded for every path', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'shutdown-already-deregistered',
        'shutdown-by-the-fleet',
        'shutdown-cancelled',
        'shutdown-drained',
        'shutdown-draining-timeout',
        'shutdown-forced-while-confirming',
        'shutdown-forced-while-deregistering',
        'shutdown-forced-while-draining',
        'startup-cancelled',
        'startup-host-lost',
        'startup-in-service',
        'startup-undone',
        'verify-iperf3-missing',
        'verify-not-verified',
        'verify-verified',
      ]),
    );
  });

  it.each(names)('%s replays with the workflows of today', async (name) => {
    await replay(textOf(name));
  });

  it.each(names)('%s replays with workers that are traced, although it was recorded without', async (name) => {
    await Worker.runReplayHistory(traced, JSON.parse(textOf(name)) as unknown);
  });

  it.each([
    ['startup-in-service', 'registerTarget', 'listPeers'],
    ['startup-undone', 'deregisterTarget', 'registerTarget'],
    ['shutdown-drained', 'deregisterTarget', 'confirmDraining'],
    ['verify-verified', 'waitForIperf3Server', 'executeRemoteCommand'],
  ])('%s is noticed when it differs from the workflows of today: %s is %s there', async (name, from, to) => {
    const text = textOf(name);
    expect(text).toContain(`"name": "${from}"`);
    await expect(replay(text.replaceAll(`"name": "${from}"`, `"name": "${to}"`))).rejects.toThrow(
      DeterminismViolationError,
    );
  });
});
