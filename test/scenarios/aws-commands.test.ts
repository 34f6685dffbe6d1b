import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.js';
import { CommandRun } from '../support/cli.js';
import type { Said } from '../support/cli.js';

const vpcId = 'vpc-1';
const tags = { 'neuwerk:cluster': 'fw' };
const ids = ['i-0123456789abcdef0', 'i-0123456789abcdef1'] as const;

/** A group by instance id or address with a healthy and an unhealthy target, and the built command beside it. */
async function makeFleet(onTestFinished: TestContext['onTestFinished'], targetType: 'instance' | 'ip') {
  const simulator = await startSimulator({ throttling: 'off' });
  onTestFinished(() => simulator.close());
  const healthCheck = { intervalSeconds: 0.2, healthyThreshold: 2, unhealthyThreshold: 2 };
  const { arn } = simulator.createTargetGroup({
    name: 'fw',
    vpcId,
    tags,
    targetType,
    registrationDelaySeconds: 0,
    healthCheck,
  });
  for (const [at, instanceId] of ids.entries()) {
    const probe = at === 0 ? 'healthy' : 'unhealthy';
    const { privateIp } = await simulator.createInstance({ instanceId, vpcId, tags, probe });
    simulator.registerTarget(arn, targetType === 'ip' ? privateIp : instanceId);
    await simulator.awaitTargetState(arn, targetType === 'ip' ? privateIp : instanceId, probe);
  }
  const start = (...args: string[]) => new CommandRun(args, simulator.environment());
  return { simulator, arn, start, run: (...args: string[]): Promise<Said> => start(...args).ended };
}

interface Fixtures {
  readonly aFleet: (targetType?: 'instance' | 'ip') => ReturnType<typeof makeFleet>;
}

const it = test.extend<Fixtures>({
  // Of this very test: vitest's own hook knows no more which one runs, once others run beside it.
  aFleet: ({ onTestFinished }, use) => use((targetType = 'instance') => makeFleet(onTestFinished, targetType)),
});

const widest = ({ out }: Said): number => Math.max(...out.split('\n').map((line) => line.length));

