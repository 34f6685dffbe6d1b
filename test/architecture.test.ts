import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { readFile, readdir } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';

/** The modules in a workflow bundle, as `npm run build` left it, by its source map. */
async function modulesInBundle(name = 'workflow-bundle.js'): Promise<string[]> {
  const bundle = await readFile(new URL(`../dist/${name}`, import.meta.url), 'utf8');
  const [, map = ''] = /\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)/.exec(bundle) ?? [];
  return (JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] }).sources;
}

describe('the workflow bundle', () => {
  it('holds the workflows and what they decide by, and nothing else of ours', async () => {
    const ours = (await modulesInBundle()).filter((path) => path.startsWith('src/'));
    expect(ours).toContain('src/workflows/startup.ts');
    expect(ours).toContain('src/workflows/shutdown.ts');
    expect(ours.filter((path) => !/^src\/(workflows|domain)\//.test(path))).toEqual([]);
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
    expect(traced).toEqual(expect.arrayContaining(plain.filter((path) => path.startsWith('src/'))));
    expect(
      [...plain, ...traced].filter((path) => /^([/.]|webpack:)/.test(path)),
      'where it was built',
    ).toEqual([]);
    expect(traced.some(isOfTracing)).toBe(true);
    expect(plain.filter(isOfTracing), 'whoever does not trace does not pay').toEqual([]);
  });
});

describe('the program', () => {
  const cli = new URL('../dist/cli/', import.meta.url);

  it("has everything built in but Temporal's native core, which is all that an installation adds", async () => {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies)).toEqual(['@temporalio/core-bridge']);
    const files = (await readdir(cli)).filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(files.map((name) => readFile(new URL(name, cli), 'utf8')));
    const imported = texts.flatMap((text) =>
      [...text.matchAll(/(?:^|[;}])(?:import|export)\b[^"'();]*?["']([^"']+)["']|\bimport\(["']([^"']+)["']\)/g)].map(
        ([, fixed, lazy]) => fixed ?? lazy ?? '',
      ),
    );
    expect(imported.length).toBeGreaterThan(100);
    expect([...new Set(imported)].filter((name) => !name.startsWith('./') && !isBuiltin(name))).toEqual([]);
  });

  it('passes on the licences of what is built in', async () => {
    const licences = await readFile(new URL('../dist/LICENSES.txt', import.meta.url), 'utf8');
    for (const name of ['@temporalio/worker', '@aws-sdk/client-ec2', 'pino', '@opentelemetry/api']) {
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
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
