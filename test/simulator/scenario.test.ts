import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { arrange, simulatorOptions } from '../../src/simulator/scenario/arrange.js';
import { scenarioJsonSchema } from '../../src/simulator/scenario/json-schema.js';
import { loadScenario } from '../../src/simulator/scenario/load.js';
import { readScenario, ScenarioError } from '../../src/simulator/scenario/read.js';
import type { ScenarioInput } from '../../src/simulator/scenario/schema.js';
import { ManualClock, startSimulator } from '../../src/simulator/simulator.js';

const exampleFile = 'docs/simulator/scenario.example.yaml';
const vpcId = 'vpc-1';

/** A simulator with the world of a scenario, on a manual clock unless that is what the scenario is about. */
async function arranged(given: ScenarioInput, clock: 'manual' | 'its own' = 'manual') {
  const scenario = readScenario(given);
  const sim = await startSimulator({
    ...simulatorOptions(scenario),
    ...(clock === 'manual' && { clock: new ManualClock() }),
  });
  onTestFinished(() => sim.close());
  await arrange(sim, scenario);
  return sim;
}

/** The problems of a scenario, one line each. */
function problemsOf(scenario: unknown): string[] {
  try {
    readScenario(scenario);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

/** A scenario file with this text, gone when the test is. */
function aFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'world.yaml');
  writeFileSync(file, text);
  return file;
}

describe('the JSON Schema of scenarios', () => {
  const generated: unknown = JSON.parse(JSON.stringify(scenarioJsonSchema()));

  it('is committed as it is generated; `npm run schemas` writes it', () => {
    expect(JSON.parse(readFileSync('docs/simulator/scenario.schema.json', 'utf8'))).toEqual(generated);
  });

  it('takes the example, and refuses a field that is not known', () => {
    const schema = z.fromJSONSchema(generated as Parameters<typeof z.fromJSONSchema>[0]);
    const example: unknown = parse(readFileSync(exampleFile, 'utf8'), { merge: true });
    expect(schema.safeParse(example)).toMatchObject({ success: true });
    expect(schema.safeParse({ colour: 'blue' })).toMatchObject({ success: false });
    expect(schema.safeParse({ instances: [{ probe: 'healthy' }] })).toMatchObject({ success: false });
  });
});

describe('the example', () => {
  it('tells editors its schema in the first line', () => {
    expect(readFileSync(exampleFile, 'utf8').split('\n', 1)).toEqual([
      '# yaml-language-server: $schema=./scenario.schema.json',
    ]);
  });

  it('says something of everything that can be said, but for the size of pages', async () => {
    const { scenario } = await loadScenario(exampleFile);
    const empty = readScenario({});
    const unsaid = Object.entries(scenario).filter(([key, value]) => {
      const byDefault = empty[key as keyof typeof empty];
      return key !== 'region' && key !== 'account' && JSON.stringify(value) === JSON.stringify(byDefault);
    });
    expect(unsaid).toEqual([]);
  });

  it('makes the world that it describes', async () => {
    const { scenario } = await loadScenario(exampleFile);
    const sim = await arranged(scenario);
    await sim.clock.advance(60_000);
    const [edge, canary] = sim.targetGroups;
    const [first = '', second = '', third = ''] = sim.instances.map(({ instanceId }) => instanceId);
    expect([first, second, third].map((id) => sim.targetHealth(edge?.arn ?? '', id).state)).toEqual([
      'healthy',
      'unhealthy',
      'unused',
    ]);
    expect(canary).toMatchObject({ name: 'edge-canary', inUse: false });
    expect(sim.autoScaling.groups.get('edge')?.instances.map(({ state }) => state)).toEqual(['InService', 'InService']);
    expect([...sim.network.subnets.keys()]).toEqual(sim.instances.slice(0, 2).map(({ subnetId }) => subnetId));
    expect([...sim.network.routeTables.values()].flatMap(({ associations }) => associations)).toHaveLength(2);
    expect([...sim.faults.all.values()].map(({ kind }) => kind)).toEqual(['error', 'resetAfter', 'staleRead']);
    expect(sim.flows(edge?.arn ?? '')).toMatchObject({ targets: [{ targetId: first }] });
  });
});

