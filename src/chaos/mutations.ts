import type { InvariantName } from './check.js';

/** One change of the compiled product that breaks a promise, and that the chaos run has to notice. */
export interface Mutation {
  readonly name: string;
  /** The invariant that it breaks: it counts as caught when a life breaks this one. */
  readonly breaks: InvariantName;
  /** What it does to the product, for a reader. */
  readonly story: string;
  /** A file below `build`, and what is there exactly once. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Where to begin to look for a life that can notice, when those are rare. */
  readonly firstSeed?: number;
}

/** At least one for each invariant. Never in the product: they are made in a copy of the build. */
export const mutations: readonly Mutation[] = [
  {
    name: 'any-group',
    breaks: 'I1',
    story: 'a group is used without asking whether it speaks GENEVE and stands in the VPC',
    file: 'activities/discover.js',
    find: 'const group = requireGeneveGroup(arn, await targetGroups.describe(arn, signal), instance.vpcId);',
    replace: 'const group = await targetGroups.describe(arn, signal);',
  },
  {
    name: 'still-healthy',
    breaks: 'I2',
    story: 'DeregisterTargets is sent while /health still answers 200',
    file: 'workers/host.js',
    find: 'refuse() {',
    replace: 'refuse() { return;',
  },
  {
    name: 'force-skips',
    breaks: 'I3',
    story: 'a force ends deregistering too, not only the waits',
    file: 'workflows/shutdown.js',
    find: 'await CancellationScope.nonCancellable(deregister)',
    replace: 'await waits.run(deregister)',
  },
  {
    name: 'short-drain',
    breaks: 'I4',
    story: 'the drain ends after six tenths of its period',
    file: 'workflows/shutdown.js',
    find: 'const remainingMs = until - life.now().getTime();',
    replace: 'const remainingMs = 0.6 * (until - life.now().getTime());',
  },
  {
    name: 'drain-again',
    breaks: 'I4',
    story: 'another request starts the drain period again',
    file: 'workflows/shutdown.js',
    find: 'leaving.request(trigger, asked, life.now());',
    replace: 'leaving.request(trigger, asked, life.now()); leaving.startDraining(life.now(), leaving.delaySeconds);',
    firstSeed: 1422,
  },
  {
    name: 'alone-no-drain',
    breaks: 'I4',
    story: 'an agent that leaves without Temporal does not wait for the end of the drain',
    file: 'workers/leave-in-process.js',
    find: 'const until = wayOut.drain?.until ?? 0;',
    replace: 'const until = 0;',
    firstSeed: 3299,
  },
  {
    name: 'no-undo',
    breaks: 'I5',
    story: 'a startup that fails leaves its target where it is',
    file: 'workflows/startup.js',
    find: 'await undo(error);',
    replace: '',
  },
  {
    name: 'undo-all',
    breaks: 'I6',
    story: 'a startup that fails takes out a target that was in service before it',
    file: 'workflows/startup.js',
    find: 'if (discovered.inServiceBefore) {',
    replace: 'if (false) {',
    firstSeed: 226,
  },
  {
    name: 'no-end',
    breaks: 'I7',
    story: 'a shutdown has no execution timeout',
    file: 'domain/starting.js',
    find: 'workflowExecutionTimeout: shutdownTimeoutMs,',
    replace: '',
  },
  {
    name: 'no-budget',
    breaks: 'I7',
    story: 'calls to AWS are tried again for as long as the workflow lasts',
    file: 'workflows/shapes.js',
    find: 'scheduleToCloseTimeout: retry.budgetMs,',
    replace: '',
  },
  {
    name: 'sdk-retries',
    breaks: 'I8',
    story: "the AWS SDK's clients try again by themselves",
    file: 'aws/clients.js',
    find: 'maxAttempts: 1,',
    replace: 'maxAttempts: 3,',
  },
  {
    name: 'not-twice',
    breaks: 'I9',
    story: 'to deregister a target that is gone already is a failure',
    file: 'aws/elbv2.js',
    find: 'if (!isNotFound(error) && !isInvalidTarget(error))',
    replace: 'if (!isNotFound(error))',
  },
];
