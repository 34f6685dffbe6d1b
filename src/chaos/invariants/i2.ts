import type { Evidence } from '../evidence.js';
import { sayAt } from '../reading.js';

/** **I2** Health answers 503 before DeregisterTargets is sent. By the host: what others send for it is not looked at. */
export const i2 = (evidence: Evidence): string[] =>
  evidence.health
    .filter(({ status }) => status === 200)
    .map(
      ({ at }) =>
        `/health answered 200 as DeregisterTargets came from its host at ${sayAt(evidence, at)}, expected 503`,
    );
