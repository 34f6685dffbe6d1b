import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/config/usage-error.js';
import { fatal } from '../../src/workers/fatal.js';

function logging(level: string) {
  const lines: unknown[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return { lines, log: pino({ level, base: { instance: 'i-1' }, timestamp: false }, { write }) };
}

describe('a process that cannot go on', () => {
  it.each([
    ['1 for what happened', new Error('dist/workflow-bundle.js: no such file'), 1],
    ['2 for settings that cannot be used', new UsageError('--cluster: found nothing'), 2],
  ])('says why in a last line of its log, and ends with exit code %s', (_what, error, code) => {
    const { lines, log } = logging('info');
    expect(fatal(error, log, 'the agent failed')).toBe(code);
    expect(lines).toEqual([{ level: 60, instance: 'i-1', reason: error.message, msg: 'the agent failed' }]);
  });

  it('leaves it to its caller to say so where the log is silent', () => {
    const error = new Error('no way');
    expect(() => fatal(error, logging('silent').log, 'the agent failed')).toThrow(error);
  });
});
