import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { workerSettings } from '../../config/settings.js';
import { startWorkflowThread } from '../../workers/workflow-thread.js';
import { addSettings, settingsOf } from '../settings.js';
import { traced } from '../traced.js';
import { version } from '../version.js';
import { exitCodesOf } from '../exit-codes.js';

export function workerCommand(command: Command): Command {
  command.addHelpText(
    'after',
    `
Ends at once on SIGTERM or SIGINT: what it had in hand, another one does.

${exitCodesOf('worker')}

Example:
  drawbridge worker --cluster fw-prod --region eu-central-1`,
  );
  return addSettings(command, workerSettings).action(async () => {
    const settings = await settingsOf(command, workerSettings);
    const { cluster, region } = settings;
    if (cluster === undefined) throw new UsageError('--cluster: found nothing, expected a cluster name');
    if (region === undefined) throw new UsageError('--region: found nothing, expected a region such as eu-central-1');
    startWorkflowThread(settings.tracing);
    const [{ loadTemporal }, { openLog }, { runFleetWorker }] = await Promise.all([
      import('../../config/temporal.js'),
      import('../../telemetry/log.js'),
      import('../../workers/fleet-worker.js'),
    ]);
    const { connectionOptions: connection, namespace } = loadTemporal(process.env);
    const log = openLog(settings.logLevel, { cluster });
    const options = { settings: { ...settings, cluster, region }, temporal: { connection, namespace }, log, version };
    process.exit(
      await traced(
        settings.tracing,
        () => log,
        (tracing) => runFleetWorker({ ...options, tracing }),
      ),
    );
  });
}
