import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import type { AgentSettings } from '../config/settings.js';
import type { ControllerConfig } from '../domain/controller-config.js';
import { asError } from '../domain/failures.js';
import { startupId } from '../domain/ids.js';
import type { StartupInput } from '../domain/input.js';
import { startupBudgetMs } from '../domain/starting.js';
import type { Logger } from '../telemetry/log.js';
import { openRecorder } from '../telemetry/process-basics.js';
import { installRuntime } from '../telemetry/runtime.js';
import { beginStartup } from '../temporal/begin.js';
import { untraced } from '../tracing/tracing.js';
import type { Tracing } from '../tracing/tracing.js';
import { within } from './bounded.js';
import { watchForOthers } from './bystander.js';
import { boot, knownOf } from './boot.js';
import { watchConnection } from './connection-watch.js';
import { fatal } from './fatal.js';
import { leave } from './leave.js';
import type { Leaver } from './leaver.js';
import { livesOver } from './lives.js';
import { watchForLostSteps } from './lost-steps.js';
import { patiently } from './patience.js';
import { listenForSignals } from './signals.js';
import type { Stop } from './signals.js';
import { connectMs, silenceMs } from './waits.js';
import { takeUp } from './take-up.js';
import { startWorkers } from './workers.js';
import type { Workers, WorkersOptions } from './workers.js';

export interface AgentOptions {
  readonly settings: AgentSettings;
  readonly temporal: Pick<WorkersOptions, 'connection' | 'namespace'>;
  readonly openLog: (fields: Record<string, unknown>) => Logger;
  readonly version: string;
  /** @default untraced */
  readonly tracing?: Tracing;
}

type Told = Stop | 'SIGHUP';

/**
 * The agent: brings its instance into service, stays, and takes it out when told to go.
 *
 * @returns the exit code: 0 left cleanly or detached, 2 where the settings cannot be used here, 1 otherwise.
 */
export async function runAgent(options: AgentOptions): Promise<number> {
  const { settings, temporal, openLog, version, tracing = untraced } = options;
  const signals = listenForSignals();
  const told = Promise.race([signals.stop, signals.detach]);
  const recorder = openRecorder({ version, role: 'agent' });
  let log = openLog(knownOf(settings));
  const openBetterLog: typeof openLog = (fields) => (log = openLog(fields));
  const { metricsHost: host, metricsPort: port } = settings;
  const metrics = installRuntime(() => log, { recorder, at: { host, port } }) ?? 'none';
  const booting = boot(settings, openBetterLog, { recorder, version, metrics, awsRequests: tracing.awsRequests });
  const early = await Promise.race([booting, told]).catch(asError);
  if (early === 'SIGHUP') return 0;
  // The target of an agent that was started again may be registered: who this is must be known to take it out (I3).
  if (typeof early === 'string')
    log.warn(
      { why: early },
      'told to go: waiting for the instance metadata service to say who this is; a second signal ends that',
    );
  const booted = await Promise.race([booting, signals.force]).catch(asError);
  if (typeof booted === 'string') return 1;
  if (booted instanceof Error) return fatal(booted, log, 'the agent cannot start');
  const self: Leaver = { ...booted, tracing, force: signals.force };
  try {
    return await live(self, temporal, told);
  } catch (error) {
    return fatal(asError(error), log, 'the agent failed; the target stays as it is');
  } finally {
    await self.health.close();
  }
}

