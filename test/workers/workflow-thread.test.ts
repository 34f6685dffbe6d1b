import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { startWorkflowThread, takeWorkflowThread, workflowBundlePath } from '../../src/workers/workflow-thread.js';
import type { Worker } from 'node:worker_threads';

const taken: Worker[] = [];
const take = () => {
  const thread = takeWorkflowThread();
  taken.push(thread);
  return thread;
};
afterEach(() => Promise.all(taken.splice(0).map((thread) => thread.terminate())));

const path = workflowBundlePath('workflow-bundle.js');
const asked = { code: '', filename: path, sourceMap: {} };

/** What the SDK asks of it first. */
async function answerTo(thread: Worker, workflowBundle: object): Promise<unknown> {
  const input = { type: 'init', workflowBundle, isolateExecutionTimeoutMs: 5_000, registeredActivityNames: new Set() };
  thread.postMessage({ requestId: 0n, input: { ...input, reuseV8Context: true } });
  const [answer] = (await once(thread, 'message')) as [{ result: unknown }];
  return answer.result;
}

it('gives the thread that was started ahead to the first who takes one, and new ones to all others', async () => {
  startWorkflowThread('off');
  const first = take();
  const second = take();
  expect(second.threadId).not.toBe(first.threadId);
  // The code that is sent along is none: only who has evaluated the bundle ahead can answer.
  expect(await answerTo(first, asked)).toMatchObject({ type: 'ok' });
  expect(await answerTo(second, asked)).toMatchObject({ type: 'error' });
});

it('has nothing ready for other workflows than those that it was started for', async () => {
  startWorkflowThread('off');
  expect(await answerTo(take(), { ...asked, filename: '/elsewhere.js' })).toMatchObject({ type: 'error' });
});
