import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf, explainToUser } from '../../src/cli/failures.js';
import { addSettings, settingsOf } from '../../src/cli/settings.js';
import { loadSettings, resolveSettings } from '../../src/config/load.js';
import { UsageError } from '../../src/config/usage-error.js';
import { agentSettings, workerSettings } from '../../src/config/settings.js';
import type { Setting } from '../../src/config/setting.js';
import { groupArn } from '../support/fake-aws.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Given {
  flags?: Record<string, string>;
  env?: Record<string, string>;
  yaml?: string;
}

async function load({ flags = {}, env = {}, yaml }: Given = {}) {
  const file = yaml === undefined ? undefined : join(folder, 'drawbridge.yaml');
  if (file !== undefined) await writeFile(file, yaml ?? '');
  return loadSettings(agentSettings, { flags, env, file });
}

/** The lines of the refusal, with the file's folder left out. */
async function problemsOf(given: Given): Promise<string[]> {
  const error: unknown = await load(given).catch((e: unknown) => e);
  if (!(error instanceof UsageError)) throw new Error('expected a UsageError');
  return error.message.split('\n').map((line) => line.replace(`${folder}/`, ''));
}

describe('the setting in force', () => {
  const flags = { healthPort: '1001' };
  const env = { DRAWBRIDGE_HEALTH_PORT: '1002' };
  const yaml = 'healthPort: 1003\n';

  it.each<[string, Given, number]>([
    ['the flag before all else', { flags, env, yaml }, 1_001],
    ['the environment before the file', { env, yaml }, 1_002],
    ['the file before the default', { yaml }, 1_003],
    ['the default when nobody says', {}, 8_080],
    ['the file when the variable is empty', { env: { DRAWBRIDGE_HEALTH_PORT: '' }, yaml }, 1_003],
    ['the default when the file is empty', { yaml: '' }, 8_080],
    ['the default when the file holds only comments', { yaml: '# nothing yet\n' }, 8_080],
  ])('is %s', async (_which, given, port) => {
    expect((await load(given)).healthPort).toBe(port);
  });

  it('is undefined where nobody says and there is no default', async () => {
    expect(await load()).toEqual({
      cluster: undefined,
      targetGroupArn: undefined,
      drain: undefined,
      healthyWindow: undefined,
      tunnelPolicy: undefined,
      tunnelDevice: undefined,
      tunnelDetection: undefined,
      tunnelWindow: undefined,
      healthHost: '0.0.0.0',
      healthPort: 8_080,
      metricsHost: '127.0.0.1',
      metricsPort: 9464,
      controllerConfig: undefined,
      imdsEndpoint: 'http://169.254.169.254',
      logLevel: 'info',
      tracing: 'off',
    });
  });

  it('may come from a second variable, where the first one says nothing', async () => {
    const region = async (env: NodeJS.ProcessEnv) =>
      (await resolveSettings(workerSettings, { flags: {}, env, file: undefined })).region;
    const both = { AWS_DEFAULT_REGION: 'us-east-1', AWS_REGION: 'eu-central-1' };
    expect(await region(both)).toEqual({ value: 'eu-central-1', from: 'AWS_REGION' });
    const second = { ...both, AWS_REGION: '' };
    expect(await region(second)).toEqual({ value: 'us-east-1', from: 'AWS_DEFAULT_REGION' });
  });

  it('cannot be changed afterwards', async () => {
    expect(Object.isFrozen(await load())).toBe(true);
  });

  it.each<[string, Given, unknown]>([
    ['seconds from a flag', { flags: { drain: '120' } }, 120],
    ['no time at all from a flag', { flags: { drain: '0' } }, 0],
    ['seconds from the environment', { env: { DRAWBRIDGE_DRAIN: '120' } }, 120],
    ['seconds from the file', { yaml: 'drain: 120' }, 120],
    ['minutes from the file', { yaml: 'drain: 2m' }, 120],
    ["the group's own delay from a flag", { flags: { drain: 'deregistration-delay' } }, 'deregistration-delay'],
    ["the group's own delay from the file", { yaml: 'drain: deregistration-delay' }, 'deregistration-delay'],
  ])('reads the drain period as %s', async (_what, given, drain) => {
    expect((await load(given)).drain).toBe(drain);
  });
});

