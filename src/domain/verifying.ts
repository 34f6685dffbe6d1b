import * as z from 'zod/mini';
import { clusterSchema, fleetQueue, targetGroupArnSchema, verifyId } from './ids.js';
import { triggerSchema, windowSchema } from './input.js';
import type { Start } from './starting.js';
import { awsRetry, hostReturnMs, lookBoundMs, slackMs, verifyWindowMs, workflowTaskMs } from './timings.js';
import { probeScript } from './verification.js';

export const checkPolicySchema = z.enum(['require', 'skip'], { error: '"require" or "skip"' });

export type CheckPolicy = 'require' | 'skip';

/** The longest script of a probe. Ours: Systems Manager takes more, and histories keep it. */
const longestScript = 8_000;

/** What the workflow `verify` is started with. Plain JSON. */
export interface VerifyInput {
  /** Defaults to the cluster that the workflow's task queue is named after. */
  readonly cluster?: string | undefined;
  /** Skips the search by tag. */
  readonly targetGroupArn?: string | undefined;
  /** Whether an iperf3 server has to listen on every instance. Defaults to require. */
  readonly iperf3?: CheckPolicy | undefined;
  /** Whether a command has to succeed on every instance. Defaults to require. */
  readonly probe?: CheckPolicy | undefined;
  /** That command, for sh. Defaults to one that prints the kernel's name. */
  readonly script?: string | undefined;
  /** For all of it. Defaults to 15 minutes. */
  readonly windowSeconds?: number | undefined;
  /** Who asked, for the history. */
  readonly trigger?: string | undefined;
}

export const verifyInputSchema: z.ZodMiniType<VerifyInput> = z.strictObject({
  cluster: z.optional(clusterSchema),
  targetGroupArn: z.optional(targetGroupArnSchema),
  iperf3: z.optional(checkPolicySchema),
  probe: z.optional(checkPolicySchema),
  script: z.optional(
    z
      .string({ error: 'a script' })
      .check(
        z.minLength(1, { error: 'a script' }),
        z.maxLength(longestScript, { error: `a script of at most ${longestScript} characters` }),
      ),
  ),
  windowSeconds: z.optional(windowSchema),
  trigger: z.optional(triggerSchema),
});

/** What a verification is started with, whoever starts it. */
export function verifyStart(cluster: string, input: VerifyInput): Start<VerifyInput> {
  const { iperf3 = 'require', probe = 'require', script = probeScript, windowSeconds, trigger } = input;
  const windowMs = windowSeconds === undefined ? verifyWindowMs : windowSeconds * 1_000;
  return {
    workflowId: verifyId(cluster),
    taskQueue: fleetQueue(cluster),
    args: [{ cluster, ...input }],
    workflowExecutionTimeout: verifyBudgetMs(windowMs),
    workflowTaskTimeout: workflowTaskMs,
    staticSummary: `verify the instances of cluster ${cluster}`,
    staticDetails: [
      `Verifies every target of cluster **${cluster}**, and changes nothing. Asked by: ${trigger ?? 'unknown'}.`,
      '',
      '1. the instance is `running`',
      '2. its target is `healthy`',
      `3. an iperf3 server listens on it${iperf3 === 'skip' ? ' (left out)' : ''}`,
      `4. a command succeeds on it${probe === 'skip' ? ' (left out)' : `: \`${script.replaceAll('`', "'")}\``}`,
    ].join('\n'),
  };
}

/** The longest that a verification may take (I7): its own window, the search before it, and a last step that its worker died of. */
export const verifyBudgetMs = (windowMs: number): number =>
  hostReturnMs + awsRetry.budgetMs + lookBoundMs(windowMs) + awsRetry.budgetMs + slackMs;
