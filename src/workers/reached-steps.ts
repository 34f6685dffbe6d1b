import { Context } from '@temporalio/activity';
import type { TakenStep } from '../domain/left-behind.js';

type Attempt = Pick<TakenStep, 'activityId' | 'attempt'>;

/** Which attempts of a workflow's steps reached this process, whatever became of them. It knows those of the last run that it met. */
export class ReachedSteps {
  readonly workflowId: string;
  private runId = '';
  private readonly attempts = new Set<string>();

  constructor(workflowId: string) {
    this.workflowId = workflowId;
  }

  /** The same activities; each says that it is here before it does anything. */
  noting<Activities extends object>(activities: Activities): Activities {
    const noting = Object.entries(activities).map(([name, run]) => [
      name,
      (input: unknown) => {
        this.note();
        return (run as (input: unknown) => unknown)(input);
      },
    ]);
    return Object.fromEntries(noting) as Activities;
  }

  has(runId: string, attempt: Attempt): boolean {
    return runId === this.runId && this.attempts.has(keyOf(attempt));
  }

  private note(): void {
    const { workflowExecution, activityId, attempt } = Context.current().info;
    if (workflowExecution?.workflowId !== this.workflowId) return;
    if (workflowExecution.runId !== this.runId) this.attempts.clear();
    this.runId = workflowExecution.runId;
    this.attempts.add(keyOf({ activityId, attempt }));
  }
}

const keyOf = ({ activityId, attempt }: Attempt): string => `${activityId}/${attempt}`;
