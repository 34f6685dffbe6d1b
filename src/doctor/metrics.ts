import { inAddress } from '../domain/address.js';
import type { EndpointFacts } from './endpoint.js';
import { isRefused } from './endpoint.js';
import type { Line } from './line.js';
import { notChecked, ok, warn } from './line.js';
import { command, inEnvironment } from './mend.js';
import { reasonOf } from './probed.js';

/** What a GET of `/metrics` on this machine answered; not asked where the port is 0. */
export type MetricsFacts = Omit<EndpointFacts, 'answer'> & {
  readonly answer: EndpointFacts['answer'] | undefined;
  /** Whether an agent's health endpoint answers here. */
  readonly agentRuns: boolean;
};

/** Nothing here fails: an agent without metrics does all of its work. */
export function checkMetrics({ host, port, unit, answer, agentRuns }: MetricsFacts): Line {
  const check = 'metrics';
  if (answer === undefined) return ok(check, 'none, as --metrics-port is 0');
  const at = `${inAddress(host)}:${port}`;
  if ('error' in answer) {
    if (!isRefused(answer.error)) return notChecked(check, `GET /metrics at ${at}: ${reasonOf(answer.error)}`);
    if (!agentRuns) return ok(check, `${at} is free for an agent`);
    return warn(
      check,
      `nobody listens at ${at}: the agent runs without`,
      command('sudo', 'systemctl', 'restart', unit.name),
    );
  }
  if (answer.value.isOurs) return ok(check, `GET /metrics at ${at} answers ${answer.value.status}`);
  const why = `${at} is somebody else's, who answers ${answer.value.status}: an agent goes without`;
  return warn(check, why, inEnvironment(unit, 'DRAWBRIDGE_METRICS_PORT=<port>'));
}
