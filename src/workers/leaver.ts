import type { Host } from '../activities/dependencies.js';
import type { Aws } from '../aws/api.js';
import type { AgentSettings } from '../config/settings.js';
import type { HealthEndpoint } from '../host/health-endpoint.js';
import type { Logger } from '../telemetry/log.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Measures } from './measures.js';
import type { OwnSteps } from './own-steps.js';
import type { Stop } from './signals.js';

/** Everything that leaving needs, with Temporal or without. */
export interface Leaver {
  readonly instanceId: string;
  readonly cluster: string;
  readonly settings: AgentSettings;
  readonly aws: Aws;
  readonly host: Host;
  readonly health: HealthEndpoint;
  readonly ownSteps: OwnSteps;
  readonly tracing: Tracing;
  readonly measures: Measures;
  readonly log: Logger;
  readonly force: Promise<Stop>;
}
