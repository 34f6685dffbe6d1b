/**
 * A program without Temporal: waits until every target of a cluster is healthy, then runs a command on each instance.
 *
 * AWS is found as by every AWS tool. Ctrl-C ends it, and cancels a command that runs.
 */
import { randomUUID } from 'node:crypto';
import { connectAws, createOperations, quoteForShell } from 'drawbridge';

const { CLUSTER: cluster = 'fw-prod', AWS_REGION: region = 'eu-central-1' } = process.env;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const operations = createOperations(connectAws(region), { signal: stop.signal, say: console.error });

await operations.waitForTargetHealth({ cluster, windowMs: 300_000 });
console.error(`nodes: ${(await operations.getAllNodeIps({ cluster })).join(', ')}`);

for (const { instanceId } of (await operations.listTargets({ cluster })).targets) {
  if (instanceId === null) continue;
  const { exitCode, stdout } = await operations.executeRemoteCommand({
    instanceId,
    script: quoteForShell(['uname', '-sr']),
    timeoutMs: 60_000,
    mark: randomUUID(),
  });
  console.log(JSON.stringify({ instanceId, exitCode, stdout }));
}