describe('a scenario', () => {
  it('without anything is an empty world', async () => {
    const sim = await arranged({});
    expect([sim.instances, sim.targetGroups, sim.region]).toEqual([[], [], 'eu-central-1']);
  });

  it('says where the world is, and what is assumed of it', async () => {
    const sim = await arranged({
      region: 'us-east-1',
      account: '000000000001',
      assumptions: { registrationSeconds: 60 },
      instances: [{ instanceId: 'i-1', vpcId, probe: 'healthy' }],
      targetGroups: [{ name: 'edge', vpcId, targets: ['i-1'] }],
    });
    const arn = sim.targetGroups[0]?.arn ?? '';
    expect(arn).toMatch(/^arn:aws:elasticloadbalancing:us-east-1:000000000001:/);
    await sim.clock.advance(59_999);
    expect(sim.targetHealth(arn, 'i-1').reason).toBe('Elb.RegistrationInProgress');
  });

  it.each<[NonNullable<ScenarioInput['clock']>, number]>([
    [{ kind: 'manual' }, 0],
    [{ kind: 'real' }, 1],
    [{ kind: 'scaled', speed: 60 }, 60],
  ])('runs on the clock %j', async (clock, speed) => {
    expect((await arranged({ clock }, 'its own')).clock.speed).toBe(speed);
  });

  it.each<NonNullable<ScenarioInput['clock']>>([
    { kind: 'manual', start: '2030-05-01T12:00:00+02:00' },
    { kind: 'scaled', speed: 0.001, start: '2030-05-01T10:00:00Z' },
  ])('starts at the time of %j', async (clock) => {
    const sim = await arranged({ clock }, 'its own');
    expect(new Date(sim.clock.now()).toISOString()).toMatch(/^2030-05-01T10:00:00/);
  });

  it('gives instances of an Auto Scaling group to the target groups that it names', async () => {
    const sim = await arranged({
      instances: [{ instanceId: 'i-1', vpcId, probe: 'healthy' }],
      targetGroups: [{ name: 'edge', vpcId }],
      autoScalingGroups: [{ name: 'fleet', instances: ['i-1'], targetGroups: ['edge'] }],
    });
    expect(sim.targetHealth(sim.targetGroups[0]?.arn ?? '', 'i-1').state).toBe('initial');
  });

  it('registers addresses with a group of type ip, whoever has them', async () => {
    const targets = ['10.9.8.7'];
    const sim = await arranged({ targetGroups: [{ name: 'edge', vpcId, targetType: 'ip', targets }] });
    expect(sim.targetHealth(sim.targetGroups[0]?.arn ?? '', '10.9.8.7').state).toBe('initial');
  });

  it('is refused with the item that the world does not let happen', async () => {
    const scenario: ScenarioInput = {
      instances: [
        { instanceId: 'i-1', vpcId, probe: 'healthy' },
        { instanceId: 'i-2', vpcId, probe: 'real' },
      ],
    };
    await expect(arranged(scenario)).rejects.toThrow(
      new ScenarioError([{ path: ['instances', 1], text: 'instance i-2: probe real needs a probeAddress' }]),
    );
  });
});

