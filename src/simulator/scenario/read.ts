import { refuseAttributes, defaultAttributes } from '../world/targets/target-group-attributes.js';
import type { Path, Problem } from './problems.js';
import { describeProblem, problemsOf } from './problems.js';
import { referenceProblems } from './references.js';
import type { Scenario } from './schema.js';
import { scenarioSchema } from './schema.js';

/** A scenario that no world can be made of. The message holds one line for each problem. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** A scenario with its defaults. @throws `ScenarioError` with everything that is wrong with it. */
export function readScenario(value: unknown): Scenario {
  const read = scenarioSchema.safeParse(value);
  const problems = [
    ...(read.success ? attributeProblems(read.data) : problemsOf(read.error, value)),
    ...referenceProblems(value),
  ];
  if (!read.success || problems.length > 0) throw new ScenarioError(problems);
  return read.data;
}

const attributeProblems = ({ targetGroups }: Scenario): Problem[] =>
  targetGroups.flatMap(({ attributes = {} }, index) => {
    const path: Path = ['targetGroups', index, 'attributes'];
    const refusal = refuseAttributes(new Map(Object.entries({ ...defaultAttributes, ...attributes })));
    return refusal === undefined ? [] : [{ path, text: refusal }];
  });
