import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** The modules in a workflow bundle, as `npm run build` left it: webpack writes each one's path above its code. */
async function modulesInBundle(name = 'workflow-bundle.js'): Promise<string[]> {
  const bundle = await readFile(new URL(`../dist/${name}`, import.meta.url), 'utf8');
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

describe('the workflow bundle of those who trace', () => {
  const isOfTracing = (path: string) => path.includes('opentelemetry');

  it('is the workflow bundle, and what makes spans', async () => {
    const plain = await modulesInBundle();
    const traced = await modulesInBundle('traced-workflow-bundle.js');
    expect(traced).toEqual(expect.arrayContaining(plain.filter((path) => path.startsWith('./dist/'))));
    expect(traced.some(isOfTracing)).toBe(true);
    expect(plain.filter(isOfTracing), 'whoever does not trace does not pay').toEqual([]);
  });
});

describe('the OpenTelemetry packages', () => {
  it('are built in: an installation has none of them', async () => {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies).filter((name) => name.includes('opentelemetry'))).toEqual([]);
    const built = await readFile(new URL('../dist/tracing/opentelemetry.js', import.meta.url), 'utf8');
    const imported = [...built.matchAll(/(?:from |require\(|import\()"([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(imported.filter((name) => /opentelemetry|protobufjs/.test(name))).toEqual([]);
  });
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
