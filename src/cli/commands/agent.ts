import type { Command } from 'commander';
import { agentSettings } from '../../config/settings.js';
import { startWorkflowThread } from '../../workers/workflow-thread.js';
import { addSettings, settingsOf } from '../settings.js';
import { traced } from '../traced.js';
import { version } from '../version.js';
import { exitCodesOf } from '../exit-codes.js';

export function agentCommand(command: Command): Command {
  command.addHelpText(
    'after',
    `
Signals: SIGTERM or SIGINT leaves, a second one leaves now; SIGHUP ends the
agent and leaves the target in service.
Temporal is reached as by every Temporal tool: TEMPORAL_ADDRESS,
TEMPORAL_NAMESPACE, TEMPORAL_TLS..., TEMPORAL_API_KEY.

${exitCodesOf('agent')}

Examples:
  drawbridge agent
  drawbridge agent --cluster fw-prod --drain deregistration-delay
  TEMPORAL_ADDRESS=temporal:7233 drawbridge agent --tunnel-policy warn`,
  );
  return addSettings(command, agentSettings).action(async () => {
    const settings = await settingsOf(command, agentSettings);
    startWorkflowThread(settings.tracing);
    const [{ loadTemporal }, { openLog }, { runAgent }] = await Promise.all([
      import('../../config/temporal.js'),
      import('../../telemetry/log.js'),
      import('../../workers/agent.js'),
    ]);
    const { connectionOptions: connection, namespace } = loadTemporal(process.env);
    const openLogWith = (fields: Record<string, unknown>) => openLog(settings.logLevel, fields);
    process.exit(
      await traced(settings.tracing, openLogWith, (tracing) =>
        runAgent({ settings, temporal: { connection, namespace }, openLog: openLogWith, version, tracing }),
      ),
    );
  });
}