describe.concurrent('an operator who asks AWS', () => {
  it.for(['instance', 'ip'] as const)(
    'sees every target of a group by %s, in 80 columns and as JSON',
    async (type, { aFleet }) => {
      const { run, arn } = await aFleet(type);
      const said = await run('targets', '--cluster', 'fw');
      expect(said).toMatchObject({ code: 0, err: '' });
      expect(said.out).toMatch(/^i-0123456789abcdef0 +10\.\S+ +healthy$/m);
      expect(said.out).toMatch(/^i-0123456789abcdef1 +10\.\S+ +unhealthy\n {2}Target\.FailedHealthChecks: /m);
      expect(said.out.trimEnd().split('\n').at(-1)).toBe('1 of 2 healthy');
      expect(widest(said)).toBeLessThanOrEqual(80);
      const json = await run('targets', '--target-group-arn', arn, '--json');
      expect(JSON.parse(json.out)).toMatchObject({ targetGroupArn: arn, targetType: type, healthy: 1 });
      expect((JSON.parse(json.out) as { nodeIps: string[] }).nodeIps).toHaveLength(2);
    },
  );

  it('watches until Ctrl-C, a line for each change', async ({ aFleet }) => {
    const { start, simulator } = await aFleet();
    const watching = start('targets', '--cluster', 'fw', '--watch', '--json');
    await watching.says(/"healthy":1/);
    simulator.setProbe(ids[1], 'healthy');
    await watching.says(/"healthy":2/);
    watching.child.kill('SIGINT');
    const { code, out } = await watching.ended;
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n').length).toBeGreaterThanOrEqual(2);
  });

  it('sees one instance with the group that holds it', async ({ aFleet }) => {
    const { run, arn } = await aFleet();
    const { code, out } = await run('instance', ids[0]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^i-0123456789abcdef0: running\n {2}private IP +10\.\S+\n {2}VPC +vpc-1\n {2}zone +\S+\n {2}target group +fw\/\w+\n {2}health +healthy\n$/,
    );
    const json = JSON.parse((await run('instance', ids[0], '--json')).out) as unknown;
    expect(json).toMatchObject({ instanceId: ids[0], registrations: [{ targetGroupArn: arn }] });
    const nobody = await run('instance', 'i-0000000000000000f');
    expect(nobody).toMatchObject({ code: 1, out: '' });
    expect(nobody.err).toBe(
      'drawbridge: EC2 knows no instance i-0000000000000000f; check the id, the account and the region\n',
    );
  });

  it('waits for a state, is told at once what never will be, and in time what is not', async ({ aFleet }) => {
    const { run, simulator } = await aFleet();
    expect(await run('wait', 'instance', ids[0], 'running')).toMatchObject({ code: 0, out: `${ids[0]} running\n` });
    const late = await run('wait', 'targets', '--cluster', 'fw', '--timeout', '1s');
    expect(late).toMatchObject({ code: 124, out: '' });
    expect(late.err).toContain(`1 of 2 healthy (${ids[1]} unhealthy (Target.FailedHealthChecks)) after 1 s`);
    simulator.setProbe(ids[1], 'healthy');
    expect(await run('wait', 'targets', '--cluster', 'fw')).toMatchObject({ code: 0 });
    simulator.setInstanceState(ids[1], 'terminated');
    const never = await run('wait', 'instance', ids[1], 'running');
    expect(never).toMatchObject({ code: 1, out: '' });
    expect(never.err).toMatch(
      /InstanceStateUnreachable: instance i-\w+ is terminated, and never will be running again/,
    );
  });

  it('waits for an iperf3 server until it listens', async ({ aFleet }) => {
    const { run, simulator } = await aFleet();
    simulator.commands.script({ match: ':1451', exitCode: 1, times: 1 });
    const said = await run('wait', 'iperf3', ids[0]);
    expect(said).toMatchObject({ code: 0, out: `iperf3 server on ${ids[0]} listening\n` });
    expect(said.err).toMatch(/not listening, \S+( \d+s)? left\n/);
  });

  it('runs a command: output to its own streams, arguments as they were typed, the exit code said', async ({
    aFleet,
  }) => {
    const { run, simulator } = await aFleet();
    simulator.commands.script({ match: 'echo', stdout: 'out\n' });
    expect(await run('exec', ids[0], '--', 'echo', "it's $HOME")).toEqual({ code: 0, out: 'out\n', err: '' });
    expect(simulator.commands.runs.map(({ script }) => script)).toEqual([`echo 'it'\\''s $HOME'`]);
    simulator.commands.script({ match: 'long', stdout: 'x'.repeat(30_000), stderr: 'no\n', exitCode: 5 });
    const failed = await run('exec', ids[0], '--', 'long');
    expect(failed.code).toBe(1);
    expect(failed.out).toHaveLength(24_000);
    expect(failed.err).toMatch(/^no\n/);
    expect(failed.err).toContain(
      'drawbridge: stdout was longer: Systems Manager has its first 24000 characters only\n',
    );
    expect(failed.err).toMatch(/drawbridge: the command exited with 5\n$/);
    const json = JSON.parse((await run('exec', ids[0], '--json', '--', 'long')).out) as unknown;
    expect(json).toMatchObject({ exitCode: 5, cut: ['stdout'] });
  });

  it('has a command cancelled that takes too long, and by Ctrl-C', async ({ aFleet }) => {
    const { run, start, simulator } = await aFleet();
    simulator.commands.script({ match: 'slow', seconds: 600 });
    const late = await run('exec', ids[0], '--timeout', '4s', '--', 'slow');
    expect(late).toMatchObject({ code: 124, out: '' });
    expect(late.err).toMatch(
      /^drawbridge: CommandTimeout: command \S+ on i-\w+ is InProgress after 4 s: it is cancelled/,
    );
    const running = start('exec', ids[0], '--', 'slow');
    await simulator.nextRequest('GetCommandInvocation');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    expect(simulator.requests('CancelCommand')).toHaveLength(2);
  });

  it('runs a command once when the reply of AWS is lost (I9)', async ({ aFleet }) => {
    const { run, simulator } = await aFleet();
    simulator.addFault({ kind: 'resetAfter', action: 'SendCommand', count: 1 });
    expect(await run('exec', ids[0], '--', 'once')).toMatchObject({ code: 0 });
    expect(simulator.commands.runs).toHaveLength(1);
    expect(simulator.requests('SendCommand')).toHaveLength(1);
  });

  it('is told what is wrong with what was typed, and nothing is done', async ({ aFleet }) => {
    const { run, simulator } = await aFleet();
    const asked = simulator.journal.length;
    const lines: [string[], RegExp][] = [
      [['targets'], /^drawbridge: --cluster: found nothing, expected a cluster name, or --target-group-arn/],
      [['wait', 'instance'], /^drawbridge: drawbridge wait instance: found nothing after it, expected an instance id/],
      [
        ['wait', 'instance', ids[0], 'runing'],
        /^drawbridge: \[state\]: found runing, expected one of pending, running/,
      ],
      [['wait', 'target'], /<what>: found "target", expected one of instance, targets, iperf3; did you mean targets\?/],
      [['exec', 'web-1', '--', 'true'], /^drawbridge: web-1: found no instance id/],
      [['exec', ids[0], '--timeout', 'soon', '--', 'true'], /^drawbridge: --timeout: found "soon", expected a time/],
    ];
    for (const [args, line] of lines) {
      const said = await run(...args);
      expect(said, args.join(' ')).toMatchObject({ code: 2, out: '', err: expect.stringMatching(line) as string });
    }
    expect(simulator.journal).toHaveLength(asked);
  });
});