async function live(self: Leaver, temporal: AgentOptions['temporal'], told: Promise<Told>): Promise<number> {
  const { instanceId, cluster, aws, host, ownSteps, health, measures, tracing, log } = self;
  const connect = (givenUp: AbortSignal) =>
    startWorkers({ ...temporal, cluster, aws, host: { instanceId, host, ownSteps }, measures, tracing, givenUp });
  const workers = await patiently.forTemporal(connect, { log, told, tooLate: (late) => void late.stop() });
  if (typeof workers === 'string') return end(self, workers, workers === 'SIGHUP' ? undefined : await lastTry());
  log.info({ address: temporal.connection.address, namespace: temporal.namespace }, 'connected to Temporal');
  watchConnection(workers.client, log, (is) => {
    measures.connected(is);
    health.setCheck('temporal', { ok: is, detail: is ? 'connected' : 'does not answer' });
  });

  /** Told to go before Temporal answered: a way out that it knows of outlives this process (I3), and costs no more than its silence. */
  async function lastTry(): Promise<Workers | undefined> {
    self.health.leave();
    const forced = new AbortController();
    void self.force.then((signal) => forced.abort(new Error(`second ${signal}`)));
    try {
      return await within(silenceMs, connect, { until: forced.signal, tooLate: (late) => void late.stop() });
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'told to go, and Temporal did not answer');
      return undefined;
    }
  }

  const ask = (givenUp: AbortSignal) => livesOver(workers.client).shutdownRuns(instanceId, givenUp);
  const whyLeave = async (): Promise<Told | 'reattach' | undefined> => {
    const runs = await patiently.forTemporal(ask, { log, told });
    if (typeof runs === 'string') return runs;
    if (!runs) return undefined;
    log.info('a shutdown of this instance is running, going on with it');
    return 'reattach';
  };
  const leaving = await whyLeave();
  void takeUp(self, workers.client);
  if (leaving !== undefined) return end(self, leaving, workers);
  const config = await tracing.span('agent startup', idOf(self), () => enterService(self, workers, told));
  if (config instanceof Error) {
    // What ended it may be somebody else's shutdown of this instance: that one is waited for (I3).
    const instead = await whyLeave();
    if (instead !== undefined) return end(self, instead, workers);
    log.fatal({ workflowId: startupId(instanceId), reason: reasonOf(config) }, 'startup failed');
    // Told to go meanwhile, it takes out what an earlier startup left in service: nobody will start it again to do so (I3).
    const toGo = await Promise.race([told, workers.stop()]);
    return typeof toGo === 'string' ? end(self, toGo) : 1;
  }
  if (typeof config === 'string') return end(self, config, workers);
  const { ingressDevice, peers } = config;
  log.info({ workflowId: startupId(instanceId), ingressDevice, peers: peers.length }, 'in service');
  ownSteps.registering = undefined;
  watchForOthers(self, workers);

  const next = await Promise.race([told, workers.lost]);
  if (typeof next === 'string') return end(self, next, workers, config);
  log.fatal({ reason: reasonOf(next) }, 'a worker failed; the target stays in service');
  return 1;
}

/** Runs `startup`, or joins the one that runs; an outage of Temporal is waited out. Ends early when told to go. */
async function enterService(
  { cluster, instanceId, settings, ownSteps, log }: Leaver,
  { client, lost }: Workers,
  told: Promise<Told>,
): Promise<ControllerConfig | Error | Told> {
  const { targetGroupArn, healthyWindow, tunnelPolicy, tunnelDevice, tunnelDetection, tunnelWindow, drain } = settings;
  const input: StartupInput = {
    instanceId,
    targetGroupArn,
    healthyWindowSeconds: healthyWindow,
    tunnel: {
      policy: tunnelPolicy,
      device: tunnelDevice,
      detection: tunnelDetection,
      windowSeconds: tunnelWindow,
    },
  };
  let startup: WorkflowHandle | undefined;
  const attempt = async (givenUp: AbortSignal) => {
    const start = () => beginStartup(client, cluster, input, { drain, requestEagerStart: true });
    // After an outage the same one: another one would register again what is registered.
    startup ??= await within(connectMs, start, { until: givenUp });
    try {
      return (await startup.result()) as ControllerConfig;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) startup = undefined;
      throw error;
    }
  };
  const over = new AbortController();
  void watchForLostSteps(client, ownSteps.reached, { log, until: over.signal });
  try {
    const attemptMs = startupBudgetMs(input);
    return await Promise.race([patiently.forTemporal(attempt, { log, told, attemptMs }), lost]);
  } catch (error) {
    return asError(error);
  } finally {
    over.abort();
  }
}

async function end(
  self: Leaver,
  why: Told | 'reattach',
  workers?: Workers,
  config?: ControllerConfig,
): Promise<number> {
  if (why !== 'SIGHUP') {
    const leaving = () => leave(self, workers, why, config);
    return (await self.tracing.span('agent shutdown', idOf(self), leaving)) ? 0 : 1;
  }
  self.log.info('detached: the target stays in service');
  await workers?.stop();
  return 0;
}

const idOf = ({ instanceId, cluster }: Leaver) => ({
  'drawbridge.instance': instanceId,
  'drawbridge.cluster': cluster,
});

/** The failure that a person wants to read: what the step said, not that a workflow or an activity failed. */
function reasonOf(error: Error): string {
  const inner = error instanceof WorkflowFailedError ? (error.cause?.cause ?? error.cause) : error;
  return inner instanceof Error ? inner.message : error.message;
}
