import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';

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

describe('the command line', () => {
  it.each([
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

  it.each([
    [['--help']],
    [['agent', '--help']],
    [['worker', '--help']],
    [['simulate', '--help']],
    [['demo', '--help']],
  ])('%s fits 80 columns', async (args) => {
    const { code, stdout } = await drawbridge(args);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(code).toBe(0);
  });
});
