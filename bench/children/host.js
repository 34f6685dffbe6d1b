// An agent's parts in this process: what the figures need of it without its signals and its log.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const [{ connectAws }, { openHealthEndpoint }, { connectImds }, { openLog }, { openRecorder }, { installRuntime }] =
  await Promise.all([
    import('../../build/aws/clients.js'),
    import('../../build/host/health-endpoint.js'),
    import('../../build/host/imds.js'),
    import('../../build/telemetry/log.js'),
    import('../../build/telemetry/process-basics.js'),
    import('../../build/telemetry/runtime.js'),
  ]);
const [{ composeHost }, { Measures }, { OwnSteps }] = await Promise.all([
  import('../../build/workers/host.js'),
  import('../../build/workers/measures.js'),
  import('../../build/workers/own-steps.js'),
]);

const recorder = openRecorder({ version: 'bench', role: 'agent' });
const log = openLog('error', {});
installRuntime(() => log);
export const measures = new Measures(recorder);

/** @param {{ instanceId: string, imdsEndpoint: string, region: string }} instance */
export async function aHost({ instanceId, imdsEndpoint, region }) {
  const health = await openHealthEndpoint({ host: '127.0.0.1', port: 0 }, () => undefined);
  return {
    aws: connectAws(region),
    host: composeHost({ imds: connectImds(imdsEndpoint), health, configFile: undefined }),
    ownSteps: new OwnSteps(instanceId),
    close: () => health.close(),
  };
}
