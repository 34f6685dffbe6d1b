import { describe, it } from 'vitest';
import type { ServiceName } from '../../src/simulator/services/service.js';
import { hasAwsCli, runAwsCli, runAwsCliWith } from './aws-cli.js';
import type { Example } from './examples/example.js';
import { examples } from './examples/examples.js';
import { startAws } from './harness.js';
import { Stage } from './stage.js';

/** A run takes about a second, and they wait for each other. */
const patienceMs = 120_000;

/** The exit codes for an error of the service: of version 2, and of version 1. */
const serviceErrorCodes = [254, 255];

interface Row {
  readonly service: ServiceName;
  readonly action: string;
  readonly example: Example;
}

const rows: readonly Row[] = Object.entries(examples).flatMap(([service, ofService]) =>
  Object.entries(ofService).flatMap(([action, ofAction]) =>
    ofAction.map((example) => ({ service: service as ServiceName, action, example })),
  ),
);
const answered = rows.filter(({ example }) => example.code === undefined);
const refused = rows.filter(({ example }) => example.code !== undefined);

/** The first example of each action; the runs are slow, so it is one. */
const answeredOnce = answered.filter((row) => row === answered.find(({ action }) => action === row.action));
/** The first refused example of each service. */
const refusedOnce = refused.filter((row) => row === refused.find(({ service }) => service === row.service));

const isInstalled = hasAwsCli();
if (!isInstalled) process.stderr.write('The AWS CLI is not tested: there is no program "aws" on PATH.\n');

describe.skipIf(!isInstalled)('the AWS CLI', () => {
  it.concurrent.for(answeredOnce)(
    'reads the same as the SDK: $service $action',
    { timeout: patienceMs },
    async ({ service, action, example }, { expect, onTestFinished }) => {
      const [ours, theirs] = [await Stage.open(example.options), await Stage.open(example.options)];
      onTestFinished(async () => {
        await Promise.all([ours.close(), theirs.close()]);
      });
      // Two worlds with the same history, as some of the actions change theirs.
      const read = await ours.send(service, await example.arrange(ours));
      const { input } = await example.arrange(theirs);
      const { exitCode, stdout, stderr } = await runAwsCli(theirs.sim.endpoint, service, action, input);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const expected = withoutNewMembers(read);
      // It prints nothing for an answer without members.
      expect(readAs(expected, withoutNewMembers(JSON.parse(stdout === '' ? '{}' : stdout) as object))).toEqual(
        expected,
      );
    },
  );

  it(
    'needs nothing but the environment that the simulator hands out, and where it is',
    { timeout: patienceMs },
    async ({ expect }) => {
      const { sim, aGroup } = await startAws();
      const { arn } = aGroup();
      const flags = ['elbv2', 'describe-target-groups', '--endpoint-url', sim.endpoint, '--output', 'json'];
      const { exitCode, stdout, stderr } = await runAwsCliWith(sim.environment(), flags);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ TargetGroups: [{ TargetGroupArn: arn }] });
    },
  );

  it.concurrent.for(refusedOnce)(
    'reads the code of an error: $service $action',
    { timeout: patienceMs },
    async ({ service, action, example }, { expect, onTestFinished }) => {
      const stage = await Stage.open(example.options);
      onTestFinished(() => stage.close());
      const { input } = await example.arrange(stage);
      const { exitCode, stdout, stderr } = await runAwsCli(stage.sim.endpoint, service, action, input);
      expect(serviceErrorCodes).toContain(exitCode);
      expect(stdout).toBe('');
      expect(stderr).toContain(`An error occurred (${example.code ?? ''}) when calling the ${action} operation`);
    },
  );
});

/** Members that only the SDK has, and that are so new that a CLI in use need not know them. */
const newMembers: ReadonlySet<string> = new Set(['$metadata', 'Activities']);

const withoutNewMembers = (answer: object): object =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => !newMembers.has(name)));

/** Reads the times in the CLI's output: texts or epoch seconds, by version and protocol, where the SDK has dates. */
function readAs(expected: unknown, printed: unknown): unknown {
  if (expected instanceof Date) return new Date(typeof printed === 'number' ? printed * 1000 : String(printed));
  if (Array.isArray(printed)) {
    const others: readonly unknown[] = Array.isArray(expected) ? expected : [];
    return printed.map((one, index) => readAs(others[index], one));
  }
  if (typeof printed !== 'object' || printed === null) return printed;
  const others = new Map<string, unknown>(Object.entries(expected ?? {}));
  return Object.fromEntries(Object.entries(printed).map(([name, value]) => [name, readAs(others.get(name), value)]));
}
