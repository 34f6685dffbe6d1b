import { pino } from 'pino';
import type { Logger } from 'pino';
import { letOthersGoFirst } from './line-order.js';
import { redactor } from './secrets.js';

export type { Logger } from 'pino';

/** What makes lines readable is as much code as what writes them: loaded where somebody reads them. */
const readable = process.stderr.isTTY ? await import('./pretty.js') : undefined;

/**
 * JSON lines for a log shipper, readable lines for a person at a terminal. Always on stderr: stdout belongs to results. No line
 * of either holds a secret.
 */
export function openLog(level: string, fields: Record<string, unknown>): Logger {
  const destination = readable?.forPeople(() => process.stderr.columns) ?? pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level,
      base: fields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(args, method) {
          letOthersGoFirst();
          method.apply(this, args);
        },
        streamWrite: redactor(process.env),
      },
    },
    destination,
  );
}