describe('the problems of a scenario', () => {
  it.each<[string, unknown, string[]]>([
    ['text', 'world', ['found "world", expected object']],
    ['a field that is none', { colour: 1 }, ['colour: is not a field that is known here']],
    ['a number for text', { region: 5 }, ['region: found 5, expected string: "5" in quotes']],
    ['an account that is none', { account: '12' }, ['account: found "12", expected 12 digits, in quotes']],
    [
      'an unknown clock',
      { clock: { kind: 'fast' } },
      ["clock.kind: found \"fast\", expected 'real' | 'scaled' | 'manual'"],
    ],
    [
      'a date that is none',
      { clock: { kind: 'manual', start: 'now' } },
      ['clock.start: found "now", expected ISO datetime'],
    ],
    [
      'limits that are none',
      { throttling: { elbv2: 'off', sts: { capacity: 0, perSecond: 1 } } },
      [
        'throttling.sts.capacity: found 0, expected number to be >=1',
        'throttling.elbv2: is not a field that is known here',
      ],
    ],
    [
      'neither of two shapes',
      { throttling: 'on' },
      ['throttling: found "on", expected one of "published"|"off" or record'],
    ],
    [
      'a probe that is none',
      { instances: [{ vpcId, probe: 'sick' }] },
      ['instances.0.probe: found "sick", expected one of "healthy"|"unhealthy"|"timeout"|"gone"|"real" or number'],
    ],
    ['something missing', { instances: [{ probe: 'healthy' }] }, ['instances.0.vpcId: found nothing, expected string']],
    [
      'an attribute that AWS does not have',
      { targetGroups: [{ name: 'edge', vpcId, attributes: { colour: 'blue' } }] },
      ["targetGroups.0.attributes: Target group attribute key 'colour' is not recognized"],
    ],
    [
      'names that are used twice',
      {
        subnets: [{ subnetId: 'subnet-1', vpcId }],
        targetGroups: [
          { name: 'a', vpcId },
          { name: 'a', vpcId },
        ],
      },
      ['targetGroups.1.name: found "a", which is the name of another target group, targetGroups.0'],
    ],
    [
      'targets that it does not have',
      { targetGroups: [{ name: 'edge', vpcId, targets: ['i-1'] }] },
      ['targetGroups.0.targets.0: found "i-1", expected an instance that the scenario names; it names none'],
    ],
    [
      'subnets that it does not have',
      {
        subnets: [{ subnetId: 'subnet-1', vpcId }],
        routeTables: [{ vpcId, subnetIds: ['subnet-1', 'subnet-2'] }],
        instances: [{ vpcId, probe: 'healthy', nics: [{ subnetId: 'subnet-3' }] }],
      },
      [
        'routeTables.0.subnetIds.1: found "subnet-2", expected a subnet that the scenario names: subnet-1',
        'instances.0.nics.0.subnetId: found "subnet-3", expected a subnet that the scenario names: subnet-1',
      ],
    ],
    [
      'groups and instances that it does not have',
      {
        instances: [{ instanceId: 'i-1', vpcId, probe: 'healthy' }],
        autoScalingGroups: [{ name: 'fleet', instances: ['i-2'], targetGroups: ['edge'] }],
        commandScripts: [{ match: 'x', instanceId: 'i-3' }],
        faults: [{ kind: 'hang', instanceId: 'i-4' }],
        traffic: [{ targetGroup: 'edge', ratePerSecond: 1 }],
      },
      [
        'autoScalingGroups.0.instances.0: found "i-2", expected an instance that the scenario names: i-1',
        'commandScripts.0.instanceId: found "i-3", expected an instance that the scenario names: i-1',
        'faults.0.instanceId: found "i-4", expected an instance that the scenario names: i-1',
        'autoScalingGroups.0.targetGroups.0: found "edge", expected a target group that the scenario names; it names none',
        'traffic.0.targetGroup: found "edge", expected a target group that the scenario names; it names none',
      ],
    ],
    [
      'wrong shapes and wrong names',
      { pageSize: 0, targetGroups: [{ name: 'edge', targets: ['i-1', 7] }] },
      [
        'pageSize: found 0, expected number to be >=1',
        'targetGroups.0.vpcId: found nothing, expected string',
        'targetGroups.0.targets.1: found 7, expected string: "7" in quotes',
        'targetGroups.0.targets.0: found "i-1", expected an instance that the scenario names; it names none',
      ],
    ],
  ])('with %s are all named at once', (_, scenario, problems) => {
    expect(problemsOf(scenario)).toEqual(problems);
  });
});

