import type { WorkflowHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { verifySettings } from '../../config/settings.js';
import { clusterSchema } from '../../domain/ids.js';
import { quoteForShell } from '../../domain/shell.js';
import { verifyWindowMs } from '../../domain/timings.js';
import type { Verification } from '../../domain/verification.js';
import type { VerifyInput } from '../../domain/verifying.js';
import type { Ending } from '../../operator/follow.js';
import { timeoutMsOf, timeoutOption } from '../at-aws.js';
import { exitCodesOf } from '../exit-codes.js';
import { follow, sayFailure } from '../following.js';
import { atTemporal, actorOf, warnWhereNobodyVerifies } from '../operator.js';
import { addSettings, settingsOf } from '../settings.js';

interface Flags {
  readonly targetGroupArn?: string;
  readonly timeout?: string;
  readonly json?: boolean;
  readonly wait: boolean;
}

export function verifyCommand(command: Command): Command {
  command
    .argument('<cluster>', 'cluster of the appliances')
    .argument('[args...]', 'the command to try, after -- (default: uname -sr)')
    .option('--target-group-arn <arn>', 'target group to look at (default: the one tagged with the cluster)')
    .addOption(timeoutOption('15m, for all of it'))
    .option('--no-wait', 'end as soon as the workflow has begun')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
The work is done by a fleet worker ("drawbridge worker") whose role has
deploy/iam/verifier.json, eight instances at a time; targets on their way out
are left aside. One that runs already is joined. Ctrl-C stops watching, not
the workflow.

${exitCodesOf('verify')}

Examples:
  drawbridge verify fw-prod
  drawbridge verify fw-prod --iperf3 skip -- systemctl is-active firewall
  drawbridge verify fw-prod --json | jq '.instances[].checks'`,
    );
  return addSettings(command, verifySettings).action(async (name: string, args: string[]) => {
    const flags: Flags = command.opts();
    const cluster = clusterNamed(name);
    const { iperf3, probe } = await settingsOf(command, verifySettings);
    const input: VerifyInput = {
      iperf3,
      probe,
      targetGroupArn: flags.targetGroupArn,
      windowSeconds: timeoutMsOf(flags.timeout, verifyWindowMs) / 1_000,
      trigger: actorOf(),
      ...(args.length === 0 ? {} : { script: quoteForShell(args) }),
    };
    process.exit(await verify(cluster, await checked(input), flags));
  });
}

async function verify(cluster: string, input: VerifyInput, { wait, json = false }: Flags): Promise<number> {
  return atTemporal(async (operator) => {
    const { beginVerify } = await import('../../temporal/begin.js');
    const { handle, runId } = await beginVerify(operator.client, cluster, input);
    if (runId === undefined) process.stderr.write(`${handle.workflowId} runs already, joined it\n`);
    await warnWhereNobodyVerifies(operator, cluster);
    return follow({
      wait,
      json,
      handle,
      runId,
      command: `drawbridge verify ${cluster}`,
      openView: () => openView(handle),
      say: (ending) => say(ending, json),
    });
  });
}

async function openView(handle: WorkflowHandle) {
  const [{ openLiveLine }, { progressOfVerification }] = await Promise.all([
    import('../views/live-line.js'),
    import('../views/verification.js'),
  ]);
  const line = openLiveLine(process.stderr);
  const show = (found: Verification) => {
    const text = progressOfVerification(found);
    line.show(text, () => text);
  };
  return { look: () => handle.query<Verification>('verification'), show, end: line.end };
}

async function say(ending: Ending, json: boolean): Promise<number> {
  if ('failure' in ending) {
    sayFailure(ending);
    return 1;
  }
  const { verificationView } = await import('../views/verification.js');
  const found = ending.result as Verification;
  process.stdout.write(`${json ? JSON.stringify(found, null, 2) : verificationView(found)}\n`);
  return found.verified ? 0 : 1;
}

/** @throws UsageError */
function clusterNamed(text: string): string {
  const read = clusterSchema.safeParse(text);
  if (read.success) return read.data;
  throw new UsageError(`<cluster>: found "${text}", expected ${read.error.issues[0]?.message ?? 'a cluster name'}`);
}

/** @throws UsageError */
async function checked(input: VerifyInput): Promise<VerifyInput> {
  const [{ verifyInputSchema }, { explain }] = await Promise.all([
    import('../../domain/verifying.js'),
    import('../../domain/input.js'),
  ]);
  const read = verifyInputSchema.safeParse(input);
  if (read.success) return read.data;
  const flags: Record<string, string> = { targetGroupArn: '--target-group-arn', script: '<args>' };
  throw new UsageError(
    explain(read.error, input)
      .map((line) => line.replace(/^\w+/, (field) => flags[field] ?? field))
      .join('\n'),
  );
}
