import { judgeInstanceState } from '../domain/ec2-instance.js';
import { StepFailure } from '../domain/failures.js';
import type { FailureType } from '../domain/failures.js';
import { iperf3Port, listenCheck } from '../domain/shell.js';
import { sayHealth } from '../domain/target-health.js';
import type { Observed, Sight } from '../domain/target-health.js';
import { instanceAppearsMs, iperf3CheckMs, iperf3Look } from '../domain/timings.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';
import { unknownToEc2 } from './instance-reads.js';
import type { OneInstance } from './instance-reads.js';
import { lookUntil, sinceOf } from './look.js';
import { executeRemoteCommand } from './remote-command.js';

const listening = 'listening';

/** What a check says that came to no end: worth another one. An instance that just started is not managed yet. */
const withoutEnd: Partial<Record<FailureType, string>> = {
  InstanceNotManaged: 'not managed by Systems Manager',
  CommandTimeout: 'not answering the check',
  CommandNotRun: 'not running the check',
};

/**
 * Asks the instance itself, by a fixed script over Systems Manager, until something listens on iperf3's port, and returns what
 * was seen on the way. Nothing connects to it: a server that serves one test at a time is not disturbed. Heartbeats all the time.
 *
 * @throws InstanceStateUnreachable (final) at once: the instance is terminated; InstanceNotFound (final) where EC2 still knows none a
 *   minute later; Iperf3Timeout (final) after `windowMs`, with the last thing seen.
 */
export async function waitForIperf3Server(
  dependencies: OperationsDependencies,
  { instanceId, windowMs }: OneInstance & { readonly windowMs: number },
  attempt: Attempt,
): Promise<readonly Observed<Sight>[]> {
  const { metrics } = dependencies;
  const subject = `iperf3 server on ${instanceId}`;
  const appearsUntil = sinceOf(attempt) + instanceAppearsMs;
  const check = { instanceId, script: listenCheck(iperf3Port), timeoutMs: iperf3CheckMs, mark: 'iperf3 check' };
  const { verdict, observations } = await lookUntil(
    attempt,
    {
      step: 'SendCommand',
      subject,
      whose: 'the iperf3 server',
      windowMs,
      ...iperf3Look,
      unanswered: (type) => metrics?.unanswered('waitForIperf3Server', type),
    },
    async (): Promise<Sight> => {
      try {
        return sightOf(await executeRemoteCommand(dependencies, check, firstOf(attempt)));
      } catch (error) {
        const state = error instanceof StepFailure ? withoutEnd[error.type] : undefined;
        if (state === undefined) throw error;
        if (error instanceof StepFailure && error.type === 'InstanceNotManaged') await refuseGone();
        return { state };
      }
    },
    ({ state }) => (state === listening ? listening : 'look again'),
  );
  if (verdict === listening) return observations;
  const last = observations.at(-1);
  const why = last?.description === undefined ? '' : `: ${last.description}`;
  const message = `${subject} is ${sayHealth(last)} after ${windowMs / 1_000} s${why}, expected TCP ${iperf3Port} listening; start it with: iperf3 --server --daemon`;
  throw new StepFailure('Iperf3Timeout', message, { final: true, details: { observations } });

  async function refuseGone(): Promise<void> {
    const [instance] = await dependencies.instances.describe({ instanceIds: [instanceId] }, attempt.signal);
    if (instance === undefined) {
      if (attempt.now() < appearsUntil) return;
      throw new StepFailure('InstanceNotFound', unknownToEc2(instanceId), { final: true });
    }
    if (judgeInstanceState(instance.state, 'running') !== 'impossible') return;
    const gone = `instance ${instanceId} is ${instance.state}, no server will ever listen there`;
    throw new StepFailure('InstanceStateUnreachable', gone, { final: true });
  }
}

const longestSaying = 200;

/** grep(1) exits with 1 where no line matches, and with more where it could not look. */
function sightOf({ exitCode, stderr }: { exitCode: number; stderr: string }): Sight {
  if (exitCode === 0) return { state: listening };
  if (exitCode === 1) return { state: 'not listening' };
  return { state: `not found out (exit code ${exitCode})`, description: stderr.trim().slice(0, longestSaying) };
}

/** A command of its own for each check, which may be sent twice: it changes nothing. The heartbeat's memory is the wait's. */
const firstOf = (attempt: Attempt): Attempt => ({
  number: 1,
  dueAt: attempt.now(),
  giversNow: () => attempt.giversNow(),
  signal: attempt.signal,
  get unwanted() {
    return attempt.unwanted;
  },
  resumed: undefined,
  now: () => attempt.now(),
  heartbeat: () => undefined,
  pause: (ms) => attempt.pause(ms),
  warn: (message, fields) => attempt.warn(message, fields),
});
