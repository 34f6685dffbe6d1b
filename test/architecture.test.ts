import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** The modules in the workflow bundle, as `npm run build` left it: webpack writes each one's path above its code. */
async function modulesInBundle(): Promise<string[]> {
  const bundle = await readFile(new URL('../dist/workflow-bundle.js', import.meta.url), 'utf8');
  return [...bundle.matchAll(/^\/\*{3}\/ "(\.[^"]+)"/gm)].map(([, path]) => path ?? '');
}

describe('the workflow bundle', () => {
  it('holds the workflows and what they decide by, and nothing else of ours', async () => {
    const ours = (await modulesInBundle()).filter((path) => path.startsWith('./dist/'));
    expect(ours).toContain('./dist/workflows/startup.js');
    expect(ours).toContain('./dist/workflows/shutdown.js');
    expect(ours.filter((path) => !/^\.\/dist\/(workflows|domain)\//.test(path))).toEqual([]);
  });

  it.each(['activities/', 'client-elastic-load-balancing', 'aws-sdk', '@smithy/', '@temporalio/client', '/hono/'])(
    'holds no module of %s: a workflow that reaches the world cannot be replayed',
    async (forbidden) => {
      expect((await modulesInBundle()).filter((path) => path.includes(forbidden))).toEqual([]);
    },
  );
});

describe('the Temporal packages', () => {
  it('share one protobufjs: a history survives the way from JSON and back', () => {
    const history = {
      events: [
        {
          eventId: '1',
          eventType: 'EVENT_TYPE_TIMER_STARTED',
          timerStartedEventAttributes: { timerId: '1', startToFireTimeout: '60s' },
        },
      ],
    };
    expect(JSON.parse(historyToJSON(historyFromJSON(history)))).toMatchObject(history);
  });
});
