import { describe, expect, it } from 'vitest';
import type { LogEntry } from '@temporalio/worker';
import { pino } from 'pino';
import { temporalLogger } from '../../src/telemetry/temporal-log.js';

/** What our log, which is an agent's or else a fleet worker's, makes of a line of the SDK's. */
function said(
  entry: Pick<LogEntry, 'level' | 'message' | 'meta'>,
  bindings: object = { instance: 'i-1', cluster: 'c' },
) {
  const lines: unknown[] = [];
  const log = pino(
    { level: 'debug', base: bindings, timestamp: false, formatters: { level: (level) => ({ level }) } },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  temporalLogger(() => log).log(entry.level, entry.message, entry.meta);
  return lines;
}

describe("a line of the SDK's core", () => {
  it('is ours where it warns: with instance, cluster and level', () => {
    const meta = {
      ...{ sdkComponent: 'core', target: 'temporalio_sdk_core::worker' },
      ...{ spanContexts: [], error: 'status: NotFound' },
    };
    expect(said({ level: 'WARN', message: 'Task not found when completing', meta })).toEqual([
      {
        level: 'warn',
        instance: 'i-1',
        cluster: 'c',
        target: 'temporalio_sdk_core::worker',
        reason: 'status: NotFound',
        msg: 'Task not found when completing',
      },
    ]);
  });

  it('gives the reason without the bytes, the headers and the task token that the core prints beside it', () => {
    // As SDK 1.24's core says it of an activity that its workflow did not wait for.
    const meta = {
      sdkComponent: 'core',
      target: 'temporalio_sdk_core::worker::activities',
      taskToken: 'TaskToken(CiQwMWEyMWMxYy01NmRlLTdi)',
      details: String.raw`Status { code: NotFound, message: "workflow execution already completed", details: b"\x08\x05\x12$workflow", metadata: MetadataMap { headers: {"content-type": "application/grpc"} }, source: None }`,
    };
    const message = 'Activity not found on completion.';
    expect(said({ level: 'WARN', message, meta })).toEqual([
      {
        level: 'warn',
        instance: 'i-1',
        cluster: 'c',
        target: 'temporalio_sdk_core::worker::activities',
        reason: 'NotFound: workflow execution already completed',
        msg: message,
      },
    ]);
  });

  it('gives the reason of an error in the same shape as that of details', () => {
    const error = String.raw`Status { code: Cancelled, message: "operation was canceled", metadata: MetadataMap { headers: {} }, source: Some(tonic::transport::Error(Transport, hyper::Error(Canceled))) }`;
    expect(said({ level: 'WARN', message: 'm', meta: { sdkComponent: 'core', error } })).toMatchObject([
      { reason: 'Cancelled: operation was canceled' },
    ]);
  });

  it('keeps details that are none of gRPC', () => {
    const meta = { sdkComponent: 'core', details: 'queue full' };
    expect(said({ level: 'WARN', message: 'm', meta })).toMatchObject([{ details: 'queue full' }]);
  });

  it('is for --log-level debug where it counts the retries of a poll: an outage is one line, not ten a minute', () => {
    const meta = { sdkComponent: 'core', target: 'temporalio_client::retry' };
    const message = 'gRPC call poll_workflow_task_queue retried 6 times';
    expect(said({ level: 'WARN', message, meta })).toMatchObject([{ level: 'debug', msg: message }]);
    expect(said({ level: 'ERROR', message, meta })).toMatchObject([{ level: 'error' }]);
  });
});

describe('a line of a step', () => {
  const meta = { sdkComponent: 'activity', workflowId: 'shutdown/i-2', activityType: 'deregisterTarget', attempt: 3 };

  it('has workflow, step and attempt, and nothing of what the SDK adds beside', () => {
    const more = { ...meta, taskQueue: 'q', activityId: '1', target: 't-1' };
    expect(said({ level: 'INFO', message: 'target deregistered', meta: more })).toEqual([
      {
        level: 'info',
        instance: 'i-1',
        cluster: 'c',
        workflowId: 'shutdown/i-2',
        step: 'deregisterTarget',
        attempt: 3,
        target: 't-1',
        msg: 'target deregistered',
      },
    ]);
  });

  it("names the workflow's instance where the process has none of its own, as a fleet worker", () => {
    expect(said({ level: 'INFO', message: 'target deregistered', meta }, { cluster: 'c' })).toMatchObject([
      { instance: 'i-2', cluster: 'c', workflowId: 'shutdown/i-2' },
    ]);
  });

  it('says why a step failed, with what was behind it', () => {
    const error = new Error('AwsDenied', { cause: new Error('no') });
    expect(said({ level: 'WARN', message: 'Activity failed', meta: { ...meta, error } })).toMatchObject([
      { level: 'warn', reason: 'AwsDenied: no', msg: 'step failed' },
    ]);
  });
});
