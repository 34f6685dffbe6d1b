import { spawn, spawnSync } from 'node:child_process';
import type { ServiceName } from '../../src/simulator/services/service.js';

/** What the AWS CLI calls the services. */
const cliNames: Readonly<Record<ServiceName, string>> = {
  elbv2: 'elbv2',
  autoscaling: 'autoscaling',
  ec2: 'ec2',
  ssm: 'ssm',
  tagging: 'resourcegroupstaggingapi',
  sts: 'sts',
};

/** Nothing of AWS that the machine may be configured with. */
const bare = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))),
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  AWS_PAGER: '',
};

const environment = {
  ...bare,
  AWS_ACCESS_KEY_ID: 'SIMULATEDOPERATOR',
  AWS_SECRET_ACCESS_KEY: 'simulated',
  AWS_DEFAULT_REGION: 'eu-central-1',
};

/** Runs of the AWS CLI at a time: each keeps one core busy. */
const lanes = [Promise.resolve(), Promise.resolve()];
let runs = 0;

/** Whether the AWS CLI is installed. */
export const hasAwsCli = (): boolean => spawnSync('aws', ['--version'], { env: environment }).status === 0;

/** What a run of the AWS CLI left behind. */
export interface CliRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one action with the AWS CLI, against `endpoint` and nothing else: some versions know no endpoint from the environment,
 * so it is always a flag.
 *
 * @param input - the parameters, as the SDK takes them.
 */
export function runAwsCli(endpoint: string, service: ServiceName, action: string, input: object): Promise<CliRun> {
  if (new URL(endpoint).hostname !== '127.0.0.1') throw new Error(`${endpoint} is not on this machine`);
  const command = action.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
  const lane = (runs += 1) % lanes.length;
  const run = (lanes[lane] ?? Promise.resolve()).then(() =>
    execute([
      cliNames[service],
      command,
      ...['--endpoint-url', endpoint, '--output', 'json', '--no-paginate'],
      ...['--cli-input-json', JSON.stringify(input)],
    ]),
  );
  lanes[lane] = run.then(
    () => undefined,
    () => undefined,
  );
  return run;
}

/** Runs the AWS CLI with nothing of AWS in its environment but this. */
export const runAwsCliWith = (given: Readonly<Record<string, string>>, flags: readonly string[]): Promise<CliRun> =>
  execute(flags, { ...bare, ...given });

function execute(flags: readonly string[], env: NodeJS.ProcessEnv = environment): Promise<CliRun> {
  const child = spawn('aws', flags, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (output.stdout += String(data)));
  child.stderr.on('data', (data) => (output.stderr += String(data)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}
