import type { Evidence } from './evidence.js';
import { endings } from './invariants/endings.js';
import { flows } from './invariants/flows.js';
import { i1 } from './invariants/i1.js';
import { i2 } from './invariants/i2.js';
import { i3 } from './invariants/i3.js';
import { i4 } from './invariants/i4.js';
import { i5 } from './invariants/i5.js';
import { i6 } from './invariants/i6.js';
import { i7 } from './invariants/i7.js';
import { i8 } from './invariants/i8.js';
import { i9 } from './invariants/i9.js';
import { leftBehind } from './invariants/left-behind.js';

/** What is checked of every life: the invariants by their number, and what they are for. */
export const invariants = {
  I1: i1,
  I2: i2,
  I3: i3,
  I4: i4,
  I5: i5,
  I6: i6,
  I7: i7,
  I8: i8,
  I9: i9,
  flows,
  'left behind': leftBehind,
  endings,
} as const satisfies Record<string, (evidence: Evidence) => string[]>;

export type InvariantName = keyof typeof invariants;
export const invariantNames = Object.keys(invariants) as InvariantName[];

/** An invariant that a life broke, in a sentence with what was found and what was expected. */
export interface Broken {
  readonly invariant: InvariantName;
  readonly sentence: string;
}

/** Everything that is broken in a life. Pure: the same evidence gives the same answer. */
export const check = (evidence: Evidence, only: readonly InvariantName[] = invariantNames): Broken[] =>
  only.flatMap((invariant) => invariants[invariant](evidence).map((sentence) => ({ invariant, sentence })));
