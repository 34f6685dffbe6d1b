import type { Tunnel } from './tunnel.js';

export type Phase =
  | 'reading metadata'
  | 'discovering'
  | 'registering'
  | 'awaiting healthy'
  | 'awaiting tunnel'
  | 'writing config'
  | 'in service'
  | 'undoing'
  | 'locating'
  | 'deregistering'
  | 'confirming draining'
  | 'draining'
  | 'out of service'
  | 'failed';

export interface Status {
  readonly instanceId: string;
  readonly phase: Phase;
  /** ISO 8601 */
  readonly since: string;
  /** While draining: when the drain period ends, ISO 8601. */
  readonly drainUntil: string | null;
  /** By how much `extendDrain` has made the drain period longer, in seconds; workflows of older builds do not say. */
  readonly extendedSeconds?: number;
  /** The interface that receives GENEVE and how it was recognised, once a startup has found it. */
  readonly tunnel?: Pick<Tunnel, 'device' | 'detector'>;
}

/** The answer of `extendDrain`, once it is in force. */
export interface DrainExtended {
  /** When the drain period ends now, ISO 8601. */
  readonly drainUntil: string;
  readonly extendedSeconds: number;
}

export interface LogEntry {
  readonly at: Date;
  /** A phase that began, or what somebody asked for. */
  readonly text: string;
}

/** What happened when, as a person reads it in the Temporal Web UI (UTC), and what is worth knowing besides. */
export function logBook(entries: readonly LogEntry[], notes: readonly string[]): string {
  const rows = entries.map(({ at, text }) => `- \`${at.toISOString().slice(11, 19)}\` ${text.replaceAll('\n', ' ')}`);
  const warnings = notes.map((note) => `- **note:** ${note}`);
  return [...rows, ...warnings].join('\n');
}
