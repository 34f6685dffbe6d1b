import type { GroupSettings, HealthCheckSettings } from '../aws/inspection.js';
import type { DrainPolicy } from '../domain/drain.js';
import { drainSeconds } from '../domain/drain.js';
import { healthyWindowMs } from '../domain/timings.js';
import { genevePort } from '../domain/tunnel.js';
import type { Line } from './line.js';
import { fail, ok, warn } from './line.js';
import { awsCli, command, inEnvironment } from './mend.js';
import type { Unit } from './mend.js';
import type { Mend } from './mend.js';

/** What the group's health check has to fit. */
export interface HealthCheckExpectations {
  readonly unit: Unit;
  readonly region: string | undefined;
  readonly healthPort: number;
  /** Whether that is known to be the port of the agent that is asked about: this machine's, or given. */
  readonly portIsKnown: boolean;
  /** `--healthy-window`, in seconds; 0 does not wait. */
  readonly healthyWindow: number | undefined;
  readonly drain: DrainPolicy | undefined;
}

const path = '/health';

/** Whether the group's health check asks our endpoint, understands what it says, and is quick enough. */
export function checkHealthCheck({ arn, healthCheck }: GroupSettings, expected: HealthCheckExpectations): Line[] {
  const mend = ourCheck(arn, expected);
  return [
    checkProtocol(healthCheck, mend),
    checkPath(healthCheck, mend),
    checkPort(healthCheck, expected, mend),
    checkCodes(healthCheck, arn, expected),
    checkTimeToHealthy(healthCheck, expected),
    checkTimeToUnhealthy(healthCheck, arn, expected),
  ];
}

const modify = (arn: string, region: string | undefined, ...settings: readonly string[]): Mend =>
  awsCli(region, 'elbv2', 'modify-target-group', '--target-group-arn', arn, ...settings);

const ourCheck = (arn: string, { region, healthPort, portIsKnown }: HealthCheckExpectations): Mend =>
  modify(
    ...([arn, region, '--health-check-protocol', 'HTTP', '--health-check-path', path] as const),
    ...['--health-check-port', portIsKnown ? String(healthPort) : '<port>'],
  );

function checkProtocol({ protocol }: HealthCheckSettings, mend: Mend): Line {
  const check = 'health check protocol';
  if (protocol === 'HTTP') return ok(check, 'HTTP');
  if (protocol === 'TCP') return warn(check, 'TCP: it never sees the 503 of an agent that leaves', mend);
  return fail(check, `${protocol}: the endpoint speaks HTTP, so the target never becomes healthy`, mend);
}

function checkPath({ protocol, path: asked }: HealthCheckSettings, mend: Mend): Line {
  const check = 'health check path';
  if (protocol === 'TCP') return ok(check, 'none, as the check is TCP');
  const [found = ''] = (asked ?? '').split('?', 1);
  if (found === path) return ok(check, path);
  const answer = found === '/ready' ? '503 until the appliance is in service' : '404';
  return fail(check, `${found === '' ? 'none' : found}: the endpoint answers ${answer} there, expected ${path}`, mend);
}

function checkPort(
  { port }: HealthCheckSettings,
  { healthPort, portIsKnown }: HealthCheckExpectations,
  mend: Mend,
): Line {
  const check = 'health check port';
  if (port === String(healthPort)) return ok(check, port);
  const found = port === 'traffic-port' ? `traffic-port, which is ${genevePort} for GENEVE` : port;
  if (portIsKnown || port === 'traffic-port')
    return fail(check, `${found}: the endpoint listens on ${healthPort}`, mend);
  const why = `${found}: the port of the agent there is not known from here, and is ${healthPort} by default; give it`;
  return warn(check, why, command('drawbridge', 'doctor', '--health-port', '<port>'));
}

function checkCodes(
  { protocol, matcher }: HealthCheckSettings,
  arn: string,
  { region }: HealthCheckExpectations,
): Line {
  const check = 'health check codes';
  if (protocol === 'TCP' || matcher === undefined) return ok(check, 'none, as the check gets no status');
  const mend = modify(arn, region, '--matcher', 'HttpCode=200-399');
  if (!accepts(matcher, 200))
    return fail(check, `${matcher}: 200 is not among them, so no target becomes healthy`, mend);
  if (accepts(matcher, 503))
    return fail(check, `${matcher}: with 503 among them a leaving appliance looks healthy`, mend);
  return ok(check, matcher);
}

/** Whether `200-399` or `200,204` has this status. */
const accepts = (matcher: string, status: number): boolean =>
  matcher.split(',').some((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return status >= first && status <= last;
  });

function checkTimeToHealthy(
  { intervalSeconds, healthyThreshold }: HealthCheckSettings,
  { healthyWindow, unit }: HealthCheckExpectations,
): Line {
  const check = 'time to healthy';
  const window = healthyWindow ?? healthyWindowMs / 1_000;
  const takes = intervalSeconds * healthyThreshold;
  const found = `${healthyThreshold} checks of ${intervalSeconds} s, ${takes} s after the registration`;
  if (window === 0) return ok(check, `${found}; a startup does not wait for it`);
  if (takes < window) return ok(check, `${found}; a startup waits ${window} s`);
  const enough = 2 * takes;
  return fail(
    check,
    `${found}: a startup gives up after ${window} s`,
    inEnvironment(unit, `DRAWBRIDGE_HEALTHY_WINDOW=${enough}`),
  );
}

function checkTimeToUnhealthy(
  { intervalSeconds, unhealthyThreshold }: HealthCheckSettings,
  arn: string,
  { region, drain }: HealthCheckExpectations,
): Line {
  const check = 'time to unhealthy';
  const takes = intervalSeconds * unhealthyThreshold;
  const found = `${unhealthyThreshold} checks of ${intervalSeconds} s, ${takes} s`;
  const period = drainSeconds(drain, undefined);
  if (takes <= Math.max(period, quickEnoughSeconds)) return ok(check, found);
  const mend = modify(arn, region, '--health-check-interval-seconds', '10', '--unhealthy-threshold-count', '2');
  return warn(check, `${found}: a crashed appliance gets flows for longer than a whole drain of ${period} s`, mend);
}

/** Nobody has to be quicker, however short the drain period. Ours: AWS's default check takes 20 s. */
const quickEnoughSeconds = 30;
