import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Help } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { commands } from '../../src/cli/commands.js';
import { exitCodesOf } from '../../src/cli/exit-codes.js';
import { buildProgram } from '../../src/cli/program.js';

const names = Object.values(commands).flatMap((listed) => Object.keys(listed));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command, as a user runs it. */
function drawbridge(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['dist/cli/main.js', ...args],
      { env: { PATH: process.env.PATH, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** As --help prints it at 80 columns, without a process for each. */
async function helpOf(names: readonly string[]): Promise<string> {
  let text = '';
  const program = await buildProgram();
  const command = names.reduce((at, name) => at.commands.find((each) => each.name() === name) ?? at, program);
  command
    .configureHelp({ helpWidth: 80 })
    .configureOutput({ writeOut: (part) => (text += part) })
    .outputHelp();
  return text;
}

describe('the command line', () => {
  it.skipIf(!existsSync('/dev/full'))('says so, and ends with 1, where what it prints cannot be written', async () => {
    const shell = promisify(execFile)('sh', ['-c', `${process.execPath} dist/cli/main.js completion bash > /dev/full`]);
    await expect(shell).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^drawbridge: what was to be printed could not be written: ENOSPC.*\n$/) as string,
    });
  });

  it.each([
    ['a word that is none of some', ['completion', 'csh'], {}, '<shell>: found "csh", expected one of bash, zsh, fish'],
    [
      'the same of a flag',
      ['simulate', '--throttling', 'on'],
      {},
      '--throttling: found "on", expected one of published, off',
    ],
    ['an unknown flag', ['agent', '--bogus'], {}, "unknown option '--bogus'"],
    ['an unknown command', ['agnt'], {}, "unknown command 'agnt'"],
    ['a cluster with a slash', ['agent', '--cluster', 'a/b'], {}, '--cluster: found "a/b", expected a cluster name'],
    [
      'a malformed ARN',
      ['agent', '--target-group-arn', 'arn:x'],
      {},
      '--target-group-arn: found "arn:x", expected a target group ARN',
    ],
    [
      'a drain period beyond what AWS has',
      ['agent', '--drain', '5000'],
      {},
      '--drain: found 5000, expected seconds from 0 to 3600, or "deregistration-delay"',
    ],
    [
      'a drain period in words',
      ['agent'],
      { DRAWBRIDGE_DRAIN: 'soon' },
      'DRAWBRIDGE_DRAIN: found "soon", expected seconds from 0 to 3600',
    ],
    ['a file that is not there', ['agent', '--config', 'nowhere.yaml'], {}, 'nowhere.yaml'],
    [
      'an API key that would travel in clear',
      ['agent'],
      { TEMPORAL_API_KEY: 'k', TEMPORAL_TLS: 'false' },
      'TEMPORAL_TLS: found false',
    ],
    ['a worker without a cluster', ['worker'], {}, '--cluster: found nothing, expected a cluster name'],
    [
      'a simulated instance with a malformed id',
      ['simulate', '--instance', 'id=x,health=h:1'],
      {},
      'id: found "x", expected an EC2 instance id',
    ],
    [
      'a simulated clock that stands still at some speed',
      ['simulate', '--clock', 'manual', '--speed', '2'],
      {},
      '--speed: found together with --clock manual, expected one of them',
    ],
    [
      'a simulated clock of another kind',
      ['simulate', '--clock', 'wall'],
      {},
      '--clock: found "wall", expected one of manual',
    ],
    [
      'a delay in words',
      ['simulate', '--registration-delay', 'soon'],
      {},
      '--registration-delay: found "soon", expected seconds, 0 or more',
    ],
    ['a scenario that is not there', ['simulate', '--scenario', 'nowhere.yaml'], {}, 'nowhere.yaml: ENOENT'],
    [
      'a scenario that is none',
      ['simulate', '--scenario', 'package.json'],
      {},
      'package.json:2:3: name: is not a field that is known here',
    ],
    [
      'a document that there is not',
      ['simulate', '--print', 'poem'],
      {},
      '--print: found "poem", expected one of scenario-schema, openapi',
    ],
  ] as [string, string[], Record<string, string>, string][])(
    '%s is one clear line and exit code 2',
    async (_, args, env, line) => {
      const { code, stderr, stdout } = await drawbridge(args, env);
      expect(stderr).toContain(line);
      expect(stderr).toMatch(/^drawbridge: /);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe('');
      expect(code).toBe(2);
    },
  );

  it('says which port is taken, and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await drawbridge(['simulate', '--port', String(port)], {});
    expect(stderr).toBe(
      `drawbridge: port ${port} on 127.0.0.1: found another process that listens there; stop it, or choose another\n`,
    );
    expect(code).toBe(2);
  });

  it('names every problem at once', async () => {
    const { stderr } = await drawbridge([
      'agent',
      '--drain',
      'x',
      '--health-port',
      '70000',
      '--tunnel-policy',
      'maybe',
    ]);
    expect(stderr.trim().split('\n')).toHaveLength(3);
  });

  it.each([[[]], ...names.map((name) => [[name]])])(
    'the help of "%s" fits 80 columns, has an example and says what the exit codes mean',
    async (args) => {
      const help = await helpOf(args);
      expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(help).toMatch(/\nExamples?:\n {2}\S/);
      expect(help).toContain(args[0] === undefined ? '\nExit codes: ' : `\n${exitCodesOf(args[0])}\n`);
    },
  );

  it('lists every command as the command itself says what it takes', async () => {
    const whole = await buildProgram();
    const own = whole.commands.map((command) => new Help().subcommandTerm(command));
    expect(whole.commands.map((command) => whole.createHelp().subcommandTerm(command))).toEqual(own);
    expect((await buildProgram(['--help'])).helpInformation()).toBe(whole.helpInformation());
  });

  it('knows more only of a command that is named', async () => {
    const program = await buildProgram(['help', 'shutdown']);
    const whole = program.commands.filter((command) => command.options.length + command.registeredArguments.length > 0);
    expect(whole.map((command) => command.name())).toEqual(['shutdown', 'help']);
  });

  it.each([[['shutdwn', 'i-1']], [['help', 'shutdwn']], [['shutdwn', '--help']], [['shutdwn', 'i-1', '-h']]])(
    'names the command that was meant, in the same words: %s',
    async (args) => {
      const said = "drawbridge: unknown command 'shutdwn'\n(Did you mean shutdown?)\n";
      expect(await drawbridge(args)).toMatchObject({ code: 2, stdout: '', stderr: said });
    },
  );

  it.each([
    [['status', '--wacth'], 'Did you mean --watch?'],
    [['config', 'wrker'], '<whose>: found "wrker", expected one of agent, worker, operator; did you mean worker?'],
    [['config', 'worker', '--drain', '2m'], '--drain: is no setting of the worker'],
    [['agent', '--drain', '9h'], '--drain: found "9h", expected seconds from 0 to 3600'],
    [['agent', '--log-level', 'inf'], '--log-level: found "inf", expected one of trace, debug, info'],
  ])('helps with a slip: %s', async (args, hint) => {
    expect((await drawbridge(args)).stderr).toContain(hint);
  });
});

