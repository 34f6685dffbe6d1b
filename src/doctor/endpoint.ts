import { isIPv4 } from 'node:net';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { command, inEnvironment } from './mend.js';
import type { Unit } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';

/** What a GET on this machine answered: of `/health`, here. */
export interface EndpointFacts {
  readonly host: string;
  readonly port: number;
  readonly unit: Unit;
  readonly answer: Probed<{ readonly status: number; readonly isOurs: boolean }>;
}

/** Asks as the target group's health check does, but from here. */
export function checkEndpoint({ host, port, unit, answer }: EndpointFacts): Line {
  const check = 'health endpoint';
  if (isLoopback(host)) {
    const why = `--health-host ${host} is this machine alone: the target group's health check cannot reach it`;
    return fail(check, why, inEnvironment(unit, 'DRAWBRIDGE_HEALTH_HOST=0.0.0.0'));
  }
  if ('error' in answer) {
    if (!isRefused(answer.error)) return notChecked(check, `GET /health on port ${port}: ${reasonOf(answer.error)}`);
    return warn(
      check,
      `nobody listens on port ${port}: no agent runs on this machine`,
      command('sudo', 'systemctl', 'start', unit.name),
    );
  }
  const { status, isOurs } = answer.value;
  if (!isOurs) {
    const why = `port ${port} is somebody else's, who answers ${status}: an agent cannot start there`;
    return fail(check, why, command('sudo', 'ss', '-ltnp', `sport = :${port}`));
  }
  if (status === 200) return ok(check, `GET /health on port ${port} answers 200`);
  return warn(check, `GET /health on port ${port} answers ${status}: the agent is leaving`);
}

export const isRefused = (error: Error): boolean => 'code' in error && error.code === 'ECONNREFUSED';

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
