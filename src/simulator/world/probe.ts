import { request } from 'node:http';
import { connect } from 'node:net';
import type { HealthCheck, ProbeOutcome } from './health-check.js';
import { matchesStatus } from './health-check.js';

/** Where a simulated instance answers health checks. All of them live on one machine, so the port tells them apart. */
export interface ProbeAddress {
  readonly host: string;
  readonly port: number;
}

/** How often a probe may have to wait for a busy test machine rather than for the target, in wall milliseconds. Ours. */
const shortestProbeTimeoutMs = 1000;

/**
 * Sends one health check, as the load balancer would. Never throws.
 *
 * The timeout passes on the wall, `speed` times as fast as the group's says, but not faster than in a second: a scaled clock
 * must not make a healthy target time out.
 */
export function probe(address: ProbeAddress, check: HealthCheck, speed: number): Promise<ProbeOutcome> {
  const timeoutMs = check.timeoutSeconds * 1000;
  const wallTimeoutMs = Math.max(timeoutMs / speed, Math.min(timeoutMs, shortestProbeTimeoutMs));
  return check.protocol === 'HTTP' ? probeHttp(address, check, wallTimeoutMs) : probeTcp(address, wallTimeoutMs);
}

function probeHttp({ host, port }: ProbeAddress, check: HealthCheck, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const sent = request({ host, port, path: check.path, agent: false, headers, signal }, (response) => {
      const status = response.statusCode ?? 0;
      resolve(matchesStatus(check.matcher, status) ? { kind: 'success' } : { kind: 'mismatch', status });
      response.destroy();
    });
    sent.on('error', () => resolve({ kind: signal.aborted ? 'timeout' : 'failed' }));
    sent.end();
  });
}

function probeTcp({ host, port }: ProbeAddress, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const finish = (outcome: ProbeOutcome) => {
      resolve(outcome);
      socket.destroy();
    };
    socket.on('connect', () => finish({ kind: 'success' }));
    socket.on('timeout', () => finish({ kind: 'timeout' }));
    socket.on('error', () => finish({ kind: 'failed' }));
  });
}
