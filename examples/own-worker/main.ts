/**
 * A program with a Temporal worker of its own that brings the instance it runs on into service and takes it out again.
 *
 * AWS is found as by every AWS tool, Temporal at TEMPORAL_ADDRESS, the metadata service at AWS_EC2_METADATA_SERVICE_ENDPOINT.
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import {
  composeHost,
  connectAws,
  connectImds,
  createActivities,
  createAwsActivities,
  createMetricsCollector,
  fleetQueue,
  hostQueue,
  livesOver,
  openHealthEndpoint,
} from 'drawbridge';
import type { roundTrip } from './workflows.js';

const imds = connectImds(process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254');
const { instanceId, privateIp, region } = await imds.identity();
const cluster = await imds.cluster();
if (cluster === undefined) throw new Error(`${instanceId} has no tag neuwerk:cluster in its metadata, expected one`);

// Before the registration: the target group's health check asks it.
const health = await openHealthEndpoint({ host: '0.0.0.0', port: Number(process.env.HEALTH_PORT ?? 8080) });
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233' });
const client = new Client({ connection });

const metrics = createMetricsCollector([instanceId, privateIp]);
metrics.collectInto(Runtime.instance().metricMeter);
const aws = { ...connectAws(region), lives: livesOver(client), metrics: metrics.steps };
const host = composeHost({ imds, health, configFile: undefined });

const fleet = fleetQueue(cluster);
const workers = await Promise.all([
  // Workflows, and what needs only AWS: every worker of the cluster may take it.
  Worker.create({
    connection,
    taskQueue: fleet,
    workflowsPath: fileURLToPath(import.meta.resolve('./workflows.js')),
    interceptors: { workflowModules: [fileURLToPath(import.meta.resolve('drawbridge/workflow-measures'))] },
    sinks: { ...metrics.sinks },
    activities: createAwsActivities(aws),
  }),
  // What this machine has to do itself.
  Worker.create({
    connection,
    taskQueue: hostQueue(fleet, instanceId),
    activities: createActivities({ ...aws, host }),
  }),
]);
const runs = workers.map((worker) => worker.run());

try {
  const result = await client.workflow.execute<typeof roundTrip>('roundTrip', {
    workflowId: `round-trip/${instanceId}`,
    taskQueue: fleet,
    args: [instanceId, cluster],
  });
  console.log(JSON.stringify(result));
} finally {
  for (const worker of workers) worker.shutdown();
  await Promise.all(runs);
  await connection.close();
  await health.close();
}
