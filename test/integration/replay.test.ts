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

/** What a build that did not know the patch did next, in the life that noted it first. */
const olderWays = [
  ['shutdown-left-unseen', 'drain-although-left', 'workflowExecutionCompleted'],
  ['shutdown-nobody-looked', 'drain-although-nobody-looked', 'workflowExecutionFailed'],
  ['shutdown-host-silent', 'fleet-when-silent', 'workflowExecutionFailed'],
  ['startup-host-left', 'register-on-the-host', 'activityTaskScheduled'],
] as const;

interface RecordedEvent {
  readonly eventType: string;
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityId: string;
    readonly activityType: { readonly name: string };
  };
}

/** The life up to where it notes the patch; there this event is next instead. */
function beforePatch(name: string, patch: string, next: string): string {
  const { events } = JSON.parse(textOf(name)) as { events: readonly RecordedEvent[] };
  const id = Buffer.from(JSON.stringify({ id: patch, deprecated: false })).toString('base64');
  const noted = events.findIndex((event) => JSON.stringify(event).includes(id));
  if (noted === -1) throw new Error(`${name}: found no marker of ${patch}, expected one`);
  const marker = { ...events[noted], markerRecordedEventAttributes: undefined };
  const eventType = `EVENT_TYPE_${next.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
  const attributes = next === 'activityTaskScheduled' ? registeredAgain(events) : {};
  return JSON.stringify({
    events: [...events.slice(0, noted), { ...marker, eventType, [`${next}EventAttributes`]: attributes }],
  });
}

/** The last attempt to register, once more: what its host did not take was given to the fleet. */
function registeredAgain(events: readonly RecordedEvent[]): object {
  const steps = events.flatMap(({ activityTaskScheduledEventAttributes: step }) => step ?? []);
  const last = steps.findLastIndex(({ activityType }) => activityType.name === 'registerTarget');
  return { ...steps[last], activityId: String(last + 2) };
}

const textOf = (name: string) => readFileSync(`${historiesFolder}${name}.json`, 'utf8');
const replay = (text: string) => Worker.runReplayHistory(options, JSON.parse(text) as unknown);

beforeAll(() => installRuntime(() => pino({ level: 'silent' })));

describe('a recorded life', () => {
  it('is there for every path that a test records', () => {
    const tests = fileURLToPath(new URL('..', import.meta.url));
    const recorded = ['integration', 'scenarios'].flatMap((folder) =>
      readdirSync(`${tests}${folder}`).flatMap((file) => {
        const source = readFileSync(`${tests}${folder}/${file}`, 'utf8');
        return [...source.matchAll(/recordHistory\('([\w-]+)'/g)].map(([, name]) => name);
      }),
    );
    expect(names).toEqual(expect.arrayContaining(recorded));
    expect(recorded.length).toBeGreaterThan(50);
  });

  it.each(names)('%s replays with the workflows of today', async (name) => {
    await replay(textOf(name));
  });

  it.each(names)('%s replays with workers that are traced, although it was recorded without', async (name) => {
    await Worker.runReplayHistory(traced, JSON.parse(textOf(name)) as unknown);
  });

  it.each(olderWays)('%s, without %s, replays as builds before it went on: %s', async (name, patch, next) => {
    await replay(beforePatch(name, patch, next));
  });

  it.each(olderWays)('%s, without %s, is noticed when it goes on in no way that any build had', async (name, patch) => {
    await expect(replay(beforePatch(name, patch, 'workflowExecutionCanceled'))).rejects.toThrow(
      DeterminismViolationError,
    );
  });

  it('was recorded for every patch', () => {
    const workflows = fileURLToPath(new URL('../../src/workflows/', import.meta.url));
    const sources = readdirSync(workflows).map((file) => readFileSync(`${workflows}${file}`, 'utf8'));
    const patches = sources.flatMap((source) => [...source.matchAll(/patched\('([\w-]+)'\)/g)].map(([, id]) => id));
    expect(olderWays.map(([, patch]) => patch).sort()).toEqual(patches.sort());
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
