// The thread that runs workflows, as `scripts/bundle-program.js` builds it: the SDK's own, which then has what it is asked for.
import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { defaultPayloadConverter, toPayloads, TypedSearchAttributes } from '@temporalio/common';
import { coresdk } from '@temporalio/proto';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
import type { WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface.js';
import '@temporalio/worker/lib/workflow/workflow-worker-thread.js';
import type { StartupInput } from '../domain/input.js';

/** What a thread that is started ahead is told. */
export interface Ahead {
  /** The workflows that it will be asked to run. */
  readonly bundle: string;
}

const rehearsalMs = 5_000;
const mapping = '\n//# sourceMappingURL=data:application/json;base64,';

/**
 * Evaluates the workflows, and runs the first task of a startup that nobody hears of, while the main thread still loads: what the
 * first real one runs is compiled then. Where that fails, all is made when it is asked for.
 */
function makeAhead(filename: string): void {
  const create = ReusableVMWorkflowCreator.create.bind(ReusableVMWorkflowCreator);
  const make = async () => rehearsed(await create(readBundle(filename), rehearsalMs, new Set(['readMetadata'])));
  const made = make().catch(() => undefined);
  let taken = false;
  const take = async (...asked: Parameters<typeof create>) => {
    const [given, isolateExecutionTimeoutMs, registeredActivityNames, patchActivationCallback] = asked;
    const creator = taken || given.filename !== filename ? undefined : await made;
    taken = true;
    if (creator === undefined) return create(...asked);
    return Object.assign(creator, {
      workflowBundle: given,
      isolateExecutionTimeoutMs,
      registeredActivityNames,
      patchActivationCallback,
    });
  };
  ReusableVMWorkflowCreator.create = take as typeof ReusableVMWorkflowCreator.create;
}

function readBundle(filename: string) {
  const code = readFileSync(filename, 'utf8');
  const map = code.slice(code.lastIndexOf(mapping) + mapping.length);
  return { code, filename, sourceMap: JSON.parse(Buffer.from(map, 'base64').toString()) as never };
}

async function rehearsed(creator: ReusableVMWorkflowCreator): Promise<ReusableVMWorkflowCreator> {
  const now = Date.now();
  const ids = { workflowId: 'rehearsal', runId: 'rehearsal' };
  const info = {
    ...ids,
    workflowType: 'startup',
    searchAttributes: {},
    typedSearchAttributes: new TypedSearchAttributes(),
    taskQueue: 'rehearsal',
    namespace: 'rehearsal',
    firstExecutionRunId: ids.runId,
    originalExecutionRunId: ids.runId,
    startTime: new Date(now),
    runStartTime: new Date(now),
    taskTimeoutMs: rehearsalMs,
    attempt: 1,
    historyLength: 3,
    historySize: 0,
    continueAsNewSuggested: false,
    unsafe: { isReplaying: false },
  };
  const options = { info, randomnessSeed: [1, 2, 3, 4, 5, 6, 7, 8], now, showStackTraceSources: false };
  const workflow = await creator.createWorkflow(options as unknown as WorkflowCreateOptions);
  const input: StartupInput = { instanceId: 'i-00000000000000000', cluster: 'rehearsal' };
  const timestamp = { seconds: Math.floor(now / 1_000), nanos: 0 };
  const { WorkflowActivation } = coresdk.workflow_activation;
  const activation = WorkflowActivation.fromObject({
    runId: ids.runId,
    timestamp,
    isReplaying: false,
    historyLength: 3,
    jobs: [
      {
        initializeWorkflow: {
          ...ids,
          workflowType: info.workflowType,
          arguments: toPayloads(defaultPayloadConverter, input),
          firstExecutionRunId: ids.runId,
          attempt: 1,
          startTime: timestamp,
        },
      },
    ],
  });
  await workflow.activate(activation);
  await workflow.getAndResetSinkCalls();
  await workflow.dispose();
  return creator;
}

const { bundle } = (workerData ?? {}) as Partial<Ahead>;
if (bundle !== undefined) makeAhead(bundle);
