import { Context } from '@temporalio/activity';
import type { TakenStep } from '../domain/left-behind.js';

type Attempt = Pick<TakenStep, 'activityId' | 'attempt'>;

/** A task of a run that was ended may come after the first ones of the next. */
const runsKnown = 2;

/** Which attempts of a workflow's steps reached this process, whatever became of them. */
export class ReachedSteps {
  readonly workflowId: string;
  /** By run, and by step: the last attempt. */
  private readonly runs = new Map<string, Map<string, number>>();

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

  /** @returns whether it reached this process, or a later one of the same step did. */
  has(runId: string, { activityId, attempt }: Attempt): boolean {
    return (this.runs.get(runId)?.get(activityId) ?? 0) >= attempt;
  }

  private note(): void {
    const { workflowExecution, activityId, attempt } = Context.current().info;
    if (workflowExecution?.workflowId !== this.workflowId) return;
    const { runId } = workflowExecution;
    const steps = this.runs.get(runId) ?? new Map<string, number>();
    steps.set(activityId, Math.max(attempt, steps.get(activityId) ?? 0));
    this.runs.set(runId, steps);
    for (const oldest of [...this.runs.keys()].slice(0, -runsKnown)) this.runs.delete(oldest);
  }
}
