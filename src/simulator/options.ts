import type { RequestListener } from 'node:http';
import type { AssumptionsInput } from './assumptions.js';
import type { Clock } from './clock.js';
import type { Simulator } from './simulator.js';
import type { Throttling } from './throttling/limits.js';
import type { TargetGroupOptions } from './world/targets/target-group.js';

/** How to run a simulator. Everything has a default. */
export interface SimulatorOptions {
  /** @default the wall's */
  readonly clock?: Clock;
  /** @default 'eu-central-1' */
  readonly region?: string;
  /** @default '123456789012' */
  readonly account?: string;
  /** Port of the services. @default one that is free */
  readonly port?: number;
  /** Address to bind. @default '127.0.0.1' */
  readonly host?: string;
  /** The host in the endpoints that are handed out. @default `host` */
  readonly advertisedHost?: string;
  /** The most items of a page, whatever a request asks for. @default what AWS allows */
  readonly pageSize?: number;
  /** For target groups that do not say otherwise. */
  readonly defaults?: Pick<TargetGroupOptions, 'healthCheck' | 'attributes' | 'registrationDelaySeconds'>;
  /** What AWS does not document, where it is not to be as assumed. */
  readonly assumptions?: AssumptionsInput;
  /** Rate limits. @default 'published' */
  readonly throttling?: Throttling;
  /** How many requests the journal keeps, at least. @default 100000 */
  readonly journalSize?: number;
  /** Answers the requests below `/_drawbridge/`, on the listener of the services. @default nothing does */
  readonly control?: (simulator: Simulator) => RequestListener;
}
