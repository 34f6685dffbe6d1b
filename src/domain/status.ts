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
}

/** The phases with the time each began, as a person reads them in the Temporal Web UI. */
export function logBook(phases: readonly { phase: Phase; at: Date }[], notes: readonly string[]): string {
  const rows = phases.map(({ phase, at }) => `- \`${at.toISOString().slice(11, 19)}\` ${phase}`);
  const warnings = notes.map((note) => `- **note:** ${note}`);
  return [...rows, ...warnings].join('\n');
}
