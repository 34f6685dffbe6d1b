import type { SimulatorOptions } from '../../../src/simulator/simulator.js';
import type { AnyCommand, Stage } from '../stage.js';

/** One request whose answer is checked, on a simulator of its own. */
export interface Example {
  /** Completes "answers" or "refuses". */
  readonly what: string;
  /** The code of the error that it is to be refused with; undefined when it is to succeed. */
  readonly code?: string;
  /** Arranges the world, and says what to send. Must do the same in every run: two parsers are compared over it. */
  readonly arrange: (stage: Stage) => AnyCommand | Promise<AnyCommand>;
  /** Of the simulator that it is on. */
  readonly options?: SimulatorOptions;
}

/** The examples of a service, by action. */
export type Examples = Readonly<Record<string, readonly Example[]>>;

type Arrange = Example['arrange'];

/** An example that succeeds. */
export const answers = (what: string, arrange: Arrange): Example => ({ what, arrange });

/** An example that is refused. */
export const refuses = (code: string, what: string, arrange: Arrange, options: SimulatorOptions = {}): Example => ({
  code,
  what,
  arrange,
  options,
});
