import { pino } from 'pino';
import type { Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** JSON lines for a log shipper, readable lines for a person at a terminal. Always on stderr: stdout belongs to results. */
export function openLog(level: string, fields: Record<string, unknown>): Logger {
  const people = process.stderr.isTTY;
  const destination = people
    ? pretty({ destination: 2, sync: true, ignore: 'pid,hostname,cluster,instance', translateTime: 'SYS:HH:MM:ss' })
    : pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level,
      base: fields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
