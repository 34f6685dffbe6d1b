import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { z } from 'zod';
import type { HealthCheck, ProbeOutcome } from './health-check.js';
import { outcomeOfStatus } from './health-check.js';

/** Where a simulated instance answers health checks. All of them live on one machine, so the port tells them apart. */
export const probeAddressSchema = z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65_535) });
export type ProbeAddress = z.output<typeof probeAddressSchema>;

/** How long a probe may have to wait for a busy test machine rather than for the target, in wall milliseconds. Ours. */
const shortestProbeTimeoutMs = 1000;

/**
 * Sends one health check, as the load balancer would. Never throws.
 *
 * The timeout passes on the wall, `speed` times as fast as the group's says, but not faster than in a second: a scaled clock
 * must not make a healthy target time out.
 */
export function probe(address: ProbeAddress, check: HealthCheck, speed: number): Promise<ProbeOutcome> {
  const timeoutMs = check.timeoutSeconds * 1000;
  const wallTimeoutMs = Math.ceil(Math.max(timeoutMs / speed, Math.min(timeoutMs, shortestProbeTimeoutMs)));
  return check.protocol === 'TCP' ? probeTcp(address, wallTimeoutMs) : probeHttp(address, check, wallTimeoutMs);
}

function probeHttp({ host, port }: ProbeAddress, check: HealthCheck, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const options = { host, port, path: encodeURI(check.path), agent: false, headers, signal } as const;
    // A load balancer does not validate the certificate of a target. Source: ELB user guide, "Health checks for target groups".
    const send = check.protocol === 'HTTPS' ? requestTls : request;
    const sent = send({ ...options, rejectUnauthorized: false }, (response) => {
      resolve(outcomeOfStatus(check, response.statusCode ?? 0));
      response.destroy();
    });
    sent.on('error', () => resolve({ kind: signal.aborted ? 'timeout' : 'failed' }));
    sent.end();
  });
}

/** Whether anybody listens there: the stand-in for a packet of a flow, which a dead process does not answer. */
export const isListening = async (address: ProbeAddress): Promise<boolean> =>
  (await probeTcp(address, shortestProbeTimeoutMs)).kind === 'success';

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