describe('settings that cannot be used', () => {
  it.each<[string, Given, string]>([
    [
      'a flag',
      { flags: { drain: 'soon' } },
      '--drain: found "soon", expected seconds from 0 to 3600, or "deregistration-delay"',
    ],
    [
      'a variable',
      { env: { DRAWBRIDGE_TUNNEL_POLICY: 'maybe' } },
      'DRAWBRIDGE_TUNNEL_POLICY: found "maybe", expected "require", "warn" or "skip"',
    ],
    [
      'a line of the file',
      { yaml: 'healthPort: 70000' },
      'drawbridge.yaml: healthPort: found 70000, expected a port from 0 to 65535',
    ],
    [
      'an empty flag',
      { flags: { drain: '' } },
      '--drain: found "", expected seconds from 0 to 3600, or "deregistration-delay"',
    ],
    [
      'a number that is none',
      { flags: { healthPort: 'NaN' } },
      '--health-port: found "NaN", expected a port from 0 to 65535',
    ],
    [
      'an ARN of something else',
      { flags: { targetGroupArn: groupArn('fw').replace('targetgroup', 'loadbalancer') } },
      `--target-group-arn: found "${groupArn('fw').replace('targetgroup', 'loadbalancer').slice(0, 76)}..., expected a target group ARN`,
    ],
    ['a URL that is none', { flags: { imdsEndpoint: '169.254.169.254' } }, '--imds-endpoint: found "169.254.169.254"'],
  ])('are named with where they came from, what was found and what was expected: %s', async (_source, given, line) => {
    const [problem, ...others] = await problemsOf(given);
    expect(problem).toContain(line);
    expect(others).toEqual([]);
  });

  it('are all reported at once, whatever their sources', async () => {
    const problems = await problemsOf({
      flags: { drain: '-1', logLevel: 'loud' },
      env: { DRAWBRIDGE_CLUSTER: 'a/b' },
      yaml: 'healthPort: many\ntunnelWindow: -5\ntunelPolicy: warn\n',
    });
    expect(problems.map((line) => line.replace(/(, expected .*|\?)$/, ''))).toEqual([
      'drawbridge.yaml: unknown setting tunelPolicy, did you mean tunnelPolicy',
      'DRAWBRIDGE_CLUSTER: found "a/b"',
      '--drain: found -1',
      'drawbridge.yaml: tunnelWindow: found -5',
      'drawbridge.yaml: healthPort: found "many"',
      '--log-level: found "loud"',
    ]);
  });

  it('are not hidden by a better value of a lower source: a typo must not look like a choice', async () => {
    expect(await problemsOf({ flags: { healthPort: 'x' }, yaml: 'healthPort: 8081' })).toHaveLength(1);
  });

  it.each([
    ['one that is nearly right', 'drian: 60', 'unknown setting drian, did you mean drain?'],
    ['one that is like no other', 'colour: red', 'unknown setting colour, expected some of cluster, '],
    [
      "one of Temporal's",
      'temporalAddress: t:7233',
      "unknown setting temporalAddress, expected Temporal's own: TEMPORAL_ADDRESS",
    ],
  ])('are an unknown key of the file: %s', async (_what, yaml, problem) => {
    const problems = await problemsOf({ yaml });
    expect(problems).toEqual([expect.stringContaining(`drawbridge.yaml: ${problem}`)]);
  });

  it('are not the keys of a fleet worker in a file that an agent shares', async () => {
    expect(await load({ yaml: 'region: eu-central-1\ncluster: fw' })).toMatchObject({ cluster: 'fw' });
  });

  it.each([
    ['is a list', '- drain\n', 'found ["drain"], expected settings as key: value'],
    ['is a word', 'drain\n', 'found "drain", expected settings as key: value'],
  ])('are a file that %s', async (_what, yaml, problem) => {
    expect(await problemsOf({ yaml })).toEqual([`drawbridge.yaml: ${problem}`]);
  });

  it('are a file that is not YAML: one line that says where', async () => {
    const problems = await problemsOf({ yaml: 'drain: 60\ncluster: "fw\n' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^drawbridge\.yaml: .*line \d/);
  });

  it('are a file that was named but is not there', async () => {
    const file = join(folder, 'absent.yaml');
    await expect(loadSettings(agentSettings, { flags: {}, env: {}, file })).rejects.toThrow(
      /absent\.yaml: is not there, expected a YAML file/,
    );
  });
});

describe('the tables of settings', () => {
  it.each<[string, Record<string, Setting>]>([
    ['agent', agentSettings],
    ['worker', workerSettings],
  ])('of the %s give every setting a flag and a variable of its own', (_who, table) => {
    const rows = Object.values(table);
    expect(new Set(rows.map(({ flag }) => flag)).size).toBe(rows.length);
    expect(new Set(rows.map(({ env }) => env)).size).toBe(rows.length);
  });

  it('arrive from the command line, every one of them', async () => {
    const given: Record<keyof typeof agentSettings, [text: string, value: unknown]> = {
      cluster: ['fw-prod', 'fw-prod'],
      targetGroupArn: [groupArn('fw'), groupArn('fw')],
      drain: ['120', 120],
      healthyWindow: ['0', 0],
      tunnelPolicy: ['warn', 'warn'],
      tunnelDevice: ['gnv0', 'gnv0'],
      tunnelDetection: ['gwlbtun', 'gwlbtun'],
      tunnelWindow: ['5', 5],
      healthHost: ['::', '::'],
      healthPort: ['0', 0],
      metricsHost: ['::1', '::1'],
      metricsPort: ['0', 0],
      controllerConfig: ['/run/fw.json', '/run/fw.json'],
      receiptFile: ['/run/receipt.json', '/run/receipt.json'],
      imdsEndpoint: ['http://[fd00:ec2::254]', 'http://[fd00:ec2::254]'],
      logLevel: ['debug', 'debug'],
      tracing: ['otlp', 'otlp'],
    };
    const words = Object.entries(agentSettings).flatMap(([name, { flag }]) => [
      flag,
      given[name as keyof typeof agentSettings][0],
    ]);
    const command = addSettings(new Command(), agentSettings).parse(words, { from: 'user' });
    expect(await settingsOf(command, agentSettings)).toEqual(
      Object.fromEntries(Object.entries(given).map(([name, [, value]]) => [name, value])),
    );
  });

  it.each(Object.entries(agentSettings).filter(([, setting]) => 'fallback' in setting))(
    'have a default for %s that is itself allowed',
    (_name, setting) => {
      const { schema, fallback } = setting as { schema: { parse(value: unknown): unknown }; fallback: unknown };
      expect(schema.parse(fallback)).toBe(fallback);
    },
  );
});

describe('a command that fails', () => {
  it.each<[string, unknown, number]>([
    ['what the user gave us', new UsageError('--cluster: found nothing'), 2],
    ['a flag that nobody knows', new CommanderError(1, 'commander.unknownOption', 'unknown option'), 2],
    ['--help', new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), 0],
    ['what happened', new Error('connect ECONNREFUSED'), 1],
    ['something odd', 'text', 1],
  ])('after %s exits with the right code', (_why, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it('says one line for each problem, and never a stack trace', () => {
    expect(explainToUser(new UsageError('--drain: found -1\n--cluster: found ""'))).toBe(
      'drawbridge: --drain: found -1\ndrawbridge: --cluster: found ""',
    );
  });
});