describe('a scenario file', () => {
  const problemsIn = async (text: string): Promise<string[]> => {
    const file = aFile(text);
    const error = await loadScenario(file).then(
      () => new Error('nothing'),
      (thrown: unknown) => thrown as Error,
    );
    expect(error.name).toBe('ScenarioFileError');
    return error.message.replaceAll(`${file}:`, '').split('\n');
  };

  it('may be empty, and may be JSON', async () => {
    expect((await loadScenario(aFile(''))).scenario).toEqual(readScenario({}));
    expect((await loadScenario(aFile('{ "region": "us-east-1" }'))).scenario).toMatchObject({ region: 'us-east-1' });
  });

  it('has its problems named with line and column, from the top to the bottom', async () => {
    const text = [
      'traffic:',
      '  - ratePerSecond: 1',
      '    targetGroup: edge',
      'region: 5',
      'targetGroups:',
      '  - name: next',
      '    colour: blue',
      '    targets: [i-1]',
      'instances: [{ vpcId: vpc-1 }]',
    ];
    expect(await problemsIn(text.join('\n'))).toEqual([
      '3:5: traffic.0.targetGroup: found "edge", expected a target group that the scenario names: next',
      '4:1: region: found 5, expected string: "5" in quotes',
      '6:5: targetGroups.0.vpcId: found nothing, expected string',
      '7:5: targetGroups.0.colour: is not a field that is known here',
      '8:15: targetGroups.0.targets.0: found "i-1", expected an instance that the scenario names; it names none',
      expect.stringMatching(/^9:13: instances\.0\.probe: found nothing, expected one of "healthy"/),
    ]);
  });

  it('has problems inside anchors named where the anchor is', async () => {
    const text = 'instances:\n  - &one { instanceId: i-1, vpcId: vpc-1, probe: healthy, state: asleep }\n  - *one\n';
    expect(await problemsIn(text)).toEqual([
      '2:12: instances.1.instanceId: found "i-1", which is the name of another instance, instances.0',
      expect.stringMatching(/^2:59: instances\.0\.state: found "asleep"/),
      expect.stringMatching(/^2:59: instances\.1\.state: found "asleep"/),
    ]);
  });

  it('that is no YAML has every place named', async () => {
    expect(await problemsIn('region: eu\nregion: us\nclock: "x\n')).toEqual([
      '2:1: Map keys must be unique',
      expect.stringMatching(/^4:1: Missing closing "quote/),
    ]);
    expect(await problemsIn('a: 1\n---\nb: 2\n')).toEqual([expect.stringMatching(/^2:1: .*multiple documents/)]);
  });

  it('is refused when an alias leads nowhere, or to too much', async () => {
    expect(await problemsIn('instances: *nobody\n')).toEqual([expect.stringMatching(/nobody/)]);
    const laughs = Array.from(
      { length: 9 },
      (_, index) => `- &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`,
    );
    expect(await problemsIn(['- &a0 [1]', ...laughs].join('\n'))).toEqual([expect.stringMatching(/alias/)]);
  });

  it('that is not there is said to be so', async () => {
    await expect(loadScenario('nowhere.yaml')).rejects.toThrow(/^nowhere\.yaml: ENOENT: no such file/);
  });

  it('has what the world refuses named with its place', async () => {
    const file = aFile('region: eu-central-1\ninstances:\n  - { vpcId: vpc-1, probe: real }\n');
    const { scenario, refuse } = await loadScenario(file);
    const refused = await arranged(scenario).then(
      () => undefined,
      (error: unknown) => error as ScenarioError,
    );
    expect(refused && refuse(refused).message).toBe(
      `${file}:3:5: instances.0: instance i-00000000000000001: probe real needs a probeAddress`,
    );
  });
});