describe('what was to be printed', () => {
  const onto = (redirect: string) =>
    new Promise<Ended>((resolve) => {
      const child = execFile(
        'sh',
        ['-c', `"$0" dist/cli/main.js config ${redirect}`, process.execPath],
        (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
    });

  it('and could not be written is a failure, in one line', async () => {
    const { code, stderr } = await onto('> /dev/full');
    expect(stderr).toMatch(/^drawbridge: what was to be printed could not be written: ENOSPC[^\n]*\n$/);
    expect(code).toBe(1);
  });

  it('and whose reader has gone is none', async () => {
    expect(await onto('| true')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('drawbridge config', () => {
  const env = { DRAWBRIDGE_HEALTH_PORT: '8081', TEMPORAL_ADDRESS: 'temporal:7233', HOME: '/nowhere' };

  it('prints every setting in force with where it comes from, in 80 columns', async () => {
    const { code, stdout } = await drawbridge(
      ['config', '--drain', '2m', '--config', 'docs/drawbridge.example.yaml'],
      env,
    );
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['agent, file docs/drawbridge.example.yaml']);
    expect(rows).toContainEqual(['drain', '120', '--drain']);
    expect(rows).toContainEqual(['healthPort', '8081', 'DRAWBRIDGE_HEALTH_PORT']);
    expect(rows).toContainEqual(['cluster', 'fw-prod', 'docs/drawbridge.example.yaml']);
    expect(rows).toContainEqual(['healthyWindow', '600', 'docs/drawbridge.example.yaml']);
    expect(rows).toContainEqual(['tunnelWindow', '60', 'default']);
    expect(rows).toContainEqual(['address', 'temporal:7233', 'TEMPORAL_ADDRESS']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(code).toBe(0);
  });

  it('puts a value that is too long for 80 columns below its line, whole', async () => {
    const arn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/firewalls/0123456789abcdef';
    const { stdout } = await drawbridge(['config', '--target-group-arn', arn], env);
    const lines = stdout.split('\n');
    const at = lines.findIndex((line) => /^targetGroupArn +\(below\) +--target-group-arn$/.test(line));
    expect(lines[at + 1]).toBe(`  ${arn}`);
    expect(lines.filter((line) => line.length > 80 && !line.includes(arn))).toEqual([]);
  });

  it('prints the same as JSON, and nothing that is secret', async () => {
    const { stdout } = await drawbridge(['config', 'worker', '--json'], { ...env, TEMPORAL_API_KEY: 'a-secret-key' });
    expect(JSON.parse(stdout)).toMatchObject({
      whose: 'worker',
      file: null,
      settings: {
        cluster: { value: null, from: null, otherwise: 'required' },
        metricsPort: { value: 9464, from: null },
      },
      temporal: {
        address: { value: 'temporal:7233', from: 'TEMPORAL_ADDRESS' },
        apiKey: { value: '[redacted]', from: 'TEMPORAL_API_KEY' },
      },
    });
    expect(stdout).not.toContain('a-secret-key');
  });

  it('names what cannot be used instead, with exit code 2', async () => {
    const { code, stderr, stdout } = await drawbridge(['config', '--drain', 'soon'], env);
    expect(stderr).toContain('--drain: found "soon"');
    expect([code, stdout]).toEqual([2, '']);
  });

  it('prints the schema of the file as it is in docs/drawbridge.schema.json', async () => {
    const { stdout } = await drawbridge(['config', '--schema']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('docs/drawbridge.schema.json', 'utf8')));
  });
});

describe('drawbridge simulate', () => {
  const servedSchema = z.strictObject({
    endpoint: z.url(),
    controlEndpoint: z.url(),
    targetGroups: z.array(z.strictObject({ name: z.string(), arn: z.string() })),
    instances: z.array(
      z.strictObject({
        instanceId: z.string(),
        imdsEndpoint: z.url(),
        environment: z.record(z.string(), z.string()),
      }),
    ),
  });

  /** A simulator that serves, gone when the test is: what its first line said, and how it ends. */
  async function simulate(...args: string[]) {
    const child = spawn(process.execPath, ['dist/cli/main.js', 'simulate', '--json', ...args]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines: string[] = [];
    const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    await once(reader, 'line');
    const served = servedSchema.parse(JSON.parse(lines[0] ?? ''));
    return {
      ...served,
      get: async (path: string): Promise<unknown> => (await fetch(`${served.controlEndpoint}${path}`)).json(),
      end: async () => {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        return { code: (await exited)[0] as unknown, lines: lines.length };
      },
    };
  }

  it('prints one line of JSON, serves until it is told to end, and ends well', async () => {
    const { endpoint, controlEndpoint, get, end } = await simulate();
    expect(controlEndpoint).toBe(`${endpoint}/_drawbridge`);
    expect(await get('/clock')).toMatchObject({ speed: 1 });
    expect(await end()).toEqual({ code: 0, lines: 1 });
  });

  it('makes the world that its flags describe', async () => {
    const { get, instances } = await simulate(
      ...['--cluster', 'a.b', '--region', 'us-east-1', '--clock', 'manual', '--throttling', 'off'],
      ...['--registration-delay', '7', '--deregistration-delay', '20', '--advertised-host', 'localhost'],
      ...['--instance', 'health=127.0.0.1:9,id=i-0123456789abcdef0', '--instance', 'health=127.0.0.1:10'],
    );
    const tags = { 'neuwerk:cluster': 'a.b' };
    expect(await get('/target-groups')).toMatchObject([
      {
        name: 'appliances-a-b',
        arn: expect.stringContaining(':us-east-1:') as string,
        tags,
        healthCheck: { protocol: 'HTTP', path: '/health' },
        attributes: { 'deregistration_delay.timeout_seconds': '20' },
        registrationDelaySeconds: 7,
      },
    ]);
    expect(await get('/instances')).toMatchObject([
      { instanceId: 'i-0123456789abcdef0', tags, probe: 'real', probeAddress: { host: '127.0.0.1', port: 9 } },
      { tags, probeAddress: { host: '127.0.0.1', port: 10 } },
    ]);
    expect(await get('/clock')).toMatchObject({ speed: 0 });
    expect(instances[0]?.imdsEndpoint).toMatch(/^http:\/\/localhost:/);
  });

  it('makes the world that a scenario describes', async () => {
    const { targetGroups, get } = await simulate('--scenario', 'docs/simulator/scenario.example.yaml');
    expect(targetGroups.map(({ name }) => name)).toEqual(['edge', 'edge-canary']);
    expect(await get('/clock')).toMatchObject({ speed: 10 });
  });

  it('refuses flags that a scenario contradicts, all at once', async () => {
    const args = [
      '--scenario',
      'docs/simulator/scenario.example.yaml',
      '--cluster',
      'demo',
      '--registration-delay',
      '1',
    ];
    const { code, stdout, stderr } = await drawbridge(['simulate', ...args]);
    expect(stderr).toBe(
      'drawbridge: --cluster: found together with --scenario, expected it in the file: targetGroups and instances\n' +
        'drawbridge: --registration-delay: found together with --scenario, expected it in the file: targetGroups\n',
    );
    expect([code, stdout]).toEqual([2, '']);
  });

  it.each([
    ['scenario-schema', 'scenario.schema.json'],
    ['openapi', 'openapi.json'],
  ])('prints %s as it is in docs/simulator/%s', async (document, name) => {
    const { code, stdout } = await drawbridge(['simulate', '--print', document]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(`docs/simulator/${name}`, 'utf8')));
    expect(code).toBe(0);
  });
});
